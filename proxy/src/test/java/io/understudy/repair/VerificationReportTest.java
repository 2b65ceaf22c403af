package io.understudy.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.repair.DatabaseSums.SequenceSum;
import io.understudy.repair.DatabaseSums.TableSum;
import io.understudy.repair.VerificationReport.Difference;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VerificationReportTest {
    private static final UUID POINT = new UUID(1, 1);

    private static DatabaseSums sums(Map<String, TableSum> tables, Map<String, SequenceSum> sequences) {
        return new DatabaseSums(POINT, 7, tables, sequences);
    }

    private static TableSum t(long rows, String sum) {
        return new TableSum(rows, sum);
    }

    @Test
    void equalNodes() {
        DatabaseSums s = sums(Map.of("public.a", t(1, "5")), Map.of("public.s", new SequenceSum(3, true)));
        VerificationReport r = VerificationReport.compare(Map.of("n1", s, "n2", s, "n3", s));
        assertThat(r.equal()).isTrue();
        assertThat(r.nodes()).containsExactly("n1", "n2", "n3");
        assertThat(r.index()).isEqualTo(7);
    }

    @Test
    void differencesAreNamed() {
        DatabaseSums right = sums(
                Map.of("public.a", t(1, "5"), "public.b", t(1, "5"), "public.c", t(0, "0"), "public.v", t(-1, "")),
                Map.of("public.s", new SequenceSum(3, true), "public.u", new SequenceSum(1, false)));
        DatabaseSums wrong = sums(
                Map.of("public.a", t(1, "6"), "public.b", t(2, "5"), "public.v", t(0, "0")),
                Map.of("public.s", new SequenceSum(4, true), "public.u", new SequenceSum(1, true)));
        VerificationReport r = VerificationReport.compare(Map.of("n1", right, "n2", wrong, "n3", right));
        assertThat(r.equal()).isFalse();
        assertThat(r.tables())
                .containsExactly(
                        found("public.a", "1 rows, checksum 5", "1 rows, checksum 6"),
                        found("public.b", "1 rows, checksum 5", "2 rows, checksum 5"),
                        found("public.c", "0 rows, checksum 0", "missing"),
                        found("public.v", "not populated", "0 rows, checksum 0"));
        assertThat(r.sequences())
                .containsExactly(found("public.s", "3", "4"), found("public.u", "1 (not used yet)", "1"));
    }

    @Test
    void whatIsLostOnOneNodeIsComparedOnNone() {
        DatabaseSums right = sums(Map.of("public.a", t(1, "5"), "public.b", t(1, "5")), Map.of());
        DatabaseSums without = sums(Map.of("public.a", TableSum.LOST, "public.b", t(2, "5")), Map.of());
        VerificationReport r = VerificationReport.compare(Map.of("n1", right, "n2", without, "n3", right));
        assertThat(r.lost()).containsExactly("public.a");
        assertThat(r.tables()).extracting(Difference::name).containsExactly("public.b");
    }

    private static Difference found(String name, String right, String wrong) {
        return new Difference(name, Map.of("n1", right, "n2", wrong, "n3", right));
    }

    @Test
    void onlyResultsOfOnePointCompare() {
        DatabaseSums other = new DatabaseSums(new UUID(2, 2), 8, Map.of(), Map.of());
        assertThatThrownBy(() -> VerificationReport.compare(Map.of("n1", sums(Map.of(), Map.of()), "n2", other)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
