package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy log}: entries of the statement log. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        description = "Shows entries of the statement log, the last ones if nothing else is said.",
        footer = {
            "%nExamples:",
            "  understudy log --dir DIR --limit 5",
            "  understudy log --url http://db1:7432 --from 1200 --limit 100 --json"
        })
final class LogCommand implements Callable<Integer> {
    @Mixin
    private Cluster cluster = new Cluster();

    @Option(names = "--from", description = "Index of the first entry.")
    private @Nullable Long from;

    @Option(names = "--limit", defaultValue = "20", description = "How many, 1 to 1000.")
    private int limit;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (AdminClient client = cluster.client()) {
            JsonNode answer = client.get("/api/v1/log?limit=" + limit + (from == null ? "" : "&from=" + from));
            if (json) {
                out.println(answer);
            } else {
                answer.path("entries").forEach(e -> out.println(Printed.entry(e)));
            }
            return ExitCode.OK;
        }
    }
}
