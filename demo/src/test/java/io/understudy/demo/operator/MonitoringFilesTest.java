package io.understudy.demo.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.demo.operator.MonitoringFiles.Alert;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said to people who are woken up is there. */
class MonitoringFilesTest {

    @Test
    void everyAlertHasItsEntryInTheRunbookAndNoOtherHas() throws IOException {
        List<String> headings = MonitoringFiles.runbook()
                .lines()
                .filter(l -> l.startsWith("### Understudy"))
                .map(l -> l.substring(4))
                .toList();
        assertThat(MonitoringFiles.alerts())
                .hasSizeGreaterThan(10)
                .extracting(Alert::name)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(headings);
    }

    @Test
    void everyAlertSaysHowBadItIsAndWhat() throws IOException {
        assertThat(MonitoringFiles.alerts()).allSatisfy(alert -> {
            assertThat(alert.labels().get("severity")).as(alert.name()).isIn("critical", "warning");
            assertThat(alert.annotations().get("summary"))
                    .as(alert.name())
                    .asString()
                    .isNotBlank();
        });
    }

    @Test
    void metricsAreFoundInExpressions() {
        assertThat(MonitoringFiles.metricsIn(
                        "sum by (job) (rate(a_total{x=\"b\"}[5m])) / on (c) count(d{e=~\"f|g\"} > 0) and absent(h)"))
                .containsExactly("a_total", "d", "h");
    }
}
