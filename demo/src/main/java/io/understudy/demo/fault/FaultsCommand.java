package io.understudy.demo.fault;

import io.understudy.command.ExitCode;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.ProxyLaunch;
import io.understudy.demo.fault.FaultRun.Outcome;
import io.understudy.embedded.Directories;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy faults}: breaks a local cluster again and again while clients write, and checks what is left. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description = "Starts three nodes, breaks them in random order under load, and checks that nothing is lost.")
public final class FaultsCommand implements Callable<Integer> {
    @Option(names = "--count", defaultValue = "10", description = "How many faults.")
    private int count;

    @Option(names = "--seed", description = "Decides which faults and where; by default the clock's.")
    private long seed = System.nanoTime();

    @Option(names = "--clients", defaultValue = "8", description = "Clients that write all the time.")
    private int clients;

    @Option(names = "--kinds", split = ",", description = "Which faults: ${COMPLETION-CANDIDATES}; by default all.")
    private List<FaultKind> kinds = Arrays.asList(FaultKind.values());

    @Option(names = "--port", defaultValue = "6432", description = "Client port of the first node.")
    private int port;

    @Option(names = "--dir", description = "Where the cluster's files go, and stay; by default they are deleted.")
    private Path kept = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        boolean temporary = kept.toString().isEmpty();
        Path directory = temporary ? Files.createTempDirectory("understudy-faults-") : kept.toAbsolutePath();
        if (temporary) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        LocalCluster cluster = LocalCluster.create(directory, 3, port, ProxyLaunch.likeThisProcess());
        Thread ending = new Thread(() -> end(cluster, temporary), "stop-cluster");
        Runtime.getRuntime().addShutdownHook(ending);
        say("seed " + seed + ", cluster in " + directory);
        cluster.start(this::say);
        return broken(cluster) ? ExitCode.OK : ExitCode.FAILED;
    }

    private boolean broken(LocalCluster cluster) throws Exception {
        List<Outcome> outcomes;
        FaultRun run;
        try (CheckedWrites writes = new CheckedWrites(cluster)) {
            writes.createTables();
            writes.start(clients);
            run = new FaultRun(cluster, writes, seed, this::say);
            outcomes = run.run(kinds, count);
        }
        List<String> findings = run.check();
        FaultReport report = new FaultReport(outcomes);
        report.lines().forEach(this::say);
        findings.forEach(f -> say("WRONG: " + f));
        say(findings.isEmpty() ? "nothing acknowledged is lost, nothing is there twice, all nodes are equal" : "");
        return findings.isEmpty() && report.withinBounds();
    }

    private static void end(LocalCluster cluster, boolean delete) {
        try {
            for (var node : cluster.nodes()) {
                node.thaw();
            }
            cluster.stop();
            if (delete) {
                Directories.delete(cluster.directory());
            }
        } catch (IOException e) {
            System.err.println("understudy: " + cluster.directory() + " could not be cleaned up: " + e.getMessage());
        }
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
