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

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Path directory = Files.createTempDirectory("understudy-demo-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Cleanup cleanup = new Cleanup(directory);
        Runtime.getRuntime().addShutdownHook(new Thread(cleanup, "stop-cluster"));
        Teller teller = new Teller(out);
        LocalCluster cluster = LocalCluster.create(directory, 3, port, ProxyLaunch.likeThisProcess());
        cluster.start(teller::say);
        Duration length = Duration.ofSeconds(Math.clamp(seconds, 10, 3600));
        boolean held = new Demo(cluster, length, teller).tell();
        if (!exit) {
            teller.say("\nThe cluster stays up until Ctrl-C.\n\n" + Connecting.text(cluster));
            new CountDownLatch(1).await();
        }
        return held ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Ends the cluster and deletes it, however the demo ends. */
    private record Cleanup(Path directory) implements Runnable {
        @Override
        public void run() {
            try {
                if (LocalCluster.existsIn(directory)) {
                    LocalCluster.open(directory, ProxyLaunch.likeThisProcess()).stop();
                }
                Directories.delete(directory);
            } catch (IOException e) {
                System.err.println("understudy: " + directory + " could not be cleaned up: " + e.getMessage());
            }
        }
    }
}
