package io.understudy.consensus;

import io.understudy.config.NodeConfig;
import io.understudy.log.BinaryReader;
import io.understudy.log.Cut;
import io.understudy.log.EntryFormatException;
import io.understudy.log.LogBase;
import io.understudy.log.StatementLog;
import io.understudy.tls.NodeTls;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statement log, replicated by MicroRaft over JGroups and kept in this node's data directory.
 *
 * <h2>Lifecycle</h2>
 * {@link #open} checks what is on disk, joins the other nodes and takes part in consensus; {@link #start} begins delivery, once. A node may so vote and
 * store entries long before its database is ready. {@link #close} ends it; nothing is delivered after it returned, if the listener keeps to its contract.
 *
 * <h2>Failure</h2>
 * Any error of the disk, and any error of the listener, is given to the failure handler, which must end the process: {@link #HALT} does.
 *
 * <h2>Threads</h2>
 * For any thread. The listeners of events and statuses are called on inner threads and must not wait.
 */
public final class ReplicatedLog implements StatementLog {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicatedLog.class);

    /** Ends the process at once, without running anything more. */
    public static final Consumer<Throwable> HALT = failure -> {
        LOG.error("The statement log cannot go on; the node ends", failure);
        Runtime.getRuntime().halt(70);
    };

    private static final int STATUS = 2;
    private static final Duration WATCH_PAUSE = Duration.ofMillis(200);

    private final String self;
    private final Consumer<ConsensusEvent> events;
    private final Consumer<Throwable> onFailure;
    private final DirectoryLock lock;
    private final DurableState state;
    private final RaftLoop loop;
    private final RaftEngine engine;
    private final ClusterChannel channel;
    private final ClusterMembers members;
    private final StatusGossip gossip;
    private final Duration detection;
    private final Thread watching;
    private final Object telling = new Object();
    private volatile Leadership leadership = new Leadership(0, "", false);
    private volatile @Nullable Delivery delivery;
    private List<String> alive = List.of();
    private final AtomicBoolean removed = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * @param node this node's name, one of {@code peers}
     * @param peers what the cluster is formed of, the same list everywhere; in a node that joins later, where it finds the others
     * @param joins whether this node, as long as it has no log, joins a cluster that is there
     * @param directory where log and votes are, made if missing; of this node alone
     * @param failureDetection bound after which a silent node counts as gone and a leader cut off no longer claims to lead; at least 500 ms
     * @param segmentBytes size at which a new file is begun: the log is cut by whole files
     */
    public record Settings(
            String node,
            List<NodeConfig.Peer> peers,
            boolean joins,
            Path directory,
            Duration failureDetection,
            long segmentBytes) {
        public Settings {
            peers = List.copyOf(peers);
            if (segmentBytes < 1) {
                throw new IllegalArgumentException("segments of " + segmentBytes + " bytes");
            }
            if (failureDetection.toMillis() < 500) {
                throw new IllegalArgumentException("failure detection below 500 ms: " + failureDetection);
            }
        }
    }

    private ReplicatedLog(
            Settings settings, Optional<NodeTls> tls, Consumer<ConsensusEvent> events, Consumer<Throwable> onFailure)
            throws IOException {
        this.self = settings.node();
        this.events = events;
        this.onFailure = onFailure;
        // Detection, then a heartbeat's period until it is acted on, must stay within the bound.
        Duration silence = settings.failureDetection().multipliedBy(7).dividedBy(10);
        RaftTime time = new RaftTime(System::nanoTime, silence);
        this.lock = new DirectoryLock(settings.directory());
        this.state = open(settings, onFailure);
        this.loop = new RaftLoop(self, time, onFailure);
        this.detection = silence;
        this.watching = Thread.ofPlatform().daemon().name("disk-watch-" + self).unstarted(this::watch);
        this.channel = new ClusterChannel(self, settings.peers(), silence, tls, new Incoming());
        this.gossip = new StatusGossip(self, STATUS, channel, silence);
        gossip.onPresence(() -> loop.execute(this::refresh));
        this.engine = new RaftEngine(EngineLimits.DEFAULT, state, loop, time, new Random(), channel, new Observed());
        this.members = new ClusterMembers(settings, state, engine, channel, tls, events);
    }

    private DurableState open(Settings settings, Consumer<Throwable> failed) throws IOException {
        try {
            return DurableState.open(
                    new DirectoryDisk(settings.directory()),
                    Founding.of(
                            self,
                            settings.peers(),
                            settings.joins() ? UUID.randomUUID().toString() : ""),
                    new StoreLimits(settings.segmentBytes(), StoreLimits.CACHE_BYTES),
                    failed::accept);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Joins the other nodes; returns when a first view is there, which may be this node alone.
     *
     * @param tls by which the nodes encrypt what they say to each other, which the log starts and closes; empty: they do not
     * @param events told of views, votes and leaders
     * @param onFailure told of a failure after which the process must end; {@link #HALT} outside of tests
     * @throws IOException if the log is damaged or cannot be read, or the cluster port cannot be opened
     */
    public static ReplicatedLog open(
            Settings settings, Optional<NodeTls> tls, Consumer<ConsensusEvent> events, Consumer<Throwable> onFailure)
            throws IOException {
        ReplicatedLog log = new ReplicatedLog(settings, tls, events, onFailure);
        try {
            log.loop.start();
            log.members.refresh();
            log.engine.start();
            log.gossip.start();
            log.watching.start();
            log.channel.connect("understudy");
            return log;
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
    }

    /** Begins to deliver committed entries, the one at {@code fromIndex} first. May be called once. */
    public synchronized void start(long fromIndex, Listener listener) {
        if (delivery != null || closed) {
            throw new IllegalStateException("delivery was started before, or the log is closed");
        }
        if (fromIndex < firstIndex()) {
            throw new IllegalArgumentException(
                    "entry " + fromIndex + " is older than the log, which begins at " + firstIndex());
        }
        Delivery started = new Delivery(self, state.entries(), fromIndex, listener, onFailure);
        delivery = started;
        started.start();
        loop.execute(() -> started.committed(engine.committed()));
    }

    /** Tells the other nodes this node's status, if it changed within about 5 ms, and from time to time anyway. */
    public void publish(NodeStatus status) {
        gossip.publish(status);
    }

    /** Latest status of each other node in the view that has published one, by name. */
    public Map<String, NodeStatus> peers() {
        Map<String, NodeStatus> others = gossip.others();
        if (others.keySet().stream().allMatch(members::has)) {
            return others;
        }
        others = new HashMap<>(others);
        others.keySet().removeIf(n -> !members.has(n));
        return Map.copyOf(others);
    }

    /** Latest status of each node in the view that does not belong to the cluster, by name: it waits to be added, or was removed just now. */
    public Map<String, NodeStatus> strangers() {
        Map<String, NodeStatus> others = new HashMap<>(gossip.others());
        others.keySet().removeIf(members::has);
        return Map.copyOf(others);
    }

    /** Latest status of another node; null if it has published none, or is not in the view. */
    public @Nullable NodeStatus peer(String node) {
        return members.has(node) ? gossip.other(node) : null;
    }

    /** When any node, this one too, last said that it is open as master, by this node's clock; a master says so at least five times a second. */
    public Optional<Instant> lastOpen() {
        return gossip.lastOpen();
    }

    /** Told of each status of another node that differs from the one before; must not wait. */
    public void onStatus(Consumer<NodeStatus> listener) {
        gossip.listener(status -> {
            if (members.has(status.name())) {
                listener.accept(status);
            }
        });
    }

    /** Told of each node in the view that has not been heard here for the time of failure detection, though others hear it, once; must not wait. */
    public void onSilence(Consumer<String> listener) {
        gossip.onSilence(listener);
    }

    /** Who belongs to the cluster. */
    public ClusterMembers members() {
        return members;
    }

    @Override
    public void propose(byte[] entry) {
        engine.propose(entry);
    }

    /** An index that is no lower than that of any commit that anybody was told of before this call; fails soon if no majority can confirm it. */
    public CompletableFuture<Long> readIndex() {
        return engine.readIndex();
    }

    @Override
    public long committedIndex() {
        return engine.committed();
    }

    @Override
    public LogBase base() {
        return state.entries().base();
    }

    @Override
    public List<Cut> cuts() {
        return engine.cuts();
    }

    @Override
    public long bytes() {
        return state.entries().bytes();
    }

    @Override
    public synchronized void truncate(long index, byte[] standsFor) throws IOException {
        if (cuts().stream().noneMatch(c -> c.index() == index)) {
            throw new IllegalArgumentException("the log cannot be cut at " + index);
        }
        state.entries().prepare(index, standsFor);
        engine.forget(index);
    }

    @Override
    public byte[] read(long index) throws IOException {
        if (index > committedIndex()) {
            throw new IllegalArgumentException(
                    "entry " + index + " is not committed, as far as is known here up to " + committedIndex());
        }
        return state.entries().read(index);
    }

    @Override
    public Leadership leadership() {
        return leadership;
    }

    /**
     * The term in which this node leads, as far as it knows; -1 if it does not. Who has led the same one before and after a {@link #readIndex} has led it all the time between, and knew of every commit.
     */
    public long ledTerm() {
        return engine.ledTerm();
    }

    @Override
    public void transferLeadership(String node) {
        engine.transferLeadership(node);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        watching.interrupt();
        channel.close();
        gossip.close();
        engine.stop();
        loop.close();
        Delivery running = delivery;
        if (running != null) {
            running.close();
        }
        try (lock) {
            state.close();
        } catch (IOException e) {
            LOG.warn("The log's files could not be closed", e);
        }
    }

    /** For tests that break connections. */
    ClusterChannel channel() {
        return channel;
    }

    /**
     * Joins what MicroRaft says with what the view says and with who is heard: a node whose way in is cut learns of no view any more. On the engine's thread.
     */
    private void refresh() {
        Set<String> silent = gossip.silent();
        List<String> voters = members.voters();
        boolean majority = alive.stream()
                        .filter(n -> voters.contains(n) && !silent.contains(n))
                        .count()
                > voters.size() / 2;
        String leader = engine.leader();
        tell(new Leadership(engine.term(), majority && alive.contains(leader) ? leader : "", majority));
    }

    private void tell(Leadership next) {
        synchronized (telling) {
            if (!next.equals(leadership)) {
                leadership = next;
                events.accept(new ConsensusEvent.LeadershipChanged(next));
            }
        }
    }

    /**
     * A node whose disk stands still takes part in no majority, though the others hear from it as ever: it neither learns what is committed nor votes. Saying so lets them
     * choose another master.
     */
    private void watch() {
        boolean stalled = false;
        try {
            while (!closed) {
                Thread.sleep(WATCH_PAUSE);
                boolean now = loop.busyFor().compareTo(detection) > 0;
                if (now && !stalled) {
                    tell(new Leadership(leadership.term(), "", false));
                    // Last, for its own disk may be the same.
                    LOG.warn("the log's disk has not answered for {} ms", detection.toMillis());
                } else if (stalled && !now) {
                    loop.execute(this::refresh);
                }
                stalled = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** For tests that hold it up. */
    RaftLoop loop() {
        return loop;
    }

    private final class Incoming implements ClusterChannel.Handler {
        @Override
        public void viewChanged(long view, List<String> names) {
            gossip.viewChanged(names);
            loop.execute(() -> {
                String leader = leadership.leader();
                events.accept(new ConsensusEvent.ViewChanged(view, names, names.contains(leader) ? "" : leader));
                alive = names;
                refresh();
            });
            engine.viewChanged(names);
        }

        @Override
        public void heard(String node) {
            gossip.heard(node);
            engine.heard(node);
        }

        @Override
        public void received(String from, byte[] message) {
            gossip.heard(from);
            try {
                if (message.length > 0 && message[0] == STATUS) {
                    if (message.length > 1) {
                        gossip.received(new BinaryReader(message, 1, message.length - 1));
                    }
                } else {
                    engine.receive(message);
                }
            } catch (EntryFormatException e) {
                LOG.warn("A message of another node was not understood: {}", e.getMessage());
            }
        }
    }

    private final class Observed implements RaftEngine.Observer {
        @Override
        public void committed(long index) {
            Delivery running = delivery;
            if (running != null) {
                running.committed(index);
            }
        }

        @Override
        public void leadership(int term, String leader) {
            refresh();
        }

        @Override
        public void voted(int term, String candidate) {
            events.accept(new ConsensusEvent.Voted(self, candidate, term));
        }

        @Override
        public void membership() {
            members.refresh();
            refresh();
        }

        @Override
        public void removed() {
            if (removed.compareAndSet(false, true)) {
                events.accept(new ConsensusEvent.Removed(self));
            }
        }

        @Override
        public void restarted(long index) {
            events.accept(new ConsensusEvent.LogRestarted(index));
        }
    }
}
