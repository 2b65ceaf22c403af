package io.understudy.command;

import io.understudy.config.NodeConfigReader;
import io.understudy.config.NodeConfigReader.Checked;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy node}: runs one node until it is told to end. */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        description = "Runs one proxy beside an existing PostgreSQL.",
        footer = {"%nExamples:", "  understudy node --config /etc/understudy/node.yaml"})
final class NodeCommand implements Callable<Integer> {
    private final NodeLauncher launcher;

    @Option(names = "--config", required = true, paramLabel = "node.yaml", description = "The node's settings.")
    private Path config = Path.of("node.yaml");

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    NodeCommand(NodeLauncher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() throws Exception {
        NodeConfigReader reader = new NodeConfigReader();
        Checked checked = reader.check(config);
        checked.doubts().forEach(doubt -> spec.commandLine().getErr().println("understudy: " + doubt));
        launcher.run(reader.read(config));
        return ExitCode.OK;
    }
}
