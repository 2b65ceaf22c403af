package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;

/** Answers of the administration API as text for people. */
public final class Printed {
    private Printed() {}

    /** Lines of a command's output, each at once. */
    static Consumer<String> to(CommandSpec spec) {
        return line -> {
            spec.commandLine().getOut().println(line);
            spec.commandLine().getOut().flush();
        };
    }

    /** A line about the cluster, a table of its nodes, a line about how its statements were treated. */
    public static String status(JsonNode status) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("node", "role", "state", "applied", "lag", "lag s", "client", "admin", "postgres"));
        for (JsonNode node : status.path("nodes")) {
            rows.add(List.of(
                    node.path("name").asText(),
                    node.path("role").asText(),
                    node.path("state").asText(),
                    node.path("appliedIndex").asText(),
                    node.path("lagEntries").asText(),
                    String.format(Locale.ROOT, "%.1f", node.path("lagSeconds").asDouble()),
                    node.path("clientPort").asText(),
                    node.path("adminPort").asText(),
                    node.path("postgresPort").asText()));
        }
        StringBuilder ailing = new StringBuilder();
        for (JsonNode node : status.path("nodes")) {
            ailing.append(duties(node.path("name").asText(), node.path("duties")));
            if (!node.path("quarantine").asText().isEmpty()) {
                ailing.append(node.path("name").asText())
                        .append(" is in quarantine: ")
                        .append(node.path("quarantine").asText())
                        .append('\n');
                if (!node.path("repair").asText().isEmpty()) {
                    ailing.append("  resync: ")
                            .append(node.path("repair").asText())
                            .append('\n');
                }
            }
        }
        return "epoch " + status.path("epoch").asLong() + ", last index "
                + status.path("lastIndex").asLong() + "\n" + table(rows) + ailing + counters(status.path("counters"));
    }

    /** What a node is not there for; nothing of one that takes all that comes. */
    private static String duties(String name, JsonNode duties) {
        StringBuilder text = new StringBuilder();
        if (duties.path("drained").asBoolean()) {
            text.append(name)
                    .append(" is drained: it takes no reads and no mastership until understudy undrain ")
                    .append(name)
                    .append('\n');
        }
        if (duties.path("delaySeconds").asLong() > 0) {
            text.append(name)
                    .append(" is kept ")
                    .append(duties.path("delaySeconds").asLong())
                    .append(" s behind: it takes no reads and no mastership\n");
        } else if (!duties.path("mastership").asBoolean(true)) {
            text.append(name).append(" becomes master only where no other node can (mastership: false)\n");
        }
        if (!duties.path("reads").asBoolean(true)) {
            text.append(name).append(" is read by its own clients only (reads: false)\n");
        }
        return text.toString();
    }

    /** Columns as wide as their widest cell, two spaces between them; ends with a line break. */
    public static String table(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = IntStream.range(0, columns)
                .map(c -> rows.stream().mapToInt(r -> r.get(c).length()).max().orElse(0))
                .toArray();
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                String cell = row.get(c);
                line.append(cell).append(" ".repeat(widths[c] - cell.length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** One entry of the statement log on one line. */
    static String entry(JsonNode entry) {
        StringBuilder line = new StringBuilder();
        line.append(entry.path("index").asLong()).append("  ");
        if (entry.has("at")) {
            line.append(entry.path("at").asText()).append("  ");
        }
        if (entry.has("epoch")) {
            line.append("epoch ").append(entry.path("epoch").asLong()).append("  ");
        }
        line.append(entry.path("kind").asText()).append("  ");
        switch (entry.path("kind").asText()) {
            case "transaction" -> {
                List<String> statements = new ArrayList<>();
                entry.path("statements")
                        .forEach(s -> statements.add(s.path("sql").asText()));
                line.append(entry.path("form").asText());
                if (entry.has("chunks")) {
                    line.append(" in ").append(entry.path("chunks").size()).append(" chunks");
                }
                line.append("  ").append(String.join("; ", statements));
            }
            case "master" ->
                line.append(entry.path("node").asText())
                        .append("  ")
                        .append(entry.path("reason").asText());
            case "chunk" ->
                line.append(entry.path("number").asInt())
                        .append(" of transaction ")
                        .append(entry.path("transaction").asText());
            case "maintenance" -> line.append(entry.path("sql").asText());
            default -> {}
        }
        return line.toString().replace('\n', ' ').stripTrailing();
    }

    private static String counters(JsonNode counters) {
        if (counters.isMissingNode()) {
            return "";
        }
        long statement = counters.path("statementForm").asLong();
        long row = counters.path("rowForm").asLong();
        long parsed = counters.path("parsed").asLong();
        long keywords = counters.path("keywords").asLong();
        long fellBack = counters.path("fellBack").asLong();
        return "entries: " + share(statement, statement + row) + " statement form, " + share(row, statement + row)
                + " row form; classified: " + share(parsed, parsed + keywords + fellBack) + " by Calcite, "
                + share(keywords, parsed + keywords + fellBack) + " by keyword, "
                + share(fellBack, parsed + keywords + fellBack) + " fell back; "
                + counters.path("misrouted").asLong() + " misrouted\n";
    }

    private static String share(long part, long whole) {
        return whole == 0 ? "0" : String.format(Locale.ROOT, "%d (%.1f %%)", part, 100.0 * part / whole);
    }
}
