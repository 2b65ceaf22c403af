package io.understudy.node;

import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.Resyncs;
import io.understudy.backend.Backend;
import io.understudy.backend.Credentials;
import io.understudy.backend.Login;
import io.understudy.backend.ServerError;
import io.understudy.backend.Servers;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.event.EventLog;
import io.understudy.mastership.Observation;
import io.understudy.repair.Quarantine;
import io.understudy.repair.Resync;
import io.understudy.replay.ApplyLoop;
import io.understudy.replay.LoopState;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts this node into quarantine when its database is found wrong, and has it repaired.
 *
 * <h2>Threads</h2>
 * One of its own repairs; everything else is for any.
 */
final class Repair implements Resyncs, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Repair.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration STAND_MAX = Duration.ofSeconds(60);
    private static final Duration GO_ON_MAX = Duration.ofMinutes(2);
    private static final Duration AGAIN_MIN = Duration.ofSeconds(2);
    private static final Duration AGAIN_MAX = Duration.ofMinutes(2);
    private static final Duration FORWARD_MAX = Duration.ofSeconds(10);
    private static final int PATIENT_TRIES = 5;
    private static final Map<String, String> SETTINGS = Map.of(
            "client_encoding",
            "UTF8",
            "default_transaction_read_only",
            "off",
            "application_name",
            "understudy node resync");

    private final NodeConfig config;
    private final Servers servers;
    private final ReplicatedLog log;
    private final ApplyLoop loop;
    private final LocalServer local;
    private final Quarantine quarantine;
    private final Supplier<Observation> observe;
    private final PeerApi peers;
    private final EventLog events;
    private final Consumer<Boolean> changed;
    private final RepairPlace place;
    private final Thread thread;
    private volatile boolean ordered;
    private volatile boolean closed;
    private volatile long notBefore = System.nanoTime();
    private int failures;
    private int apart;

    /** @param changed told whenever reads here become impossible or possible again; true: they have become impossible just now */
    Repair(
            NodeConfig config,
            Servers servers,
            ReplicatedLog log,
            ApplyLoop loop,
            LocalServer local,
            Quarantine quarantine,
            Supplier<Observation> observe,
            PeerApi peers,
            EventLog events,
            Consumer<Boolean> changed,
            RepairPlace place) {
        this.config = config;
        this.servers = servers;
        this.log = log;
        this.loop = loop;
        this.local = local;
        this.quarantine = quarantine;
        this.observe = observe;
        this.peers = peers;
        this.events = events;
        this.changed = changed;
        this.place = place;
        this.thread = Thread.ofPlatform().name("repair").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void quarantine(String reason) {
        if (quarantine.begin(reason)) {
            events.add("quarantine", config.node() + " is in quarantine: " + reason);
            notBefore = System.nanoTime();
            changed.accept(true);
        }
    }

    @Override
    public void order(String node, boolean mayForward) throws OrderRefusedException {
        if (node.equals(config.node())) {
            if (config.duties().witness()) {
                throw new OrderRefusedException(node + " is a witness: it has no database");
            }
            if (isMaster(observe.get())) {
                throw new OrderRefusedException(
                        node + " is the master: it is what the others are made equal to. Switch over first");
            }
            ordered = true;
            notBefore = System.nanoTime();
            quarantine("a resync was ordered");
            return;
        }
        NodeStatus other = log.peer(node);
        if (other == null || !mayForward) {
            throw new OrderRefusedException("there is no node " + node + " in view");
        }
        peers.order(
                other,
                node,
                new PeerApi.Order(
                        "/api/v1/resync?node=" + URLEncoder.encode(node, StandardCharsets.UTF_8),
                        202,
                        FORWARD_MAX,
                        ""));
    }

    private static boolean isMaster(Observation o) {
        return o.assigned().process().equals(o.process());
    }

    private void run() {
        try {
            while (!closed) {
                Thread.sleep(LOOK_EVERY);
                if (due()) {
                    attempt();
                }
            }
        } catch (InterruptedException e) {
            if (!closed) {
                LOG.error("interrupted by a stranger", e);
            }
        }
    }

    private boolean due() {
        return quarantine.isOn()
                && (ordered || config.repairs().automatic())
                && System.nanoTime() - notBefore >= 0
                && !isMaster(observe.get())
                && !(loop.state() instanceof LoopState.Starting)
                && !(loop.state() instanceof LoopState.ServerDown);
    }

    private void attempt() throws InterruptedException {
        try {
            Optional<NodeStatus> source = source();
            if (source.isEmpty()) {
                progress("waiting for a node to copy from");
                return;
            }
            repairFrom(source.get());
        } catch (IOException | ServerError | SQLException | RuntimeException e) {
            failures++;
            Duration again = AGAIN_MIN.multipliedBy(1L << Math.min(failures, 6));
            Duration wait = again.compareTo(AGAIN_MAX) > 0 ? AGAIN_MAX : again;
            LOG.warn("resync failed", e);
            events.add(
                    "quarantine", "resync failed and is tried again in " + wait.toSeconds() + " s: " + e.getMessage());
            progress("failed, to be tried again: " + e.getMessage());
            notBefore = System.nanoTime() + wait.toNanos();
        }
    }

    /** A replica, so that the master has less to do. */
    private Optional<NodeStatus> source() {
        return log.peers().values().stream()
                .filter(n -> n.state() == NodeState.REPLICA || n.state() == NodeState.MASTER)
                .filter(n -> n.duties().delaySeconds() == 0)
                .max(Comparator.<NodeStatus, Boolean>comparing(n -> n.state() == NodeState.REPLICA)
                        .thenComparingLong(NodeStatus::appliedIndex));
    }

    private void repairFrom(NodeStatus source) throws IOException, ServerError, SQLException, InterruptedException {
        boolean follows = !(loop.state().needsRepair() || loop.state() instanceof LoopState.Paused);
        progress("begins, from " + source.name());
        if (apart == 0) {
            events.add("quarantine", "resync from " + source.name() + " begins");
        }
        if (!loop.pause(STAND_MAX)) {
            throw new IOException("replay does not stop");
        }
        quarantine.requireDurable();
        local.endSessions(true);
        switch (copy(source, follows && apart < PATIENT_TRIES)) {
            case Resync.Outcome.Done d -> done(d);
            case Resync.Outcome.Apart a -> {
                apart++;
                progress("waiting: entry " + a.here() + " here, " + a.there() + " on " + source.name());
                loop.resume();
                notBefore = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            }
        }
    }

    private Resync.Outcome copy(NodeStatus from, boolean patient) throws IOException, ServerError {
        NodeConfig.Postgres p = config.postgres();
        Login reader = new Login(p.user(), config.database(), new Credentials.Password(p.password()));
        Backend source = servers.connect(NodeAddresses.postgres(from), reader, SETTINGS);
        try {
            Backend target = servers.connect(NodeAddresses.server(config), NodeAddresses.applyLogin(config), SETTINGS);
            try {
                return new Resync(source, target, place).run(patient);
            } finally {
                target.discard();
            }
        } finally {
            source.discard();
        }
    }

    private void done(Resync.Outcome.Done d) throws IOException, InterruptedException {
        progress("replaying from entry " + d.index());
        loop.resume();
        long deadline = System.nanoTime() + GO_ON_MAX.toNanos();
        while (!(loop.state() instanceof LoopState.Applying) || loop.applied().applied() < d.index()) {
            if (loop.state().needsRepair() || System.nanoTime() > deadline) {
                throw new IOException("replay does not go on after entry " + d.index() + ": " + loop.state());
            }
            Thread.sleep(10);
        }
        quarantine.repaired();
        ordered = false;
        failures = 0;
        apart = 0;
        events.add(
                "quarantine",
                config.node() + " is repaired: as its source at entry " + d.index()
                        + (d.rebuilt() ? ", schema made again" : "") + ", copied " + d.copied());
        changed.accept(false);
    }

    private void progress(String text) {
        quarantine.progress(text);
        changed.accept(false);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
