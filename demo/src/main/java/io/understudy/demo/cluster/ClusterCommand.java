package io.understudy.demo.cluster;

import io.understudy.command.ExitCode;
import io.understudy.command.Printed;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code understudy cluster}: starts, stops and shows a cluster on this machine. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description = "A local cluster: every proxy and every PostgreSQL a process of its own.",
        subcommands = NodeCommands.class)
public final class ClusterCommand implements Runnable {
    private static final String DIRECTORY = "Directory of the cluster.";

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "start, stop, status or node is missing");
    }

    @Command(name = "start", mixinStandardHelpOptions = true, description = "Starts a new or a stopped cluster.")
    int start(
            @Option(names = "--dir", paramLabel = "DIR", required = true, description = DIRECTORY) Path directory,
            @Option(names = "--nodes", defaultValue = "3", description = "How many nodes, 1 to 100.") int nodes,
            @Option(names = "--port", defaultValue = "6432", description = "Client port of the first node.") int port)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        LocalCluster cluster = openOrCreate(directory.toAbsolutePath(), nodes, port, out);
        cluster.start(line -> say(out, line));
        say(out, "ends with: bin/understudy cluster stop --dir " + cluster.directory());
        out.print(Connecting.text(cluster));
        out.flush();
        return ExitCode.OK;
    }

    @Command(name = "stop", mixinStandardHelpOptions = true, description = "Ends every process; files stay.")
    int stop(@Option(names = "--dir", paramLabel = "DIR", required = true, description = DIRECTORY) Path directory)
            throws IOException {
        LocalCluster.open(directory, ProxyLaunch.likeThisProcess()).stop();
        say(spec.commandLine().getOut(), "stopped");
        return ExitCode.OK;
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = "Shows every node; exit code 3 if none answers.")
    int status(
            @Option(names = "--dir", paramLabel = "DIR", required = true, description = DIRECTORY) Path directory,
            @Option(names = "--json", description = "As JSON.") boolean json)
            throws IOException {
        var status = LocalCluster.open(directory, ProxyLaunch.likeThisProcess()).status();
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? status + "\n" : Printed.status(status));
        out.flush();
        return LocalStatus.reachable(status) ? ExitCode.OK : ExitCode.UNREACHABLE;
    }

    @Command(
            name = "rehearse",
            hidden = true,
            mixinStandardHelpOptions = true,
            description = "Writes the cache that proxies are started from; bin/understudy does it after a build.")
    int rehearse(@Option(names = "--cache", paramLabel = "FILE", required = true) Path cache) throws IOException {
        Rehearsal.run(cache.toAbsolutePath());
        return ExitCode.OK;
    }

    private static LocalCluster openOrCreate(Path directory, int nodes, int port, PrintWriter out) throws IOException {
        if (!LocalCluster.existsIn(directory)) {
            say(out, "making a cluster of " + nodes + " in " + directory);
            return LocalCluster.create(directory, nodes, port, ProxyLaunch.likeThisProcess());
        }
        LocalCluster cluster = LocalCluster.open(directory, ProxyLaunch.likeThisProcess());
        if (cluster.nodes().size() != nodes) {
            throw new IOException(
                    "the cluster in " + directory + " has " + cluster.nodes().size() + " nodes, not " + nodes);
        }
        return cluster;
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
