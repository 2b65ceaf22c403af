package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy members}: who belongs to the cluster. */
@Command(
        name = "members",
        mixinStandardHelpOptions = true,
        description = "Shows which nodes belong to the cluster, where they are, and which of them have a vote.",
        footer = {"%nExamples:", "  understudy members --dir DIR"})
final class MembersCommand implements Callable<Integer> {
    @Mixin
    private Cluster cluster = new Cluster();

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        try (AdminClient client = cluster.client()) {
            JsonNode known = client.get("/api/v1/members");
            spec.commandLine().getOut().print(json ? known + "\n" : table(known));
            return ExitCode.OK;
        }
    }

    private static String table(JsonNode known) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("node", "at", "vote", "state", "applied", "lag"));
        for (JsonNode m : known.path("members")) {
            rows.add(List.of(
                    m.path("name").asText(),
                    m.path("host").asText() + ":" + m.path("clusterPort").asText(),
                    m.path("votes").asBoolean() ? "yes" : "not yet",
                    m.path("state").asText(),
                    m.path("appliedIndex").asText(),
                    m.path("lagEntries").asText()));
        }
        for (JsonNode waiting : known.path("waiting")) {
            rows.add(List.of(waiting.asText(), "", "no", "heard, waits to be added", "", ""));
        }
        return Printed.table(rows);
    }
}
