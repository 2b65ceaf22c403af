package io.understudy.demo.story;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.command.Printed;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.fault.Contents;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** The end of the story as a table. */
final class Summary {
    private Summary() {}

    static String text(
            LocalCluster cluster,
            Tally tally,
            Map<String, Contents> contents,
            OptionalLong gapMillis,
            Verdict verdict) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("writes acknowledged", Long.toString(tally.writes())));
        rows.add(List.of(
                "  of them orders",
                tally.orders().acknowledged() + " of " + tally.orders().attempted() + " sent"));
        for (LocalNode node : cluster.nodes()) {
            rows.add(List.of("reads answered by " + node.name(), Long.toString(tally.reads(node.postgresPort()))));
        }
        rows.add(List.of("errors clients saw", tally.errors() + " " + tally.errorsByState()));
        rows.add(List.of(
                "from kill -9 to the next write", gapMillis.isPresent() ? gapMillis.getAsLong() + " ms" : "never"));
        rows.addAll(forms(cluster));
        Set<String> tables = contents.values().stream()
                .flatMap(c -> c.tables().keySet().stream())
                .collect(Collectors.toSet());
        Set<String> sequences = contents.values().stream()
                .flatMap(c -> c.sequences().keySet().stream())
                .collect(Collectors.toSet());
        rows.add(List.of(
                "compared directly",
                tables.size() + " tables and " + sequences.size() + " sequences on " + contents.size() + " servers"));
        return "\n" + Printed.table(rows) + "\n" + verdict.text() + "\n"
                + (verdict.held() ? "Everything held." : "SOMETHING DID NOT HOLD.");
    }

    /** From the node that counted longest: a restarted one began again at zero. */
    private static List<List<String>> forms(LocalCluster cluster) {
        long statement = 0;
        long row = 0;
        for (LocalNode node : cluster.nodes()) {
            URI uri = URI.create("http://127.0.0.1:" + node.adminPort());
            try (AdminClient client = new AdminClient(List.of(uri), cluster.password())) {
                JsonNode counters = client.status().path("counters");
                long statements = counters.path("statementForm").asLong();
                long rows = counters.path("rowForm").asLong();
                if (statements + rows > statement + row) {
                    statement = statements;
                    row = rows;
                }
            } catch (IOException e) {
                // A node that does not answer has not counted longest.
            }
        }
        return List.of(
                List.of("entries in statement form", share(statement, statement + row)),
                List.of("entries in row form", share(row, statement + row)));
    }

    private static String share(long part, long whole) {
        return whole == 0 ? "0" : String.format(Locale.ROOT, "%d (%.1f %%)", part, 100.0 * part / whole);
    }
}
