package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code understudy undrain}: gives a node its work back. */
@Command(
        name = "undrain",
        mixinStandardHelpOptions = true,
        description =
                "Undoes understudy drain: the node takes reads, connections and, when it comes to that, the mastership again.",
        footer = {"%nExamples:", "  understudy undrain --dir DIR node2"})
final class UndrainCommand implements Callable<Integer> {
    @Mixin
    private Cluster cluster = new Cluster();

    @Parameters(paramLabel = "NODE", description = "The node's name.")
    private String node = "";

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        try (AdminClient client = cluster.client()) {
            JsonNode answer = client.post(DrainCommand.path(node, "undrain"));
            spec.commandLine().getOut().println(json ? answer : node + " takes work again");
            return ExitCode.OK;
        }
    }
}
