package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.cluster.ProxyLaunch;
import io.understudy.demo.cluster.StubCluster;
import io.understudy.demo.workload.CheckedWork;
import io.understudy.demo.workload.WorkKind;
import io.understudy.embedded.Directories;
import io.understudy.testing.SeededBug;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real processes with a bug in them: the checkers must find it. What no run of processes can be made to hit is in the proxy's SeededBugIT. */
class SeededFaultIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CLIENTS = 6;
    private static final int WRITES = 150;

    private Path directory;
    private LocalCluster cluster;

    @BeforeEach
    void make() throws IOException {
        directory = Files.createTempDirectory("understudy-seeded-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void remove() throws IOException {
        try {
            if (cluster != null) {
                for (LocalNode node : cluster.nodes()) {
                    node.thaw();
                }
                cluster.stop();
            }
        } finally {
            Directories.delete(directory);
        }
    }

    private CheckedWork start(SeededBug bug, List<WorkKind> kinds) throws Exception {
        Path classes = directory.resolve("classes");
        bug.writeInto(classes);
        cluster = LocalCluster.create(
                directory.resolve("cluster"),
                3,
                StubCluster.freePort(),
                ProxyLaunch.likeThisProcess().patched(List.of(classes)));
        cluster.start(line -> {});
        CheckedWork work = new CheckedWork(cluster, kinds, 1);
        work.createTables();
        return work;
    }

    private static void awaitWrites(CheckedWork work) {
        int goal = work.pace().acknowledged() + WRITES;
        await().atMost(LIMIT).until(() -> work.pace().acknowledged() >= goal);
    }

    @Test
    void aReplicaThatLeavesEntriesOutIsFound() throws Exception {
        CheckedWork work = start(SeededBug.DROP_ENTRY, List.of(WorkKind.LISTS, WorkKind.COUNTERS, WorkKind.BANK));
        try (work) {
            work.start(CLIENTS);
            awaitWrites(work);
        }
        assertThat(work.check()).isNotEmpty();
    }

    /** Both replicas stand still while the master goes on acknowledging; then it is gone, and they know of nothing. */
    @Test
    void anAcknowledgementWithoutAMajorityIsFound() throws Exception {
        CheckedWork work = start(SeededBug.ACKNOWLEDGE_BEFORE_MAJORITY, List.of(WorkKind.INSERTS));
        try (work) {
            work.start(CLIENTS);
            awaitWrites(work);
            LocalNode master = master();
            List<LocalNode> replicas =
                    cluster.nodes().stream().filter(n -> n != master).toList();
            for (LocalNode replica : replicas) {
                replica.freezeProxy();
            }
            int before = work.pace().acknowledged();
            // What was on its way to the replicas when they stopped may still reach them.
            await().atMost(LIMIT).until(() -> work.pace().acknowledged() > before + 2 * CLIENTS);
            master.killProxy();
            master.killPostgres();
            for (LocalNode replica : replicas) {
                replica.thaw();
            }
            awaitWrites(work);
            master.startPostgres();
        }
        assertThat(work.check()).anySatisfy(f -> assertThat(f).startsWith("acknowledged, and lost on"));
    }

    private LocalNode master() throws IOException {
        for (var node : cluster.status().path("nodes")) {
            if (node.path("role").asText().equals("master")) {
                return cluster.nodes().stream()
                        .filter(n -> n.name().equals(node.path("name").asText()))
                        .findFirst()
                        .orElseThrow();
            }
        }
        throw new IOException("there is no master");
    }
}
