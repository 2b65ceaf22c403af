package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.understudy.demo.cluster.StubCluster;
import io.understudy.demo.lab.Network;
import io.understudy.demo.workload.CheckedWork;
import io.understudy.demo.workload.WorkKind;
import io.understudy.embedded.Directories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three nodes, each in a network namespace of its own, under all kinds of checked work while links between them are cut, one way and both, lose packets and are slow.
 * Needs root: as root it must run, and what it needs must be there.
 */
@Timeout(400)
class NetworkFaultIT {
    private static final int CLIENTS = 6;
    private static final List<FaultKind> KINDS = List.of(
            FaultKind.ISOLATE_MASTER,
            FaultKind.MUTE_MASTER,
            FaultKind.DEAFEN_MASTER,
            FaultKind.MUTE_MASTER_LINK,
            FaultKind.UNPLUG_MASTER,
            FaultKind.DELAY_MASTER,
            FaultKind.SPLIT_ALL);

    @Test
    void cutsLossAndDelay() throws Exception {
        Optional<String> obstacle = Network.obstacle();
        if (obstacle.isPresent()) {
            boolean required = "true".equals(System.getenv("CI"))
                    && System.getProperty("user.name").equals("root");
            assumeTrue(required, obstacle.get());
            throw new AssertionError(obstacle.get());
        }
        long seed = Long.getLong("understudy.fault.seed", 538184L);
        List<String> story = new ArrayList<>(List.of("-Dunderstudy.fault.seed=" + seed));
        Path directory = Files.createTempDirectory("understudy-network-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Scene scene = Scene.make(directory, 3, StubCluster.freePort(), KINDS)) {
            scene.cluster().start(story::add);
            run(scene, seed, story);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(String.join("\n", story) + "\n" + e.getMessage(), e);
        } finally {
            Directories.delete(directory);
        }
    }

    private static void run(Scene scene, long seed, List<String> story) throws Exception {
        long epochs = scene.cluster().status().path("epoch").asLong();
        FaultRun run;
        List<FaultRun.Outcome> outcomes;
        CheckedWork work = new CheckedWork(scene.cluster(), List.of(WorkKind.values()), seed);
        try (work) {
            work.createTables();
            work.start(CLIENTS);
            run = new FaultRun(scene, work, seed, story::add);
            outcomes = run.run(KINDS);
        }
        List<String> report = new ArrayList<>(new FaultReport(outcomes).lines());
        report.addFirst("network faults, seed " + seed);
        report.add(work.summary());
        report.forEach(System.out::println);
        Files.write(Path.of("target", "network-faults.txt"), report);
        assertThat(run.check()).isEmpty();
        assertThat(scene.cluster().status().path("epoch").asLong())
                .as("a master that is cut off is deposed")
                .isGreaterThanOrEqualTo(epochs + 3);
    }
}
