package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy events}: what a node saw happen. */
@Command(
        name = "events",
        mixinStandardHelpOptions = true,
        description = "Shows what happened: views, votes, masterships, faults.",
        footer = {
            "%nExamples:",
            "  understudy events --dir DIR --limit 50",
            "  understudy events --url http://db1:7432 --after 120 --json"
        })
final class EventsCommand implements Callable<Integer> {
    @Mixin
    private Cluster cluster = new Cluster();

    @Option(names = "--after", defaultValue = "0", description = "Number of the last event already seen.")
    private long after;

    @Option(names = "--limit", defaultValue = "1000", description = "How many, 1 to 1000.")
    private int limit;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (AdminClient client = cluster.client()) {
            JsonNode answer = client.get("/api/v1/events?after=" + after + "&limit=" + limit);
            if (json) {
                out.println(answer);
            } else {
                for (JsonNode e : answer.path("events")) {
                    out.println(String.join(
                            "  ",
                            e.path("at").asText(),
                            e.path("node").asText(),
                            e.path("kind").asText(),
                            e.path("text").asText()));
                }
            }
            return ExitCode.OK;
        }
    }
}
