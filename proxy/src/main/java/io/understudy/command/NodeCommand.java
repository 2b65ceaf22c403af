package io.understudy.command;

import io.understudy.config.NodeConfigReader;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy node}: runs one node until it is told to end. */
@Command(name = "node", mixinStandardHelpOptions = true, description = "Runs one proxy beside an existing PostgreSQL.")
final class NodeCommand implements Callable<Integer> {
    private final NodeLauncher launcher;

    @Option(names = "--config", required = true, paramLabel = "node.yaml", description = "The node's settings.")
    private Path config = Path.of("node.yaml");

    NodeCommand(NodeLauncher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() throws Exception {
        launcher.run(new NodeConfigReader().read(config));
        return ExitCode.OK;
    }
}
