package io.understudy.route;

import static io.understudy.topology.NodeState.ISOLATED;
import static io.understudy.topology.NodeState.MASTER;
import static io.understudy.topology.NodeState.OPENING;
import static io.understudy.topology.NodeState.POSTGRES_DOWN;
import static io.understudy.topology.NodeState.QUARANTINED;
import static io.understudy.topology.NodeState.REPLICA;
import static io.understudy.topology.NodeState.STARTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.route.Route.Reason;
import io.understudy.topology.Duties;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RouterTest {
    private static NodeStatus node(String name, NodeState state, long applied) {
        return new NodeStatus(name, new UUID(0, 1), state, 3, applied, 100, 0, name, 6432, 7432, name, 5432);
    }

    /** n1's picture; n2 and n3 are the others. */
    private static ClusterPicture picture(
            NodeStatus self, NodeStatus n2, NodeStatus n3, String master, Map<String, Integer> busy) {
        Map<String, NodeStatus> peers = new HashMap<>(Map.of("n2", n2, "n3", n3));
        return new ClusterPicture(self, peers, master, self.state() == MASTER, busy, 0);
    }

    private static ReadNeed token(long index) {
        return ReadNeed.NOTHING.committed(index);
    }

    private static String read(ClusterPicture c, ReadNeed need, boolean waited) {
        return said(Router.read(c, need, waited, Reason.READ));
    }

    private static String said(Route route) {
        return switch (route) {
            case Route.Replica r -> "replica " + r.node().name();
            case Route.MasterReadOnly m -> "here, read-only";
            case Route.MasterHere m -> "here";
            case Route.MasterAt m -> "master " + m.node().name();
            case Route.WaitForReplica w -> "wait";
            case Route.NoMaster n -> "no master";
        };
    }

    @Test
    void aCaughtUpReplicaReadsItself() {
        ClusterPicture c =
                picture(node("n1", REPLICA, 50), node("n2", MASTER, 60), node("n3", REPLICA, 60), "n2", Map.of());
        assertThat(read(c, token(50), false)).isEqualTo("replica n1");
        assertThat(Router.read(c, token(50), false, Reason.READ_ONLY_TRANSACTION)
                        .reason())
                .isEqualTo(Reason.READ_ONLY_TRANSACTION);
    }

    /** A session reads its own writes. */
    @Test
    void whoIsBehindTheTokenIsLeftOut() {
        ClusterPicture c =
                picture(node("n1", REPLICA, 50), node("n2", MASTER, 60), node("n3", REPLICA, 51), "n2", Map.of());
        assertThat(read(c, token(51), false)).isEqualTo("replica n3");
        assertThat(read(c, token(52), false)).isEqualTo("wait");
        assertThat(read(c, token(52), true)).isEqualTo("master n2");
        assertThat(Router.read(c, token(52), true, Reason.READ).reason()).isEqualTo(Reason.NO_REPLICA_CAUGHT_UP);
    }

    private static NodeStatus cold(String name, int share) {
        NodeStatus n = node(name, REPLICA, 60);
        return new NodeStatus(
                n.name(),
                n.process(),
                n.state(),
                n.epoch(),
                n.appliedIndex(),
                n.committedIndex(),
                n.oldestUnappliedMicros(),
                n.host(),
                n.clientPort(),
                n.adminPort(),
                n.postgresHost(),
                n.postgresPort(),
                n.internal(),
                share,
                n.load(),
                n.distrusted(),
                n.ailment(),
                n.duties());
    }

    /** Of a thousand reads, how many a node takes. */
    private static long taken(NodeStatus self, NodeStatus n2, NodeStatus n3, String by) {
        Random random = new Random(7);
        return IntStream.range(0, 1000)
                .filter(i -> {
                    ClusterPicture c = new ClusterPicture(
                            self, Map.of("n2", n2, "n3", n3), "n2", false, Map.of(), random.nextInt());
                    return read(c, token(60), false).equals("replica " + by);
                })
                .count();
    }

    @Test
    void aReplicaThatHasJustComeBackTakesItsShareOnly() {
        NodeStatus master = node("n2", MASTER, 60);
        assertThat(taken(cold("n1", 10), master, node("n3", REPLICA, 60), "n1")).isBetween(70L, 130L);
        assertThat(taken(cold("n1", 40), master, node("n3", REPLICA, 60), "n1")).isBetween(340L, 460L);
        assertThat(taken(cold("n1", 60), master, node("n3", REPLICA, 60), "n1")).isEqualTo(1000);
        // seen from the master's node
        assertThat(taken(node("n1", MASTER, 60), cold("n2", 10), node("n3", REPLICA, 60), "n2"))
                .isBetween(30L, 80L);
    }

    @Test
    void aColdReplicaTakesAllIfNoOtherCan() {
        NodeStatus master = node("n2", MASTER, 60);
        assertThat(taken(cold("n1", 10), master, node("n3", REPLICA, 59), "n1")).isEqualTo(1000);
        assertThat(taken(cold("n1", 10), master, cold("n3", 15), "n1")).isEqualTo(1000);
    }

    private static NodeStatus with(String name, Duties duties) {
        return node(name, REPLICA, 60).with(duties);
    }

    private static Duties zone(String zone) {
        return new Duties(true, true, zone, 1, 0, false);
    }

    private static Duties weight(int weight) {
        return new Duties(true, true, "", weight, 0, false);
    }

    private static final Duties DRAINED = new Duties(true, true, "", 1, 0, true);
    private static final Duties DELAYED = new Duties(true, true, "", 1, 3600, false);
    private static final Duties RESERVED = new Duties(false, true, "", 1, 0, false);

    @Test
    void whoIsNotThereForReadsTakesNone() {
        NodeStatus master = node("n2", MASTER, 60);
        for (Duties duties : List.of(DRAINED, DELAYED)) {
            assertThat(taken(with("n1", duties), master, node("n3", REPLICA, 60), "n3"))
                    .isEqualTo(1000);
            assertThat(taken(node("n1", MASTER, 60), with("n2", duties), node("n3", REPLICA, 60), "n3"))
                    .isEqualTo(1000);
            // nobody waits for one that never will
            ClusterPicture alone = picture(with("n1", duties), master, with("n3", duties), "n2", Map.of());
            assertThat(read(alone, token(60), false)).isEqualTo("master n2");
        }
    }

    @Test
    void aReservedReplicaIsReadByItsOwnClientsOnly() {
        NodeStatus master = node("n2", MASTER, 60);
        assertThat(taken(with("n1", RESERVED), master, node("n3", REPLICA, 60), "n1"))
                .isEqualTo(1000);
        assertThat(taken(node("n1", MASTER, 60), with("n2", RESERVED), node("n3", REPLICA, 60), "n3"))
                .isEqualTo(1000);
        ClusterPicture alone = picture(node("n1", REPLICA, 50), master, with("n3", RESERVED), "n2", Map.of());
        assertThat(read(alone, token(51), true)).isEqualTo("master n2");
    }

    @Test
    void readsStayInTheZoneWhereThatIsAboutAsGood() {
        NodeStatus self = node("n1", MASTER, 60).with(zone("a"));
        NodeStatus near = with("n2", zone("a"));
        NodeStatus far = with("n3", zone("b"));
        assertThat(taken(self, near, far, "n2")).isEqualTo(1000);
        assertThat(read(picture(self, near, far, "n1", Map.of("n2", 2)), token(60), false))
                .isEqualTo("replica n2");
        assertThat(read(picture(self, near, far, "n1", Map.of("n2", 3)), token(60), false))
                .isEqualTo("replica n3");
        NodeStatus behind = node("n2", REPLICA, 59).with(zone("a"));
        assertThat(taken(self, behind, far, "n3")).isEqualTo(1000);
        // a session that read elsewhere comes back
        assertThat(read(picture(self, near, far, "n1", Map.of()), token(60).read("n3", 60), false))
                .isEqualTo("replica n2");
    }

    @Test
    void readsAreSharedByWeight() {
        NodeStatus self = node("n1", MASTER, 60);
        assertThat(taken(self, with("n2", weight(3)), with("n3", weight(1)), "n2"))
                .isBetween(700L, 800L);
        assertThat(taken(with("n1", weight(1)), node("n2", MASTER, 60), with("n3", weight(4)), "n1"))
                .isBetween(200L, 300L);
        assertThat(taken(with("n1", weight(4)), node("n2", MASTER, 60), with("n3", weight(1)), "n1"))
                .isEqualTo(1000);
        ClusterPicture busy =
                picture(self, with("n2", weight(3)), with("n3", weight(1)), "n1", Map.of("n2", 5, "n3", 2));
        assertThat(read(busy, token(60), false)).isEqualTo("replica n2");
    }

    @Test
    void aLightReplicaTakesAllIfNoOtherCan() {
        NodeStatus master = node("n2", MASTER, 60);
        assertThat(taken(with("n1", weight(1)), master, node("n3", REPLICA, 59).with(weight(9)), "n1"))
                .isEqualTo(1000);
    }

    private static ClusterPicture reached(ClusterPicture c, String node, int share, int turn) {
        return new ClusterPicture(
                c.self(), c.peers(), c.master(), c.mastershipOpen(), c.outstanding(), Map.of(node, share), turn);
    }

    @Test
    void whoseServerIsNotReachedTakesNothingAndAFewWhenItIsAgain() {
        ClusterPicture c =
                picture(node("n1", MASTER, 60), node("n2", REPLICA, 60), node("n3", REPLICA, 60), "n1", Map.of());
        assertThat(IntStream.range(0, 100).mapToObj(turn -> read(reached(c, "n2", 0, turn), token(60), false)))
                .containsOnly("replica n3");
        ClusterPicture only =
                picture(node("n1", MASTER, 60), node("n2", REPLICA, 60), node("n3", STARTING, 0), "n1", Map.of());
        assertThat(read(reached(only, "n2", 0, 1), token(60), false)).isEqualTo("here, read-only");
        Random random = new Random(7);
        assertThat(IntStream.range(0, 1000)
                        .filter(i -> read(reached(c, "n2", 10, random.nextInt()), token(60), false)
                                .equals("replica n2"))
                        .count())
                .isBetween(30L, 80L);
    }

    @Test
    void theLessBusyReplicaReads() {
        NodeStatus self = node("n1", MASTER, 60);
        Map<String, Integer> busy = Map.of("n2", 4, "n3", 2);
        ClusterPicture c = picture(self, node("n2", REPLICA, 60), node("n3", REPLICA, 60), "n1", busy);
        assertThat(read(c, token(60), false)).isEqualTo("replica n3");
        ClusterPicture behind = picture(self, node("n2", REPLICA, 60), node("n3", REPLICA, 59), "n1", busy);
        assertThat(read(behind, token(60), false)).isEqualTo("replica n2");
    }

    /** Others go on taking connections while one is chosen. */
    private static final class Growing extends Number {
        private int now;

        @Override
        public int intValue() {
            return now++;
        }

        @Override
        public long longValue() {
            return intValue();
        }

        @Override
        public float floatValue() {
            return intValue();
        }

        @Override
        public double doubleValue() {
            return intValue();
        }
    }

    @Test
    void somebodyReadsEvenIfAllGetBusierMeanwhile() {
        NodeStatus self = node("n1", MASTER, 60);
        Map<String, NodeStatus> peers = Map.of("n2", node("n2", REPLICA, 60), "n3", node("n3", REPLICA, 60));
        for (int turn = 0; turn < 20; turn++) {
            Map<String, Number> busy = Map.of("n2", new Growing(), "n3", new Growing());
            ClusterPicture c = new ClusterPicture(self, peers, "n1", true, busy, Map.of(), turn);
            assertThat(Router.read(c, token(60), false, Reason.READ)).isInstanceOf(Route.Replica.class);
        }
    }

    @Test
    void aSessionStaysWhereItReadUnlessThatIsMuchBusier() {
        NodeStatus self = node("n1", MASTER, 60);
        ReadNeed need = token(60).read("n2", 60);
        Map<String, Integer> busy = new HashMap<>(Map.of("n2", 6, "n3", 2));
        ClusterPicture c = picture(self, node("n2", REPLICA, 60), node("n3", REPLICA, 60), "n1", busy);
        assertThat(read(c, need, false)).isEqualTo("replica n2");
        busy.put("n2", 7);
        assertThat(read(c, need, false)).isEqualTo("replica n3");
        ClusterPicture behind = picture(self, node("n2", REPLICA, 59), node("n3", REPLICA, 60), "n1", Map.of());
        assertThat(read(behind, need, false)).isEqualTo("replica n3");
    }

    @ParameterizedTest
    @EnumSource(
            value = NodeState.class,
            names = {"REPLICA"},
            mode = EnumSource.Mode.EXCLUDE)
    void onlyReplicasServeReads(NodeState state) {
        NodeStatus self = node("n1", state == MASTER ? POSTGRES_DOWN : state, 99);
        ClusterPicture c = picture(self, node("n2", state, 99), node("n3", REPLICA, 10), "", Map.of());
        assertThat(read(c, ReadNeed.NOTHING, false)).isEqualTo("replica n3");
        assertThat(read(c, token(11), false)).isEqualTo("wait");
    }

    @Test
    void withoutAnyReplicaTheMasterReadsAtOnce() {
        ClusterPicture c = picture(
                node("n1", MASTER, 60), node("n2", POSTGRES_DOWN, 60), node("n3", QUARANTINED, 60), "n1", Map.of());
        assertThat(read(c, token(60), false)).isEqualTo("here, read-only");
        ClusterPicture away =
                picture(node("n1", STARTING, 0), node("n2", MASTER, 60), node("n3", ISOLATED, 60), "n2", Map.of());
        assertThat(read(away, token(60), false)).isEqualTo("master n2");
    }

    @Test
    void writesGoToTheMasterThatIsOpen() {
        NodeStatus replica = node("n3", REPLICA, 60);
        assertThat(write(node("n1", MASTER, 60), node("n2", REPLICA, 60), replica, "n1"))
                .isEqualTo("here");
        assertThat(write(node("n1", REPLICA, 60), node("n2", MASTER, 60), replica, "n2"))
                .isEqualTo("master n2");
        assertThat(write(node("n1", REPLICA, 60), node("n2", OPENING, 60), replica, "n2"))
                .isEqualTo("no master");
        assertThat(write(node("n1", REPLICA, 60), node("n2", POSTGRES_DOWN, 60), replica, "n2"))
                .isEqualTo("no master");
        assertThat(write(node("n1", OPENING, 60), node("n2", REPLICA, 60), replica, "n1"))
                .isEqualTo("no master");
        assertThat(write(node("n1", REPLICA, 60), node("n2", REPLICA, 60), replica, ""))
                .isEqualTo("no master");
        assertThat(write(node("n1", REPLICA, 60), node("n2", REPLICA, 60), replica, "n4"))
                .isEqualTo("no master");
    }

    /** What another node says of itself does not make it the master: the log does. */
    @Test
    void aDeposedMasterThatDoesNotKnowGetsNoWrites() {
        assertThat(write(node("n1", REPLICA, 60), node("n2", MASTER, 60), node("n3", REPLICA, 60), "n3"))
                .isEqualTo("no master");
    }

    private static String write(NodeStatus self, NodeStatus n2, NodeStatus n3, String master) {
        return said(Router.write(picture(self, n2, n3, master, Map.of()), Reason.WRITE));
    }
}
