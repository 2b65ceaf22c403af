package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.backend.BackendUnavailable;
import io.understudy.backend.ServerError;
import io.understudy.execution.CommitFailure;
import io.understudy.execution.WriteTransaction;
import io.understudy.route.ClusterPicture;
import io.understudy.route.Consistency;
import io.understudy.route.Hint;
import io.understudy.route.ReadNeed;
import io.understudy.route.Route;
import io.understudy.route.Route.Reason;
import io.understudy.route.Router;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets a session the connection that a route names, with the session's settings on it, and gives it back. */
final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    private static final String TOO_MANY_CONNECTIONS = "53300";
    private static final String REPLAYED = "SELECT understudy.replayed()";

    private final NodeServices node;
    private final SessionState session;

    Leases(NodeServices node, SessionState session) {
        this.node = node;
        this.session = session;
    }

    /** A place to read; the master where no replica qualifies in time. Null stands for: run it as a write would be. */
    Lease forRead(Reason reason, Hint hint) throws StatementFailure, SessionEnd {
        Consistency consistency = hint.over(session.consistency);
        ReadNeed need = need(consistency);
        boolean exact = consistency instanceof Consistency.Strong || consistency instanceof Consistency.Bounded;
        long begun = System.nanoTime();
        long deadline = begun + node.readWait().toNanos();
        int failures = 0;
        while (true) {
            boolean waited = System.nanoTime() >= deadline || failures > 2;
            Route route = hint instanceof Hint.OnNode on
                    ? onNode(on.node(), need, waited)
                    : Router.read(node.picture(), need, waited, reason);
            if (need.inDoubt() && !readsAt(route).equals(need.lastNode())) {
                settle();
                need = need(consistency);
                continue;
            }
            if ((exact || route instanceof Route.MasterReadOnly) && !shows(route, need)) {
                awaitMaster(begun, need);
                continue;
            }
            switch (route) {
                case Route.Replica r -> {
                    try {
                        chosen(r.node().name(), r.reason());
                        Lease.Reading lease = reading(r.node());
                        if (mayHaveGoneBack(lease, need)) {
                            node.readEnded(r.node().name());
                            lease.backend().release();
                            session.need = session.need.anywhere();
                            need = need(consistency);
                            continue;
                        }
                        return lease;
                    } catch (BackendUnavailable e) {
                        // Its own proxy says so soon; until then look elsewhere. A replica may also refuse a role whose
                        // new
                        // password or privilege it has not applied yet: the master knows.
                        if (++failures > 3 && exact) {
                            throw unavailable(e);
                        }
                        if (failures > 3) {
                            return forWrite(Reason.NO_REPLICA_ANSWERS);
                        }
                    }
                }
                case Route.WaitForReplica w -> await(deadline);
                case Route.MasterReadOnly m -> {
                    try {
                        NodeStatus self = node.picture().self();
                        chosen(self.name(), m.reason());
                        return reading(self);
                    } catch (BackendUnavailable e) {
                        throw unavailable(e);
                    }
                }
                default -> {
                    return forWrite(route.reason());
                }
            }
        }
    }

    /** A replica that takes statements now; empty if none does. Nothing is to be read there. */
    Optional<Lease.Reading> forPreparation() {
        Route route = Router.read(node.picture(), ReadNeed.NOTHING, true, Reason.READ);
        if (!(route instanceof Route.Replica r)) {
            return Optional.empty();
        }
        try {
            return Optional.of(reading(r.node()));
        } catch (BackendUnavailable | StatementFailure e) {
            // it may not have the session's role yet, either
            LOG.debug("nothing can be prepared on {}", r.node().name(), e);
            return Optional.empty();
        }
    }

    private Route onNode(String name, ReadNeed need, boolean waited) throws StatementFailure {
        ClusterPicture picture = node.picture();
        NodeStatus there = name.equals(picture.self().name())
                ? picture.self()
                : picture.peers().get(name);
        Route route = there == null ? new Route.WaitForReplica(Reason.HINT) : Router.readOn(picture, there, need);
        if (waited && route instanceof Route.WaitForReplica) {
            throw new StatementFailure(
                    "57P03",
                    "node " + name + ", which a hint asks for, cannot serve this read: "
                            + (there == null
                                    ? "there is no such node now"
                                    : "it is " + there.state().toString().toLowerCase(Locale.ROOT)
                                            + " and has applied entry " + there.appliedIndex() + " of "
                                            + need.on(name)),
                    "Retry, or leave the hint out.");
        }
        return route;
    }

    private void chosen(String name, Reason why) {
        session.route.chosen(name, why);
        node.countRoute(name, why);
    }

    /** What must be seen where the session reads next. */
    private ReadNeed need(Consistency consistency) throws StatementFailure, SessionEnd {
        return switch (consistency) {
            case Consistency.Session s -> session.need();
            case Consistency.Eventual e -> ReadNeed.NOTHING;
            case Consistency.Strong s -> session.need.confirmed(confirmed(Duration.ZERO));
            case Consistency.Bounded b -> ReadNeed.of(confirmed(b.age()));
        };
    }

    /** Where that reads, if it does; where the session read last, wherever that was, if nothing is to be asked before. */
    private String readsAt(Route route) {
        return switch (route) {
            case Route.Replica r -> r.node().name();
            case Route.MasterReadOnly m -> node.picture().self().name();
            default -> session.need.lastNode();
        };
    }

    /** Only a server that was lost goes back, and its connections are lost with it. */
    private boolean mayHaveGoneBack(Lease.Reading lease, ReadNeed need) {
        return lease.node().equals(need.lastNode()) && lease.backend().connectedNanos() - session.lastReadNanos >= 0;
    }

    /** What the session saw where it read last is bounded by what a majority confirms now. */
    void settle() throws StatementFailure, SessionEnd {
        if (session.need.inDoubt()) {
            long confirmed = confirmed(Duration.ZERO);
            session.need = session.need.settled(confirmed, node.ledTerm());
        }
    }

    private long confirmed(Duration age) throws StatementFailure, SessionEnd {
        try {
            return node.confirmedIndex(age, node.masterWait());
        } catch (TimeoutException e) {
            throw new StatementFailure(
                    "57P03",
                    "no majority of the nodes confirms what is committed, which understudy.consistency = "
                            + session.consistency + " asks for",
                    "Retry; an election may be under way. SET understudy.consistency = 'eventual' reads what is here.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionEnd("57P01", "terminating connection: the node shuts down", "");
        }
    }

    /** Replicas are chosen by what they have applied; the master, which is only known to be ahead of them, may have been deposed. */
    private boolean shows(Route route, ReadNeed need) {
        return switch (route) {
            case Route.MasterReadOnly m -> applied(node.picture().self(), need);
            case Route.MasterHere m -> applied(node.picture().self(), need);
            case Route.MasterAt m -> applied(m.node(), need);
            default -> true;
        };
    }

    private static boolean applied(NodeStatus at, ReadNeed need) {
        return at.appliedIndex() >= need.on(at.name());
    }

    private void awaitMaster(long begun, ReadNeed need) throws StatementFailure, SessionEnd {
        long deadline = begun + node.masterWait().toNanos();
        if (System.nanoTime() >= deadline) {
            throw new StatementFailure(
                    "57P03",
                    "no node has applied entry " + need.on("") + ", which understudy.consistency = "
                            + session.consistency + " asks for",
                    "Retry; an election may be under way.");
        }
        await(deadline);
    }

    /** Any server will do to tell a new client what it must know; the local one if possible. */
    Lease forGreeting() throws StatementFailure, SessionEnd {
        ClusterPicture picture = node.picture();
        BackendUnavailable here;
        try {
            return reading(picture.self());
        } catch (BackendUnavailable e) {
            refusedByServer(e);
            here = e;
        }
        for (NodeStatus peer : picture.peers().values()) {
            try {
                return reading(peer);
            } catch (BackendUnavailable e) {
                LOG.debug("no greeting by {}", peer.name(), e);
            }
        }
        throw unavailable(here);
    }

    /** A place to write: here under the commit protocol, or the master's proxy. Waits for a master while one can come. */
    Lease forWrite(Reason reason) throws StatementFailure, SessionEnd {
        long begun = System.nanoTime();
        long deadline = begun + node.masterWait().toNanos();
        // A master that does not know yet that it is deposed commits nothing, but it could show what is old.
        @Nullable ReadNeed need = session.consistency instanceof Consistency.Strong ? need(session.consistency) : null;
        while (true) {
            BackendUnavailable full = null;
            ClusterPicture picture = node.picture();
            Route route = Router.write(picture, reason);
            if (need != null && !shows(route, need)) {
                awaitMaster(begun, need);
                continue;
            }
            try {
                switch (route) {
                    case Route.MasterHere here -> {
                        chosen(picture.self().name(), here.reason());
                        return writing();
                    }
                    case Route.MasterAt at -> {
                        if (session.relayed) {
                            throw MovedMaster.to(at.node().name());
                        }
                        chosen(at.node().name(), at.reason());
                        return relaying(at.node());
                    }
                    default -> {}
                }
            } catch (BackendUnavailable e) {
                refusedByServer(e);
                full = e.sqlState().equals(TOO_MANY_CONNECTIONS) ? e : null;
            } catch (CommitFailure e) {
                if (!e.fields().sqlState().equals("57P03")
                        || !node.transactions().hasMajority()) {
                    throw new StatementFailure(e.fields());
                }
            }
            if (!node.transactions().hasMajority()) {
                throw new StatementFailure(
                        "57P03",
                        "node " + picture.self().name() + " sees no majority of the cluster and accepts no writes",
                        "Connect to a node on the majority's side, or retry when the network is whole again.");
            }
            if (System.nanoTime() >= deadline) {
                if (full != null) {
                    throw new StatementFailure(
                            TOO_MANY_CONNECTIONS,
                            full.fields().message(),
                            "Let transactions be shorter or fewer, or raise pool-size on the master's node.");
                }
                String why = route instanceof Route.NoMaster n ? n.why() : "the master does not answer";
                throw new StatementFailure(
                        "57P03", "no master to execute this: " + why, "Retry; an election may be under way.");
            }
            await(deadline);
        }
    }

    /** Waits a moment for news of the cluster. */
    void awaitNews() throws SessionEnd {
        await(Long.MAX_VALUE);
    }

    private void await(long deadline) throws SessionEnd {
        try {
            long left = Math.max(0, deadline - System.nanoTime());
            node.awaitChange(Duration.ofNanos(Math.min(left, 20_000_000)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionEnd("57P01", "terminating connection: the node shuts down", "");
        }
    }

    private Lease.Reading reading(NodeStatus at) throws BackendUnavailable, StatementFailure {
        Backend b = node.lease(at, session.user);
        if (b.stoodAt() == Backend.NEVER_ASKED) {
            askWhereItStands(b, at);
        }
        applySettings(b);
        node.readBegan(at.name());
        return new Lease.Reading(b, at.name());
    }

    private Lease.Writing writing() throws BackendUnavailable, StatementFailure, CommitFailure, SessionEnd {
        if (session.relay != null) {
            session.relay.discard();
            session.relay = null;
            requireNoState();
        }
        WriteTransaction t = node.transactions().begin(node.masterWait());
        boolean done = false;
        Backend b = null;
        try {
            b = session.pinned;
            if (b == null) {
                b = node.lease(node.picture().self(), session.user);
            }
            applySettings(b);
            node.transactions().admit(t, b);
            session.transaction = t.token();
            done = true;
            return new Lease.Writing(b, t);
        } finally {
            if (!done) {
                node.transactions().abandon(t);
                if (b != null && b != session.pinned) {
                    b.discard();
                }
            }
        }
    }

    private Lease.Relaying relaying(NodeStatus master) throws BackendUnavailable, StatementFailure, SessionEnd {
        Backend b = session.relay;
        if (b != null && (b.lost() || !session.relayNode.equals(master.name() + master.process()))) {
            b.discard();
            session.relay = null;
            b = null;
            requireNoState();
        }
        if (session.pinned != null) {
            session.pinned.discard();
            session.pinned = null;
            requireNoState();
        }
        if (b == null) {
            b = node.relay(master, session.user);
            session.relay = b;
            session.relayNode = master.name() + master.process();
        }
        applySettings(b);
        return new Lease.Relaying(b, master.name());
    }

    private void requireNoState() throws SessionEnd {
        if (session.stateLost()) {
            throw new SessionEnd(
                    "57P01",
                    "terminating connection: the master moved, and this session's state (" + session.pins
                            + ") was there",
                    "Connect again.");
        }
    }

    private void applySettings(Backend b) throws BackendUnavailable, StatementFailure {
        Optional<String> sql = session.settings.bring(b.settingsFingerprint());
        if (sql.isEmpty()) {
            return;
        }
        String wanted = session.settings.fingerprint();
        try {
            b.settingsFingerprint("?");
            Optional<ErrorFields> error = SimpleCommand.run(b, sql.get());
            if (error.isPresent()) {
                b.discard();
                throw new StatementFailure(error.get());
            }
            b.settingsFingerprint(wanted);
        } catch (BackendGone e) {
            b.discard();
            throw BackendUnavailable.lost(b.server(), e);
        }
    }

    /** Puts back what {@link #forRead} gave. @param clean whether it is idle, outside of any transaction */
    void giveBack(Lease.Reading r, boolean clean) {
        long term = node.seenInTerm(r.node());
        long seen = node.seenUpTo(r.node());
        session.read(r.node(), seen, term);
        giveBackUnread(r, clean);
    }

    /** The same of one by which the session has seen nothing: what its next read must see is as before. */
    void giveBackUnread(Lease.Reading r, boolean clean) {
        node.readEnded(r.node());
        if (clean && !r.backend().lost()) {
            r.backend().release();
        } else {
            r.backend().discard();
        }
    }

    /** What is known of a node can be from before its server was lost, and its database has gone back since; connections to it are new then. */
    private static void askWhereItStands(Backend b, NodeStatus at) throws BackendUnavailable {
        try {
            @Nullable String[] row = b.query(REPLAYED).getFirst();
            long stands = row[0] == null ? 0 : Long.parseLong(row[0]);
            if (at.state() == NodeState.REPLICA && stands < at.appliedIndex()) {
                throw new IOException("its database stands at entry " + stands + ", node " + at.name() + " said "
                        + at.appliedIndex());
            }
            b.stoodAt(stands);
        } catch (IOException e) {
            b.discard();
            throw BackendUnavailable.lost(b.server(), e);
        } catch (ServerError e) {
            b.discard();
            throw BackendUnavailable.lost(b.server(), new IOException(e));
        }
    }

    /** After a write transaction is over. */
    void giveBack(Backend b, boolean clean) throws SessionEnd {
        if (!clean) {
            b.discard();
            if (b == session.pinned) {
                session.pinned = null;
            }
            if (session.stateLost()) {
                throw new SessionEnd(
                        "57P01",
                        "terminating connection: the server connection that held this session's state (" + session.pins
                                + ") is lost",
                        "Connect again.");
            }
            return;
        }
        if (session.pins.isEmpty()) {
            session.pinned = null;
            b.release();
        } else {
            session.pinned = b;
        }
    }

    /** The server itself refused this user or database: no other place would do otherwise. */
    private static void refusedByServer(BackendUnavailable e) throws StatementFailure {
        ErrorFields said = e.fields();
        if (said != null
                && (said.sqlState().startsWith("28")
                        || said.sqlState().startsWith("3D")
                        || said.sqlState().equals("42501"))) {
            throw new StatementFailure(said);
        }
    }

    private static StatementFailure unavailable(BackendUnavailable e) {
        ErrorFields said = e.fields();
        return said != null
                ? new StatementFailure(said)
                : new StatementFailure(
                        "57P03", "the PostgreSQL server of this node does not answer: " + e.getMessage(), "Retry.");
    }
}
