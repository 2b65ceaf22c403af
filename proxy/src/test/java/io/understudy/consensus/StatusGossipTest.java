package io.understudy.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.topology.Duties;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatusGossipTest {
    private final List<String> silent = new CopyOnWriteArrayList<>();

    @Test
    void aNodeInTheViewThatIsNotHeardIsTold() {
        try (StatusGossip gossip = new StatusGossip("a", 1, (node, message) -> {}, Duration.ofMillis(800))) {
            gossip.onSilence(silent::add);
            gossip.viewChanged(List.of("a", "b"));
            gossip.start();
            await().until(() -> silent.equals(List.of("b")));
            gossip.received(status("b"));
            await().pollInterval(Duration.ofMillis(50)).until(() -> {
                gossip.received(status("c"));
                return silent.equals(List.of("b", "b"));
            });
        }
    }

    @Test
    void aNodeThatIsHeardOrNotInTheViewIsNot() {
        try (StatusGossip gossip = new StatusGossip("a", 1, (node, message) -> {}, Duration.ofMillis(800))) {
            gossip.onSilence(silent::add);
            gossip.viewChanged(List.of("a", "b", "d"));
            gossip.start();
            await().pollInterval(Duration.ofMillis(50)).until(() -> {
                gossip.received(status("b"));
                return !silent.isEmpty();
            });
            assertThat(silent).containsExactly("d");
        }
    }

    @Test
    void whoeverSendsAnythingIsHeard() {
        AtomicInteger changes = new AtomicInteger();
        try (StatusGossip gossip = new StatusGossip("a", 1, (node, message) -> {}, Duration.ofMillis(800))) {
            gossip.onPresence(changes::incrementAndGet);
            gossip.viewChanged(List.of("a", "b"));
            gossip.start();
            await().until(() -> changes.get() == 1);
            assertThat(gossip.silent()).containsExactly("b");
            gossip.heard("b");
            assertThat(gossip.silent()).isEmpty();
            assertThat(changes).hasValue(2);
        }
    }

    @Test
    void whatANodeIsThereForIsTold() {
        NodeStatus plain = new NodeStatus("a", new UUID(1, 2), NodeState.REPLICA, 1, 1, 1, 0, "h", 1, 2, "h", 3);
        assertThat(NodeStatusCodec.read(new BinaryReader(bytes(plain)))).isEqualTo(plain);
        NodeStatus other = plain.with(new Duties(false, false, "east", 700, 3600, true));
        assertThat(NodeStatusCodec.read(new BinaryReader(bytes(other)))).isEqualTo(other);
    }

    private static byte[] bytes(NodeStatus status) {
        BinaryWriter out = new BinaryWriter(160);
        NodeStatusCodec.write(out, status);
        return out.toBytes();
    }

    private static BinaryReader status(String name) {
        BinaryWriter out = new BinaryWriter(160);
        NodeStatusCodec.write(
                out, new NodeStatus(name, new UUID(1, 2), NodeState.REPLICA, 1, 1, 1, 0, "h", 1, 2, "h", 3));
        return new BinaryReader(out.toBytes());
    }
}
