package io.understudy.command;

import io.understudy.command.StoppedNode.Left;
import io.understudy.config.NodeConfig;
import io.understudy.config.NodeConfig.Peer;
import io.understudy.config.NodeConfigReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy recover}: a node goes on without the majority that it has lost. */
@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        description = {
            "Lets a node that does not run go on as the cluster its settings describe, when a majority of the old one is gone for good.",
            "Without --force it only says what would be lost."
        },
        footer = {
            "%nExamples:",
            "  understudy recover --config node.yaml",
            "  understudy recover --config node.yaml --force"
        })
final class RecoverCommand implements Callable<Integer> {
    private final StoppedNode log;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "node.yaml",
            description = "The node's settings; nodes: names those of the new cluster.")
    private Path config = Path.of("node.yaml");

    @Option(names = "--force", description = "Do it, and lose what is said to be lost.")
    private boolean force;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    RecoverCommand(StoppedNode log) {
        this.log = log;
    }

    @Override
    public Integer call() throws Exception {
        NodeConfig settings = new NodeConfigReader().read(config);
        Left left = log.look(settings);
        statement(left, settings).forEach(spec.commandLine().getOut()::println);
        if (!force) {
            spec.commandLine().getOut().println("Nothing was changed. To do it: the same command with --force.");
            return ExitCode.FAILED;
        }
        log.goOn(settings);
        spec.commandLine()
                .getOut()
                .println("Done: " + left.node() + " can be started. Make a backup before anything else.");
        return ExitCode.OK;
    }

    private static List<String> statement(Left left, NodeConfig settings) {
        List<String> lost =
                left.members().stream().filter(m -> !m.equals(left.node())).toList();
        String others = lost.isEmpty() ? "no other node" : String.join(", ", lost);
        String when = left.lastWrite()
                .map(t -> "the last transaction in it was committed at " + t)
                .orElse("there is no transaction near its end");
        String after = left.lastWrite().map(t -> ", so after " + t).orElse("");
        return List.of(
                left.node() + " belongs to a cluster of " + String.join(", ", left.members())
                        + ". Its log ends at entry " + left.lastIndex() + "; " + when + ".",
                "It will belong to a cluster of "
                        + String.join(
                                ", ", settings.nodes().stream().map(Peer::name).toList())
                        + ", and this is what that means:",
                "- Lost is every transaction whose entry comes after " + left.lastIndex() + after + ": " + others
                        + " may have acknowledged such ones to clients without this node.",
                "- What is in the log counts, also the " + (left.lastIndex() - left.committedIndex())
                        + " entries at its end of which this node does not know whether a majority had them: clients may have been told that"
                        + " their outcome is unknown.",
                "- The data directories and databases of " + others
                        + " must never be used again: two clusters would go on from the same past.",
                "- If another node of the old cluster is left, look there too: the one whose log ends later loses less.");
    }
}
