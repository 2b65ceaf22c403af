package io.understudy.demo.cluster;

import io.understudy.command.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code understudy cluster node start|kill|stop}: one node of a local cluster, or one part of it. */
@Command(name = "node", mixinStandardHelpOptions = true, description = "Starts or ends one node or one part of it.")
final class NodeCommands implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    /** A part of a node. */
    enum Part {
        proxy,
        postgres,
        both;

        boolean includes(Part part) {
            return this == part || this == both;
        }
    }

    /** Which part of which node of which cluster. */
    static final class Target {
        @Option(names = "--dir", paramLabel = "DIR", required = true, description = "Directory of the cluster.")
        private Path directory = Path.of("");

        @Option(names = "--node", paramLabel = "I", required = true, description = "The node's number, from 1.")
        private int number;

        @Option(names = "--what", paramLabel = "proxy|postgres", description = "Only that part; both if not given.")
        private Part part = Part.both;

        private LocalNode node() throws IOException {
            return LocalCluster.open(directory, ProxyLaunch.likeThisProcess()).node(number);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "start, kill or stop is missing");
    }

    @Command(name = "start", mixinStandardHelpOptions = true, description = "Starts what does not run.")
    int start(@Mixin Target target) throws IOException {
        LocalNode node = target.node();
        if (target.part.includes(Part.postgres)) {
            node.startPostgres();
        }
        if (target.part.includes(Part.proxy)) {
            node.startProxy();
        }
        return ExitCode.OK;
    }

    @Command(name = "kill", mixinStandardHelpOptions = true, description = "SIGKILL, as a crash.")
    int kill(@Mixin Target target) throws IOException {
        LocalNode node = target.node();
        if (target.part.includes(Part.proxy)) {
            node.killProxy();
        }
        if (target.part.includes(Part.postgres)) {
            node.killPostgres();
        }
        return ExitCode.OK;
    }

    @Command(name = "stop", mixinStandardHelpOptions = true, description = "Ends it in an orderly way.")
    int stop(@Mixin Target target) throws IOException {
        LocalNode node = target.node();
        if (target.part.includes(Part.proxy)) {
            node.stopProxy();
        }
        if (target.part.includes(Part.postgres)) {
            node.stopPostgres();
        }
        return ExitCode.OK;
    }
}
