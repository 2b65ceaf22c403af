package io.understudy.demo.cluster;

import io.understudy.command.ExitCode;
import io.understudy.command.Printed;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
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
        throw new ParameterException(spec.commandLine(), "start, stop, status, add, remove or node is missing");
    }

    @Command(name = "start", mixinStandardHelpOptions = true, description = "Starts a new or a stopped cluster.")
    int start(
            @Option(names = "--dir", paramLabel = "DIR", required = true, description = DIRECTORY) Path directory,
            @Option(names = "--nodes", description = "How many nodes, 1 to 100; 3 in a new cluster.") @Nullable
                    Integer nodes,
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
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Makes one more node, starts it and adds it to the running cluster.")
    int add(@Option(names = "--dir", paramLabel = "DIR", required = true, description = DIRECTORY) Path directory)
            throws IOException {
        LocalCluster with = members(directory).add();
        say(spec.commandLine().getOut(), "the cluster has " + with.nodes().size() + " nodes");
        return ExitCode.OK;
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Removes a node from the running cluster and ends it; its files are in removed-NODE then.")
    int remove(
            @Option(names = "--dir", paramLabel = "DIR", required = true, description = DIRECTORY) Path directory,
            @Option(names = "--dry-run", description = "Only says what would be done.") boolean dryRun,
            @Parameters(paramLabel = "NODE", description = "The node's name, such as node2.") String node)
            throws IOException {
        LocalCluster without = members(directory).remove(node, dryRun);
        say(spec.commandLine().getOut(), "the cluster has " + without.nodes().size() + " nodes");
        return ExitCode.OK;
    }

    private LocalMembers members(Path directory) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        ProxyLaunch launch = ProxyLaunch.likeThisProcess();
        return new LocalMembers(LocalCluster.open(directory, launch), launch, line -> say(out, line));
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

    private static LocalCluster openOrCreate(Path directory, @Nullable Integer given, int port, PrintWriter out)
            throws IOException {
        int nodes = given == null ? 3 : given;
        if (!LocalCluster.existsIn(directory)) {
            say(out, "making a cluster of " + nodes + " in " + directory);
            return LocalCluster.create(directory, nodes, port, ProxyLaunch.likeThisProcess());
        }
        LocalCluster cluster = LocalCluster.open(directory, ProxyLaunch.likeThisProcess());
        if (given != null && cluster.nodes().size() != nodes) {
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
