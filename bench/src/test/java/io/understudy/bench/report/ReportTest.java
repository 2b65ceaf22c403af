package io.understudy.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.bench.figure.Bound;
import io.understudy.bench.figure.Chart;
import io.understudy.bench.figure.Chart.Series;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.figure.Machine;
import io.understudy.bench.figure.Measurement;
import io.understudy.bench.figure.Results;
import io.understudy.bench.figure.Section;
import io.understudy.bench.report.Report.Heading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Machine MACHINE = new Machine("a processor", 2, 2048, "Linux 6.1", "Java 25", 152, 1);
    private static final Heading MEASURED = new Heading("one", "First", "About the first.", 5);
    private static final Heading MISSING = new Heading("two", "Second", "About the second.", 7);

    @TempDir
    private Path directory = Path.of("");

    private static Section section(boolean quick) {
        return new Findings()
                .bound(Bound.atLeast("reads | of direct", 0.61234, 0.5, ""))
                .bound(Bound.atLeast("reads of pgpool-II", null, 3, ""))
                .table("Rates:", List.of("contender", "rate"), List.of(List.of("direct", "31,000")))
                .chart(Chart.bars(
                        "rates",
                        "Rates",
                        "per second",
                        List.of("c"),
                        List.of(new Series("direct", List.of(), List.of(31000.0)))))
                .note("A note.")
                .leftOut("pgpool-II: pgpool is not installed")
                .measured(new Measurement("direct", "reads", "per second", List.of(1.5, 2.5)))
                .contenders(List.of(Map.of("contender", "direct")))
                .verified("equal, 4 tables of 3 nodes at index 30")
                .section("one", "2026-01-02T03:04:05Z", quick, "abc", MACHINE);
    }

    @Test
    void whatIsKeptIsReadAgainAsItWas() throws IOException {
        Results results = new Results(directory.resolve("results"));
        results.keep(section(false));
        assertThat(results.read("one")).contains(section(false));
        assertThat(results.read("two")).isEmpty();
    }

    @Test
    void thePageTellsWhatWasMeasuredAndWhatNot() throws IOException {
        Results results = new Results(directory.resolve("results"));
        results.keep(section(false));
        Path page = directory.resolve("docs/performance.md");
        new Report(page, results).write(List.of(MEASURED, MISSING));
        assertThat(page)
                .content()
                .contains("a processor, 2 cores")
                .contains("Measured 2026-01-02 at revision abc; `verify` afterwards: equal")
                .contains("| reads \\| of direct | ≥ 0.50 | 0.61 | met |")
                .contains("| reads of pgpool-II | ≥ 3.00 | - | not measured |")
                .contains("**Left out:** pgpool-II: pgpool is not installed")
                .contains("![Rates](performance/rates.svg)")
                .contains(
                        "## Second\n\nAbout the second.\n\nNot measured yet. `bench/run two` does it, in about 7 minutes.");
        assertThat(Files.readString(directory.resolve("docs/performance/rates.svg")))
                .startsWith("<svg");
    }

    @Test
    void quickFiguresAreMarked() throws IOException {
        Results results = new Results(directory.resolve("results"));
        results.keep(section(true));
        Path page = directory.resolve("page.md");
        new Report(page, results).write(List.of(MEASURED));
        assertThat(page).content().contains("only to see that it works");
    }

    @Test
    void withoutAnyFigureThePageSaysSo() throws IOException {
        Path page = directory.resolve("page.md");
        new Report(page, new Results(directory.resolve("none"))).write(List.of(MEASURED, MISSING));
        assertThat(page).content().contains("Nothing has been measured yet.").doesNotContain("The machine");
    }

    @Test
    void numbersAsPeopleReadThem() {
        assertThat(Numbers.of(31234.5)).isEqualTo("31,235");
        assertThat(Numbers.of(0.912)).isEqualTo("0.91");
        assertThat(Numbers.of(12.34)).isEqualTo("12.3");
        assertThat(Numbers.of(0.01234)).isEqualTo("0.0123");
        assertThat(Numbers.shortly(20_000)).isEqualTo("20k");
        assertThat(Numbers.shortly(1_500_000)).isEqualTo("1.5M");
        assertThat(Numbers.shortly(0)).isEqualTo("0");
    }
}
