package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy switchover}: another node becomes master, in an orderly way. */
@Command(
        name = "switchover",
        mixinStandardHelpOptions = true,
        description = "Makes another node the master; clients wait meanwhile and see no error.",
        footer = {"%nExamples:", "  understudy switchover --dir DIR --to node2"})
final class SwitchoverCommand implements Callable<Integer> {
    @Mixin
    private Cluster cluster = new Cluster();

    @Option(
            names = "--to",
            paramLabel = "NODE",
            description = "The new master's name; the most advanced replica if nothing is said.")
    private String target = "";

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        try (AdminClient client = cluster.client()) {
            JsonNode answer =
                    client.post("/api/v1/switchover?target=" + URLEncoder.encode(target, StandardCharsets.UTF_8));
            spec.commandLine()
                    .getOut()
                    .println(
                            json
                                    ? answer
                                    : "master is now " + answer.path("master").asText());
            return ExitCode.OK;
        }
    }
}
