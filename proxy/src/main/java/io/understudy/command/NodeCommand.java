package io.understudy.command;

import io.understudy.config.ConfigException;
import io.understudy.config.LogFormat;
import io.understudy.config.NodeConfig;
import io.understudy.config.NodeConfigReader;
import io.understudy.config.NodeConfigReader.Checked;
import io.understudy.logging.LogLines;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    private static final Logger LOG = LoggerFactory.getLogger(NodeCommand.class);

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
        LogFormat format = checked.config().map(NodeConfig::logFormat).orElseGet(() -> LogFormat.of(System.getenv()));
        LogLines.use(format, checked.config().map(NodeConfig::node).orElse(""));
        if (format == LogFormat.JSON) {
            return forPrograms(reader, checked);
        }
        checked.doubts().forEach(doubt -> spec.commandLine().getErr().println("understudy: " + doubt));
        launcher.run(reader.read(config));
        return ExitCode.OK;
    }

    /** Whoever reads lines of JSON is to find nothing else among them, whatever goes wrong. */
    private int forPrograms(NodeConfigReader reader, Checked checked) {
        checked.doubts().forEach(doubt -> LOG.warn("{}", doubt));
        try {
            launcher.run(reader.read(config));
            return ExitCode.OK;
        } catch (ConfigException e) {
            e.problems().forEach(p -> LOG.error("{}", p));
            return ExitCode.USAGE;
        } catch (Exception e) {
            LOG.error("the node cannot go on", e);
            return ExitCode.FAILED;
        }
    }
}
