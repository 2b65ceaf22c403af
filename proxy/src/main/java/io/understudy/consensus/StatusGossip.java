package io.understudy.consensus;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Each node tells the others its status: soon after every change, changes of a few milliseconds together, and from time to time anyway. Of each other node the
 * latest is kept while the node is in the view. For any thread.
 */
final class StatusGossip implements AutoCloseable {
    private static final long COALESCE_MILLIS = 5;
    private static final long REPEAT_MILLIS = 200;

    private final String self;
    private final Wire wire;
    private final int kind;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Map<String, NodeStatus> latest = new ConcurrentHashMap<>();

    private volatile @Nullable Instant lastOpen;
    private volatile List<String> alive = List.of();
    private volatile @Nullable NodeStatus own;
    private volatile Consumer<NodeStatus> listener = status -> {};

    /** @param kind first byte of its messages */
    StatusGossip(String self, int kind, Wire wire) {
        this.self = self;
        this.kind = kind;
        this.wire = wire;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("status-" + self).factory());
    }

    void start() {
        var unused = timer.scheduleAtFixedRate(this::send, REPEAT_MILLIS, REPEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    void listener(Consumer<NodeStatus> other) {
        this.listener = other;
    }

    void publish(NodeStatus status) {
        boolean changed = !status.equals(own);
        own = status;
        noteSign(status);
        if (changed && scheduled.compareAndSet(false, true)) {
            try {
                var unused = timer.schedule(
                        () -> {
                            scheduled.set(false);
                            send();
                        },
                        COALESCE_MILLIS,
                        TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // closed
            }
        }
    }

    private void send() {
        NodeStatus status = own;
        if (status == null) {
            return;
        }
        BinaryWriter out = new BinaryWriter(160);
        out.u8(kind);
        NodeStatusCodec.write(out, status);
        byte[] message = out.toBytes();
        for (String node : alive) {
            if (!node.equals(self)) {
                wire.send(node, message);
            }
        }
    }

    void received(BinaryReader in) {
        NodeStatus status = NodeStatusCodec.read(in);
        noteSign(status);
        if (alive.contains(status.name()) && !status.equals(latest.put(status.name(), status))) {
            listener.accept(status);
        }
    }

    private void noteSign(NodeStatus status) {
        if (status.state() == NodeState.MASTER) {
            lastOpen = Instant.now();
        }
    }

    /** When any node, this one too, last said that it is open as master, by this node's clock. */
    Optional<Instant> lastOpen() {
        return Optional.ofNullable(lastOpen);
    }

    void viewChanged(List<String> members) {
        alive = List.copyOf(members);
        latest.keySet().retainAll(members);
    }

    Map<String, NodeStatus> others() {
        return Map.copyOf(latest);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
