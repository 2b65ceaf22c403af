package io.understudy.bench.report;

import io.understudy.bench.figure.Bound;
import io.understudy.bench.figure.Chart;
import io.understudy.bench.figure.Results;
import io.understudy.bench.figure.Section;
import io.understudy.bench.figure.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the page with all figures, and its charts into a folder of the page's name beside it. */
public final class Report {
    private static final String EXTENSION = ".md";

    private final Path page;
    private final Results results;

    /**
     * A chapter of the page.
     *
     * @param name as {@code bench/run} takes it
     * @param about what is measured, for readers
     * @param minutes that measuring it takes
     */
    public record Heading(String name, String title, String about, int minutes) {}

    public Report(Path page, Results results) {
        this.page = page;
        this.results = results;
    }

    /** Writes all chapters; what there are no figures of is said to be not measured. */
    public void write(List<Heading> headings) throws IOException {
        StringBuilder text = new StringBuilder("""
                # Performance

                Written by `bench/run`; not edited by hand. Everything is measured side by side in one run on one machine, with pgbench on the same cores. Runs of contenders
                take turns; figures are medians over the rounds, ratios are medians of the ratios within a round. Compare figures of this page with each other only. Understudy
                reads with its default consistency, `session`; after each chapter `verify` must find all nodes equal, or its figures do not count. How to measure:
                [testing.md](testing.md#performance).

                """);
        List<Section> measured = new ArrayList<>();
        for (Heading h : headings) {
            results.read(h.name()).ifPresent(measured::add);
        }
        machine(text, measured);
        contenders(text, measured);
        Path charts = chartDirectory();
        for (Heading h : headings) {
            text.append("## ")
                    .append(h.title())
                    .append("\n\n")
                    .append(h.about())
                    .append("\n\n");
            Optional<Section> section = results.read(h.name());
            if (section.isEmpty()) {
                text.append("Not measured yet. `bench/run ")
                        .append(h.name())
                        .append("` does it, in about ")
                        .append(h.minutes())
                        .append(" minutes.\n\n");
            } else {
                section(text, section.get(), charts);
            }
        }
        Files.createDirectories(page.toAbsolutePath().getParent());
        Files.writeString(page, text.toString().stripTrailing() + "\n");
    }

    private void section(StringBuilder text, Section s, Path charts) throws IOException {
        text.append("Measured ")
                .append(s.at(), 0, 10)
                .append(" at revision ")
                .append(s.revision())
                .append(s.quick() ? ", **quickly: runs of seconds, only to see that it works**" : "")
                .append(s.verified().isEmpty() ? "" : "; `verify` afterwards: " + s.verified())
                .append(".\n\n");
        if (!s.bounds().isEmpty()) {
            table(
                    text,
                    new Table(
                            "",
                            List.of("what", "bar", "measured", ""),
                            s.bounds().stream().map(Report::row).toList()));
        }
        for (Table t : s.tables()) {
            table(text, t);
        }
        for (Chart c : s.charts()) {
            Files.createDirectories(charts);
            Files.writeString(charts.resolve(c.file() + ".svg"), Svg.draw(c));
            text.append("![%s](%s/%s.svg)\n\n".formatted(c.title(), charts.getFileName(), c.file()));
        }
        s.notes().forEach(n -> text.append("- ").append(n).append("\n"));
        s.leftOut().forEach(n -> text.append("- **Left out:** ").append(n).append("\n"));
        if (!s.notes().isEmpty() || !s.leftOut().isEmpty()) {
            text.append("\n");
        }
    }

    private static void machine(StringBuilder text, List<Section> measured) {
        List<String> machines =
                measured.stream().map(s -> s.machine().words()).distinct().toList();
        if (machines.isEmpty()) {
            text.append("Nothing has been measured yet.\n\n");
            return;
        }
        text.append("## The machine\n\n");
        for (Section s : measured) {
            text.append("- ")
                    .append(s.chapter())
                    .append(": ")
                    .append(s.machine().words())
                    .append("\n");
        }
        text.append("\n");
    }

    private static void contenders(StringBuilder text, List<Section> measured) {
        Optional<Section> with =
                measured.stream().filter(s -> !s.contenders().isEmpty()).findFirst();
        if (with.isEmpty()) {
            return;
        }
        List<String> columns = List.copyOf(with.get().contenders().getFirst().keySet());
        List<List<String>> rows = new ArrayList<>();
        for (Map<String, String> c : with.get().contenders()) {
            rows.add(columns.stream().map(k -> c.getOrDefault(k, "")).toList());
        }
        text.append("## The contenders\n\nAs their servers told, but for the pools and what is remarked.\n\n");
        table(text, new Table("", columns, rows));
    }

    private static List<String> row(Bound b) {
        String sign = b.sense() == Bound.Sense.AT_LEAST ? "≥ " : "≤ ";
        Double value = b.value();
        return List.of(
                b.what(),
                (b.aim() ? "aim " : "") + sign + Numbers.of(b.limit()) + b.unit(),
                value == null ? "-" : Numbers.of(value) + b.unit(),
                b.verdict());
    }

    private static void table(StringBuilder text, Table t) {
        if (!t.title().isEmpty()) {
            text.append(t.title()).append("\n\n");
        }
        line(text, t.columns());
        line(text, t.columns().stream().map(c -> "---").toList());
        t.rows().forEach(r -> line(text, r));
        text.append("\n");
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("|");
        cells.forEach(c -> text.append(" ")
                .append(c.replace("|", "\\|").replace("\n", " "))
                .append(" |"));
        text.append("\n");
    }

    private Path chartDirectory() {
        String name = String.valueOf(page.getFileName());
        return page.resolveSibling(
                name.endsWith(EXTENSION) ? name.substring(0, name.length() - EXTENSION.length()) : name + "-charts");
    }
}
