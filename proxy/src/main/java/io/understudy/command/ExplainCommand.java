package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code understudy explain}: where a statement would go, how it would be logged, and why. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Says where a statement would go, how it would be logged, and why. Does not run it.",
            "In a session, EXPLAIN (ROUTE) says the same for that session and its transaction."
        },
        footer = {"%nExamples:", "  understudy explain --dir DIR \"SELECT * FROM orders WHERE id = 5\""})
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private Cluster cluster = new Cluster();

    @Parameters(index = "0", paramLabel = "SQL", description = "The statement, or several.")
    private String sql = "";

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (AdminClient client = cluster.client()) {
            JsonNode answer = client.get("/api/v1/explain?sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8));
            JsonNode statements = answer.path("statements");
            if (json) {
                out.println(answer);
            } else {
                statements.forEach(s -> {
                    if (statements.size() > 1) {
                        out.println(s.path("sql").asText());
                    }
                    s.path("lines").forEach(line -> out.println(line.asText()));
                });
            }
            return ExitCode.OK;
        }
    }
}
