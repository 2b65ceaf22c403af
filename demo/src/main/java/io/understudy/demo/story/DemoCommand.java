package io.understudy.demo.story;

import io.understudy.command.ExitCode;
import io.understudy.demo.cluster.Connecting;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.ProxyLaunch;
import io.understudy.embedded.Directories;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy demo}: the whole story, on a cluster that is deleted afterwards. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Starts three nodes, works on them, kills the master, and checks that nothing is lost.")
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--exit", description = "End after the story; otherwise the cluster stays up until Ctrl-C.")
    private boolean exit;

    @Option(names = "--port", defaultValue = "6432", description = "Client port of the first node.")
    private int port;

    @Option(names = "--seconds", defaultValue = "22", description = "How long to work on it, 10 to 3600.")
    private int seconds;

    @Option(names = "--keep", description = "Leave the cluster's files behind, logs among them.")
    private boolean keep;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Path directory = Files.createTempDirectory("understudy-demo-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Cleanup cleanup = new Cleanup(directory, keep, Thread.currentThread(), new CountDownLatch(1));
        Runtime.getRuntime().addShutdownHook(new Thread(cleanup, "stop-cluster"));
        try {
            return tell(directory, new Teller(out)) ? ExitCode.OK : ExitCode.FAILED;
        } finally {
            cleanup.told().countDown();
        }
    }

    private boolean tell(Path directory, Teller teller) throws Exception {
        teller.say("making a cluster of 3 in " + directory);
        LocalCluster cluster = LocalCluster.create(directory, 3, port, ProxyLaunch.likeThisProcess());
        cluster.start(teller::say);
        Duration length = Duration.ofSeconds(Math.clamp(seconds, 10, 3600));
        boolean held;
        try (Clients clients = Clients.of(cluster)) {
            held = new Demo(cluster, clients, length, teller).tell();
        }
        if (!exit) {
            teller.say(
                    "\nThe cluster stays up until Ctrl-C, which ends and deletes it.\n\n" + Connecting.text(cluster));
            new CountDownLatch(1).await();
        }
        return held;
    }

    /**
     * Ends the cluster and deletes it, however the demo ends.
     *
     * @param teller interrupted first if the end comes from outside, so that it starts nothing more
     * @param told when it is done
     */
    private record Cleanup(Path directory, boolean keep, Thread teller, CountDownLatch told) implements Runnable {
        private static final long TELLER_LIMIT_SECONDS = 15;

        @Override
        public void run() {
            try {
                if (told.getCount() > 0) {
                    teller.interrupt();
                    told.await(TELLER_LIMIT_SECONDS, TimeUnit.SECONDS);
                }
                if (LocalCluster.existsIn(directory)) {
                    LocalCluster.open(directory, ProxyLaunch.likeThisProcess()).stop();
                }
                if (!keep) {
                    Directories.delete(directory);
                }
            } catch (IOException | InterruptedException e) {
                System.err.println("understudy: " + directory + " could not be cleaned up: " + e.getMessage());
            }
        }
    }
}
