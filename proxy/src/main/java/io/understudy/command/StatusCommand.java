package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy status}: every node, who is master, who lags. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows every node: role, state, lag.",
        footer = {
            "%nExamples:",
            "  understudy status --dir DIR",
            "  understudy status --url http://db1:7432,http://db2:7432 --json | jq .master"
        })
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private Cluster cluster = new Cluster();

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        try (AdminClient client = cluster.client()) {
            JsonNode status = client.status();
            spec.commandLine().getOut().print(json ? status + "\n" : Printed.status(status));
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        }
    }
}
