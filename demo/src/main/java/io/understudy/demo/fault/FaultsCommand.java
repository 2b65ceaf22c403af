package io.understudy.demo.fault;

import io.understudy.command.ExitCode;
import io.understudy.demo.fault.FaultRun.Outcome;
import io.understudy.demo.lab.Disks;
import io.understudy.demo.lab.Network;
import io.understudy.demo.workload.CheckedWork;
import io.understudy.demo.workload.WorkKind;
import io.understudy.embedded.Directories;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
    private static final int NODES = 3;

    @Option(names = "--count", defaultValue = "10", description = "How many faults.")
    private int count;

    @Option(names = "--seed", description = "Decides which faults and where; by default the clock's.")
    private long seed = System.nanoTime();

    @Option(names = "--clients", defaultValue = "8", description = "Clients that write all the time.")
    private int clients;

    @Option(
            names = "--kinds",
            split = ",",
            description = "Which faults: ${COMPLETION-CANDIDATES}; by default all that can be done here.")
    private List<FaultKind> kinds = List.of();

    @Option(
            names = "--workloads",
            split = ",",
            description = "What clients do: ${COMPLETION-CANDIDATES}; by default all of it.")
    private List<WorkKind> workloads = List.of(WorkKind.values());

    @Option(names = "--port", defaultValue = "6432", description = "Client port of the first node.")
    private int port;

    @Option(
            names = "--dir",
            description = "Where the cluster's files go, and stay; by default they stay only if something was wrong.")
    private Path kept = Path.of("");

    private volatile boolean deleting;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        boolean temporary = kept.toString().isEmpty();
        Path directory = temporary ? Files.createTempDirectory("understudy-faults-") : kept.toAbsolutePath();
        if (temporary) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        kinds = possible();
        Scene scene = Scene.make(directory, NODES, port, kinds);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(scene), "stop-cluster"));
        say("seed " + seed + ", cluster in " + directory);
        scene.cluster().start(this::say);
        boolean well = broken(scene);
        deleting = temporary && well;
        return well ? ExitCode.OK : ExitCode.FAILED;
    }

    private boolean broken(Scene scene) throws Exception {
        List<Outcome> outcomes;
        FaultRun run;
        CheckedWork work = new CheckedWork(scene.cluster(), workloads, seed);
        try (work) {
            work.createTables();
            work.start(clients);
            run = new FaultRun(scene, work, seed, this::say);
            outcomes = run.run(kinds, count);
        } finally {
            work.keep(scene.cluster().directory().resolve("history.jsonl"));
            say(work.summary());
        }
        List<String> findings = run.check();
        FaultReport report = new FaultReport(outcomes);
        report.lines().forEach(this::say);
        findings.forEach(f -> say("WRONG: " + f));
        say(findings.isEmpty() ? "nothing acknowledged is lost, nothing is there twice, all nodes are equal" : "");
        return findings.isEmpty() && report.withinBounds();
    }

    /** Those asked for, or all that can be done here. */
    private List<FaultKind> possible() throws IOException {
        Optional<String> network = Network.obstacle();
        Optional<String> disks = Disks.obstacle();
        List<FaultKind> possible = Stream.of(FaultKind.values())
                .filter(k -> !(k.needsNetwork() && network.isPresent() || k.needsDisks() && disks.isPresent()))
                .toList();
        if (kinds.isEmpty()) {
            Stream.of(network, disks).flatMap(Optional::stream).forEach(o -> say("left out: " + o));
            return possible;
        }
        if (!possible.containsAll(kinds)) {
            throw new IOException(network.or(() -> disks).orElse(""));
        }
        return kinds;
    }

    private void end(Scene scene) {
        Path directory = scene.cluster().directory();
        try {
            scene.close();
            if (deleting) {
                Directories.delete(directory);
            } else {
                System.err.println("understudy: what happened is in " + directory);
            }
        } catch (IOException e) {
            System.err.println("understudy: " + directory + " could not be cleaned up: " + e.getMessage());
        }
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
