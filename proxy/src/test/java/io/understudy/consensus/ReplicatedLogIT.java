package io.understudy.consensus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.topology.Duties;
import io.understudy.topology.NodeLoad;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ReplicatedLogIT {
    private static final Duration DETECTION = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    @BeforeAll
    static void quiet() {
        ((Logger) LoggerFactory.getLogger("io.microraft")).setLevel(Level.OFF);
        ((Logger) LoggerFactory.getLogger("org.jgroups")).setLevel(Level.ERROR);
    }

    @Test
    void survivesItsLeadersDeathAndDeliversTheSameEverywhere() throws Exception {
        try (LocalCluster cluster = new LocalCluster(directory, 3, DETECTION)) {
            long start = System.nanoTime();
            cluster.startAll();
            String first = cluster.awaitLeader();
            System.out.println("3 nodes have a leader after " + millisSince(start) + " ms");
            for (String name : List.of("n1", "n2", "n3")) {
                propose(cluster, name, "from " + name, 100);
            }
            long killed = System.nanoTime();
            cluster.kill(first);
            String second = cluster.awaitLeaderOtherThan(first);
            long elected = millisSince(killed);
            String survivor = cluster.nodes.keySet().iterator().next();
            propose(cluster, survivor, "after", 1);
            System.out.println("after the leader's death: new leader " + elected + " ms, next entry committed "
                    + millisSince(killed) + " ms");
            assertThat(elected).isLessThan(1500);
            propose(cluster, survivor, "more", 100);

            cluster.start(first);
            propose(cluster, first, "back", 50);
            assertSameEverywhere(cluster);
            assertThat(texts(cluster.node(survivor)))
                    .contains("from n1 99", "from n2 99", "from n3 99", "more 99", "back 49");
            assertThat(cluster.node(survivor).events().stream().map(ConsensusEvent::text))
                    .anyMatch(text -> text.contains("without leader " + first))
                    .anyMatch(text -> text.contains(second + " leads in term"));
        }
    }

    /** Its connections live, its votes and appends do not come to an end: as with a disk that stands still. */
    @Test
    void aNodeWhoseDiskStandsStillSeesNoMajority() throws Exception {
        try (LocalCluster cluster = new LocalCluster(directory, 3, DETECTION).startAll()) {
            String first = cluster.awaitLeader();
            CountDownLatch disk = new CountDownLatch(1);
            cluster.log(first).loop().execute(() -> {
                try {
                    disk.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            try {
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> !cluster.log(first).leadership().majority());
                String survivor = first.equals("n1") ? "n2" : "n1";
                await().atMost(Duration.ofSeconds(10)).until(() -> {
                    String leader = cluster.log(survivor).leadership().leader();
                    return !leader.isEmpty() && !leader.equals(first);
                });
                propose(cluster, survivor, "meanwhile", 10);
            } finally {
                disk.countDown();
            }
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> cluster.log(first).leadership().majority());
            propose(cluster, first, "again", 10);
            assertSameEverywhere(cluster);
        }
    }

    @Test
    void everyNodeRestartedAtOnceKeepsEverything() throws Exception {
        try (LocalCluster cluster = new LocalCluster(directory, 3, DETECTION).startAll()) {
            cluster.awaitLeader();
            propose(cluster, "n1", "before", 200);
            for (String name : List.of("n1", "n2", "n3")) {
                cluster.kill(name);
            }
            cluster.startAll();
            cluster.awaitLeader();
            propose(cluster, "n2", "after", 20);
            assertSameEverywhere(cluster);
            assertThat(texts(cluster.node("n3"))).contains("before 0", "before 199", "after 19");
        }
    }

    @Test
    void aNodeFarBehindIsFedFromSegments() throws Exception {
        try (LocalCluster cluster = new LocalCluster(directory, 3, DETECTION).startAll()) {
            String leader = cluster.awaitLeader();
            String absent = leader.equals("n3") ? "n2" : "n3";
            cluster.kill(absent);
            cluster.awaitLeader();
            int entries = EngineLimits.DEFAULT.entriesInMemory() + 6000;
            for (int i = 0; i < entries; i++) {
                cluster.log(leader).propose(("e" + i).getBytes(UTF_8));
                if (i % 2000 == 0) {
                    long sent = i;
                    await().atMost(Duration.ofSeconds(30))
                            .until(() -> cluster.log(leader).committedIndex() >= sent);
                }
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> cluster.log(leader).committedIndex() >= entries);
            long start = System.nanoTime();
            cluster.start(absent);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> cluster.node(absent).delivered().size() >= entries);
            System.out.println("caught up with " + entries + " entries in " + millisSince(start) + " ms");
            assertSameEverywhere(cluster);
        }
    }

    @Test
    void anEntryLargerThanManyMessages() throws Exception {
        try (LocalCluster cluster = new LocalCluster(directory, 3, DETECTION).startAll()) {
            String leader = cluster.awaitLeader();
            String other = leader.equals("n1") ? "n2" : "n1";
            byte[] large = new byte[24 << 20];
            Arrays.fill(large, (byte) 'x');
            long start = System.nanoTime();
            cluster.log(other).propose(large);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> cluster.nodes.values().stream()
                            .allMatch(
                                    node -> node.delivered().stream().anyMatch(entry -> entry.length == large.length)));
            System.out.println("24 MB through a follower in " + millisSince(start) + " ms");
            propose(cluster, other, "afterwards", 10);
            assertThat(cluster.failures).isEmpty();
        }
    }

    @Test
    void leadershipMovesOnRequest() throws Exception {
        try (LocalCluster cluster = new LocalCluster(directory, 3, DETECTION).startAll()) {
            String leader = cluster.awaitLeader();
            String target = leader.equals("n1") ? "n2" : "n1";
            propose(cluster, leader, "x", 3);
            // One request may come to nothing, when an election comes between on a busy machine.
            await().atMost(Duration.ofSeconds(20))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofSeconds(2))
                    .until(() -> {
                        String leads = cluster.awaitLeader();
                        if (!leads.equals(target)) {
                            cluster.log(leads).transferLeadership(target);
                        }
                        return leads.equals(target);
                    });
            propose(cluster, leader, "y", 3);
            assertSameEverywhere(cluster);
        }
    }

    @Test
    void aGroupOfOneAndOfTwo() throws Exception {
        for (int size : new int[] {1, 2}) {
            try (LocalCluster cluster = new LocalCluster(directory.resolve("of" + size), size, DETECTION).startAll()) {
                cluster.awaitLeader();
                propose(cluster, "n1", "one", 20);
                cluster.kill("n1");
                cluster.start("n1");
                cluster.awaitLeader();
                propose(cluster, "n1", "two", 20);
                assertSameEverywhere(cluster);
            }
        }
    }

    @Test
    void nodesTellEachOtherTheirStatus() throws Exception {
        try (LocalCluster cluster = new LocalCluster(directory, 3, DETECTION).startAll()) {
            cluster.awaitLeader();
            NodeStatus status = new NodeStatus(
                    "n1",
                    new UUID(1, 2),
                    NodeState.REPLICA,
                    3,
                    4,
                    5,
                    6,
                    "h",
                    7,
                    8,
                    "p",
                    9,
                    new NodeStatus.Internal("i", 10, 11),
                    37,
                    NodeLoad.NONE,
                    List.of("digest", "another"),
                    new NodeStatus.Ailment("it differs", "half", 3),
                    new Duties(true, false, "east", 2, 60, true));
            cluster.log("n1").publish(status);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> status.equals(cluster.log("n2").peers().get("n1"))
                            && status.equals(cluster.log("n3").peers().get("n1")));
            assertThat(cluster.log("n1").peers()).doesNotContainKey("n1");
            cluster.kill("n1");
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> cluster.log("n2").peers().isEmpty());
        }
    }

    @Test
    void aLeaderWithoutMajorityStopsClaiming() throws Exception {
        try (LocalCluster cluster = new LocalCluster(directory, 3, DETECTION).startAll()) {
            String leader = cluster.awaitLeader();
            for (String name : Set.of("n1", "n2", "n3")) {
                if (!name.equals(leader)) {
                    cluster.kill(name);
                }
            }
            long start = System.nanoTime();
            await().atMost(DETECTION)
                    .until(() -> cluster.log(leader).leadership().leader().isEmpty());
            System.out.println("left alone, it stopped claiming after " + millisSince(start) + " ms");
            // by the view, which may come after
            await().atMost(DETECTION)
                    .until(() -> !cluster.log(leader).leadership().majority());
        }
    }

    /** Proposes each until it is delivered here, as everyone must who proposes. */
    private static void propose(LocalCluster cluster, String name, String prefix, int count) {
        LocalCluster.Node node = cluster.node(name);
        for (int i = 0; i < count; i++) {
            byte[] entry = (prefix + " " + i).getBytes(UTF_8);
            int from = node.delivered().size();
            await().atMost(Duration.ofSeconds(20))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> {
                        node.log().propose(entry);
                        return appears(node, entry, from);
                    });
        }
    }

    private static boolean appears(LocalCluster.Node node, byte[] entry, int from) {
        try {
            await().atMost(Duration.ofMillis(250))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        List<byte[]> delivered = node.delivered();
                        for (int i = from; i < delivered.size(); i++) {
                            if (Arrays.equals(delivered.get(i), entry)) {
                                return true;
                            }
                        }
                        return false;
                    });
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    private static void assertSameEverywhere(LocalCluster cluster) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> cluster.nodes.values().stream()
                                .map(node -> node.delivered().size())
                                .distinct()
                                .count()
                        == 1);
        Set<List<String>> logs =
                cluster.nodes.values().stream().map(ReplicatedLogIT::texts).collect(Collectors.toSet());
        assertThat(logs).hasSize(1);
        assertThat(cluster.failures).isEmpty();
    }

    private static List<String> texts(LocalCluster.Node node) {
        byte[] noop = EntryCodec.encode(new Entry.Noop());
        return node.delivered().stream()
                .map(entry -> Arrays.equals(entry, noop) ? "noop" : new String(entry, UTF_8))
                .toList();
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
