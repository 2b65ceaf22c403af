package io.understudy.consensus;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
    private final Map<String, AtomicLong> heardNanos = new ConcurrentHashMap<>();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();
    private final Duration patience;

    private volatile @Nullable Instant lastOpen;
    private volatile List<String> alive = List.of();
    private volatile @Nullable NodeStatus own;
    private volatile Consumer<NodeStatus> listener = status -> {};
    private volatile Consumer<String> onSilence = node -> {};
    private volatile Runnable onPresence = () -> {};
    private long tickNanos = System.nanoTime();

    /**
     * @param kind first byte of its messages
     * @param patience after which a node in the view that says nothing is told of as silent
     */
    StatusGossip(String self, int kind, Wire wire, Duration patience) {
        this.patience = patience;
        this.self = self;
        this.kind = kind;
        this.wire = wire;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("status-" + self).factory());
    }

    void start() {
        var unused = timer.scheduleAtFixedRate(this::tick, REPEAT_MILLIS, REPEAT_MILLIS, TimeUnit.MILLISECONDS);
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

    /** Told the name of each node that is in the view and has not been heard for a while, once; must not wait. */
    void onSilence(Consumer<String> told) {
        this.onSilence = told;
    }

    /** Told whenever nodes in the view fall silent or are heard again; must not wait. */
    void onPresence(Runnable told) {
        this.onPresence = told;
    }

    /** Nodes in the view that have not been heard for a while. */
    Set<String> silent() {
        return Set.copyOf(silent);
    }

    /** That node sent something, whatever it was. */
    void heard(String node) {
        AtomicLong at = heardNanos.get(node);
        if (at == null) {
            at = heardNanos.computeIfAbsent(node, n -> new AtomicLong());
        }
        at.set(System.nanoTime());
        if (!silent.isEmpty() && silent.remove(node)) {
            onPresence.run();
        }
    }

    private void tick() {
        send();
        long now = System.nanoTime();
        // Time that this process itself stood still is no silence of others.
        long stood = Math.max(0, now - tickNanos - TimeUnit.MILLISECONDS.toNanos(2 * REPEAT_MILLIS));
        tickNanos = now;
        boolean fewer = false;
        for (String node : alive) {
            long heard =
                    heardNanos.computeIfAbsent(node, n -> new AtomicLong(now)).addAndGet(stood);
            if (!node.equals(self) && now - heard > patience.toNanos() && silent.add(node)) {
                fewer = true;
                onSilence.accept(node);
            }
        }
        if (fewer) {
            onPresence.run();
        }
    }

    private void send() {
        NodeStatus status = own;
        BinaryWriter out = new BinaryWriter(160);
        out.u8(kind);
        // without one yet it tells that it is there
        if (status != null) {
            NodeStatusCodec.write(out, status);
        }
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
        heard(status.name());
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
        heardNanos.keySet().retainAll(members);
        silent.retainAll(members);
    }

    @Nullable
    NodeStatus other(String node) {
        return latest.get(node);
    }

    Map<String, NodeStatus> others() {
        return Map.copyOf(latest);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
