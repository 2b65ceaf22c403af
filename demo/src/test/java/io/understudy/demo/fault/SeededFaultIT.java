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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real processes with a bug in them: the checkers must find it. What no run of processes can be made to hit is in the proxy's SeededBugIT. */
class SeededFaultIT {
    private static final int STARTS_MAX = 5;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CLIENTS = 6;
    private static final int WRITES = 150;

    private static final Duration OUTCOME_LIMIT = Duration.ofSeconds(5);

    private Path directory;
    private @Nullable LocalCluster cluster;

    @BeforeEach
    void make() throws IOException {
        directory = Files.createTempDirectory("understudy-seeded-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void remove() throws IOException {
        try {
            LocalCluster made = cluster;
            if (made != null) {
                for (LocalNode node : made.nodes()) {
                    node.thaw();
                }
                made.stop();
            }
        } finally {
            Directories.delete(directory);
        }
    }

    private LocalCluster start(SeededBug bug) throws Exception {
        Path classes = directory.resolve("classes");
        bug.writeInto(classes);
        for (int attempt = 1; ; attempt++) {
            Path place = directory.resolve("cluster" + attempt);
            LocalCluster made = LocalCluster.create(
                    place,
                    3,
                    StubCluster.freePort(),
                    ProxyLaunch.likeThisProcess().patched(List.of(classes)));
            cluster = made;
            try {
                made.start(line -> {});
                return made;
            } catch (IOException e) {
                // Two leaders at the start, one after the other: with the bug in it a node may find then what must not
                // be, and end.
                if (attempt == STARTS_MAX) {
                    throw e;
                }
                System.out.println("not started, because of the bug: " + e.getMessage());
                made.stop();
            }
        }
    }

    private static void awaitWrites(CheckedWork work) {
        int goal = work.pace().acknowledged() + WRITES;
        await().atMost(LIMIT).until(() -> work.pace().acknowledged() >= goal);
    }

    @Test
    void aReplicaThatLeavesEntriesOutIsFound() throws Exception {
        LocalCluster local = start(SeededBug.DROP_ENTRY);
        CheckedWork work = new CheckedWork(local, List.of(WorkKind.LISTS, WorkKind.COUNTERS, WorkKind.BANK), 1);
        work.createTables();
        try (work) {
            work.start(CLIENTS);
            awaitWrites(work);
        }
        assertThat(work.check()).isNotEmpty();
    }

    /** Both replicas stand still while the master goes on acknowledging; then it is gone, and they know of nothing. */
    @Test
    void anAcknowledgementWithoutAMajorityIsFound() throws Exception {
        LocalCluster local = start(SeededBug.ACKNOWLEDGE_BEFORE_MAJORITY);
        CheckedWork work = new CheckedWork(local, List.of(WorkKind.INSERTS), 1);
        work.createTables();
        try (work) {
            // so many that some are connected to the master when the others' nodes stop
            int clients = 3 * CLIENTS;
            work.start(clients);
            awaitWrites(work);
            LocalNode master = master(local);
            List<LocalNode> replicas =
                    local.nodes().stream().filter(n -> n != master).toList();
            for (LocalNode replica : replicas) {
                replica.freezeProxy();
            }
            int before = work.pace().acknowledged();
            // What was on its way to the replicas when they stopped may still reach them.
            await().atMost(LIMIT).until(() -> work.pace().acknowledged() > before + 2 * clients);
            master.killProxy();
            master.killPostgres();
            for (LocalNode replica : replicas) {
                replica.thaw();
            }
            awaitWrites(work);
            master.startPostgres();
        }
        // nobody will ever be able to tell what became of some
        assertThat(work.check(OUTCOME_LIMIT)).anySatisfy(f -> assertThat(f).startsWith("acknowledged, and lost on"));
    }

    private static LocalNode master(LocalCluster cluster) throws IOException {
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
