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
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.util.HashMap;
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
                n.ailment());
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

    @Test
    void theLessBusyReplicaReads() {
        NodeStatus self = node("n1", MASTER, 60);
        Map<String, Integer> busy = Map.of("n2", 4, "n3", 2);
        ClusterPicture c = picture(self, node("n2", REPLICA, 60), node("n3", REPLICA, 60), "n1", busy);
        assertThat(read(c, token(60), false)).isEqualTo("replica n3");
        ClusterPicture behind = picture(self, node("n2", REPLICA, 60), node("n3", REPLICA, 59), "n1", busy);
        assertThat(read(behind, token(60), false)).isEqualTo("replica n2");
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
