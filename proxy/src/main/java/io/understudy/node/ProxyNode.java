package io.understudy.node;

import io.understudy.admin.AdminParts;
import io.understudy.admin.AdminServer;
import io.understudy.admin.NodeMetrics;
import io.understudy.backend.PoolLimits;
import io.understudy.backend.Servers;
import io.understudy.capture.Seal;
import io.understudy.catalog.CatalogCache;
import io.understudy.catalog.UnsuitableServerException;
import io.understudy.classification.Classifier;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ConsensusEvent;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.election.ElectionBook;
import io.understudy.event.EventLog;
import io.understudy.execution.CommitProtocol;
import io.understudy.execution.LocalCommits;
import io.understudy.execution.MasterGate;
import io.understudy.execution.MasterTransactions;
import io.understudy.execution.NodeDatabase;
import io.understudy.execution.PendingAppends;
import io.understudy.execution.ShadowChecks;
import io.understudy.execution.StageTimes;
import io.understudy.log.StatementLog;
import io.understudy.mastership.ControlLoop;
import io.understudy.repair.Quarantine;
import io.understudy.replay.ApplyDelay;
import io.understudy.replay.ApplyLoop;
import io.understudy.replay.CheckpointFile;
import io.understudy.replay.EntryFeed;
import io.understudy.replay.LogRetention;
import io.understudy.replay.LoggedChunks;
import io.understudy.replay.LoopState;
import io.understudy.replay.Replayer;
import io.understudy.session.ClientListener;
import io.understudy.signin.ClusterKey;
import io.understudy.signin.SignedTokens;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: makes every part and joins them, in the order a statement and then a decision pass through them.
 *
 * <h2>Lifecycle</h2>
 * {@link #start} returns when the node serves clients, which may be before its PostgreSQL answers; {@link #close} ends everything. Once each.
 */
public final class ProxyNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyNode.class);
    private static final int FEED_ENTRIES_MAX = 16_384;
    private static final long FEED_BYTES_MAX = 48L << 20;
    private static final long BLOCKED_MILLIS_MAX = 1_000;
    /** Images of one transaction: in memory at once; of one row; in a chunk. */
    private static final Seal.Limits IMAGES = new Seal.Limits(4L << 20, 1_000_000_000, 1L << 20);

    private final NodeConfig config;
    private final UUID process = UUID.randomUUID();
    private final EventLog events;
    private final Changes changes = new Changes();
    private final ServerHealth health = new ServerHealth();
    private final CatalogCache catalog = new CatalogCache();
    private final StageTimes times = new StageTimes();
    private final MasterGate gate = new MasterGate(process, this::committed);
    private final NodeMetrics metrics = new NodeMetrics();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable UnsuitableServerException unsuitable;

    private final Servers servers;
    private final LocalServer local;
    private final ReplicatedLog log;
    private final LogView logView;
    private final PendingAppends pendings;
    private final ShadowChecks checks;
    private final CommitProtocol protocol;
    private final MasterTransactions transactions;
    private final EntryFeed feed = new EntryFeed(FEED_ENTRIES_MAX, FEED_BYTES_MAX);
    private final ApplyLoop loop;
    private final ClusterState cluster;
    private final ControlLoop control;
    private final NodeWatch watch;
    private final Quarantine quarantine;
    private final Repair repair;
    private final ForeignWriteWatch foreign;
    private final BackgroundVerification background;
    private final PeerServers peerServers;
    private final PeerProbes probes;
    private final LocalServices services;
    private final VerificationRuns verification;
    private final ClientListener clients;
    private final PeerApi peers;
    private final ElectionBook book;
    private final NodeElections elections;
    private final LoadMeter load;
    private final AdminServer admin;
    private final Departure departure;
    private final Housekeeping housekeeping;
    private final LogCutting cutting;
    private final Joining joining;
    private final Ending ending;

    private ProxyNode(NodeConfig config, LogView logView) throws IOException {
        this.config = config;
        this.logView = logView;
        this.ending = new Ending(config.node(), this::close, this::leave);
        this.events = new EventLog(config.node(), Clock.systemUTC());
        NodeEncryption tls = NodeEncryption.open(config, events);
        this.servers = new Servers(PoolLimits.of(config.poolSize()), tls.servers(), tls.proxies());
        this.local = new LocalServer(config, process, servers, catalog);
        Files.createDirectories(config.dataDirectory());
        this.quarantine = Quarantine.in(config.dataDirectory());

        // consensus
        this.peerServers = new PeerServers(servers, NodeAddresses.applyLogin(config));
        this.log = ReplicatedLog.open(
                new ReplicatedLog.Settings(
                        config.node(),
                        config.nodes(),
                        config.joins(),
                        config.dataDirectory(),
                        config.failureDetection(),
                        config.logLimits().segmentBytes()),
                tls.nodes(),
                this::consensus,
                ReplicatedLog.HALT);

        // what happened
        ClusterKey key = new ClusterKey(config.postgres().password());
        SignedTokens tokens = new SignedTokens(key, Clock.systemUTC());
        this.peers = new PeerApi(config, log, tokens);
        this.book = new ElectionBook(log, events);
        this.elections = new NodeElections(book, log, peers);

        // execution
        this.pendings = new PendingAppends(log::propose);
        NodeDatabase database = new NodeDatabase(local.source());
        this.checks = new ShadowChecks(config.checkStatements());
        ShadowAlarm shadow = new ShadowAlarm(events, checks);
        this.protocol = new CommitProtocol(process, gate, pendings, catalog, database, times, IMAGES, checks);
        this.transactions = new MasterTransactions(process, gate, pendings, protocol, catalog, database);

        // replay
        LocalCommits own = new LocalCommits(
                pendings, gate, t -> transactions.evict(t, "a lost transaction had to be replayed before it"));
        NodeApplyConnections apply = new NodeApplyConnections(servers, config);
        VerificationPoints points = new VerificationPoints(config, process, log, pendings, protocol, peers);
        VerificationFindings findings = new VerificationFindings(config, log, peers, events);
        this.verification = new VerificationRuns(
                config,
                log.members(),
                new VerificationSessions(servers, config),
                gate,
                local,
                events,
                points,
                findings);
        points.own(verification);
        this.background = new BackgroundVerification(config, log, gate, verification);
        this.cutting = new LogCutting(
                new LogRetention(
                        log, config.logLimits().bytes(), config.logLimits().age(), Clock.systemUTC()),
                events);
        ApplyEvents applyEvents = new ApplyEvents(
                this::changed,
                events,
                health,
                gate,
                pendings,
                transactions,
                catalog,
                verification,
                peerServers,
                book,
                this::quarantined,
                cutting);
        StatementLog replayed = logView.reading(log);
        this.loop = new ApplyLoop(
                feed,
                replayed,
                new Replayer(apply, new LoggedChunks(replayed), BLOCKED_MILLIS_MAX, shadow),
                process,
                own,
                applyEvents,
                new CheckpointFile(config.dataDirectory()));
        DrainMark drained = DrainMark.in(config.dataDirectory());
        PeerReach reach = new PeerReach(System::nanoTime, text -> events.add("reads", text));
        this.cluster = new ClusterState(
                config, process, log, loop.applied(), loop::judged, gate, health, checks, quarantine, drained, reach);
        this.probes = new PeerProbes(config, servers, log, reach);
        this.joining = new Joining(config, log, cluster);
        loop.delay(new ApplyDelay(config.duties().delay(), Clock.systemUTC(), cluster::isMine));
        applyEvents.cluster(cluster);

        // mastership
        Mastering mastering = new Mastering(
                config,
                process,
                log,
                gate,
                protocol,
                transactions,
                local,
                cluster,
                events,
                this::changed,
                this::opened);
        this.control = new ControlLoop(cluster::observe, mastering);
        this.repair = new Repair(
                config,
                servers,
                log,
                loop,
                local,
                quarantine,
                cluster::observe,
                peers,
                events,
                this::readable,
                new RepairPlace(config, log, loop, local, transactions, quarantine));
        findings.here(repair);
        this.foreign = new ForeignWriteWatch(
                local,
                () -> loop.state() instanceof LoopState.Applying,
                () -> gate.epoch() > 0,
                quarantine,
                repair::quarantine,
                this::writtenBehind);
        this.watch = new NodeWatch(
                servers,
                config,
                health,
                events,
                new ServerAbsence(config, servers, transactions, loop, local, catalog, this::changed));

        // sessions
        Classifier classifier = new Classifier(catalog, catalog::isFresh);
        Outcomes outcomes = new Outcomes(process, log, cluster, loop::judged, transactions, peers, changes);
        NodeClusterView view = new NodeClusterView(config, log, cluster, classifier);
        this.services = new LocalServices(
                config,
                servers,
                classifier,
                transactions,
                new RoleVerifiers(local.source(), local.reader(), catalog),
                cluster,
                view,
                changes,
                outcomes,
                tokens);
        byte[] mockSecret = ("understudy " + config.postgres().password()).getBytes(StandardCharsets.UTF_8);
        this.clients = new ClientListener(
                services,
                mockSecret,
                config.access(),
                tls.clients(),
                tls.nodes(),
                config.clientHost(),
                config.clientPort());

        this.load = new LoadMeter(services, protocol, times, clients);
        cluster.load(load::load);
        this.departure = new Departure(config, gate, mastering, log, cluster, clients, events);

        // administration
        Drain draining = new Drain(config, drained, gate, mastering, cluster, log, local, peers, events, this::changed);
        this.admin = AdminServer.start(
                config.adminHost(),
                config.adminPort(),
                config.postgres().password(),
                new AdminParts(
                        view,
                        new NodeEvents(events),
                        new NodeLog(log),
                        new CountingEntries(log, loop),
                        new ForwardedVerification(gate, verification, log, peers),
                        verification,
                        new ForwardedSwitchover(gate, mastering, peers),
                        outcomes,
                        repair,
                        draining,
                        new NodeMembers(config, log, view, draining, peers, local::adopting, events),
                        new StatementExplainer(services.classifier(), cluster, checks),
                        new NodeHealth(cluster),
                        metrics,
                        elections,
                        peers,
                        key,
                        config.adminAccess(),
                        text -> events.add("audit", text),
                        new NodeClients(config, log.members(), clients, servers, cluster, peers),
                        new NodeStatements(config, log.members(), clients.statistics(), peers),
                        tls.administration()));
        NodeGauges.register(
                metrics, cluster, log, gate, pendings, protocol, times, verification, services, clients, events);
        this.housekeeping = new Housekeeping(
                pendings,
                protocol,
                local,
                gate,
                cluster,
                log,
                catalog,
                loop.applied(),
                WitnessLog.of(config, log, cutting));
    }

    /** Makes a node and starts it. */
    public static ProxyNode start(NodeConfig config) throws IOException {
        return start(config, LogView.TRUE);
    }

    /** With something between the log and replay. */
    static ProxyNode start(NodeConfig config, LogView logView) throws IOException {
        ProxyNode node = new ProxyNode(config, logView);
        node.begin();
        return node;
    }

    private void begin() {
        events.add("node", "proxy of " + config.node() + " started, process " + process);
        log.onSilence(node -> peerServers.silent(node, this::unheard));
        log.onStatus(s -> {
            checks.distrust(s.distrusted());
            heard(s);
        });
        log.start(Math.max(log.firstIndex(), loop.judgesAfter()), logView.delivering(feed));
        loop.judge();
        control.start();
        housekeeping.start();
        cutting.start();
        probes.look();
        elections.start();
        if (config.duties().witness()) {
            clients.close();
        } else {
            serve();
        }
        joining.start();
        ending.begun();
    }

    private void serve() {
        clients.start();
        repair.start();
        background.start();
        Thread.ofPlatform().name("start").start(this::prepare);
    }

    private void prepare() {
        try {
            if (new ServerPreparation(config, local, transactions, health, events).run(() -> ended.getCount() == 0)) {
                watch.start();
                loop.start();
                foreign.start();
            }
        } catch (UnsuitableServerException e) {
            unsuitable = e;
            close();
        }
    }

    private long committed() {
        return log.committedIndex();
    }

    private void consensus(ConsensusEvent e) {
        String kind = switch (e) {
            case ConsensusEvent.ViewChanged v -> {
                peerServers.inView(v.members(), this::gone);
                yield "view";
            }
            case ConsensusEvent.Voted v -> "vote";
            case ConsensusEvent.LeadershipChanged l -> {
                gate.majority(l.leadership().majority());
                yield "leader";
            }
            case ConsensusEvent.LogRestarted r -> {
                LOG.warn("{}; it begins anew", r.text());
                ending.again();
                yield "log";
            }
            case ConsensusEvent.MembersChanged m -> {
                if (ending.hasBegun()) {
                    probes.look();
                }
                yield "members";
            }
            case ConsensusEvent.Removed r -> {
                ending.removed();
                yield "members";
            }
        };
        events.add(kind, e.text());
        changed();
    }

    private void gone(String node) {
        ClientListener c = clients;
        if (c != null) {
            c.endRelayedFrom(node);
        }
    }

    private void unheard(String node) {
        gone(node);
        events.add("view", node + " is in the view and not heard here: what goes on between the two is ended");
    }

    private void heard(NodeStatus other) {
        peerServers.heard(other);
        book.heard(other.load());
        changed();
    }

    private void opened(long epoch, Instant at) {
        load.opened(epoch, at);
        elections.opened(epoch, at);
    }

    private void quarantined(String why) {
        repair.quarantine(why);
    }

    /** Into the master: whether that has made a difference, the comparison says. */
    private void writtenBehind(String what) {
        events.add("alarm", what);
        background.soon();
    }

    /** @param noMore whether nothing may be read from this node's database from now on */
    private void readable(boolean noMore) {
        log.publish(cluster.status());
        changed();
        if (noMore) {
            Thread.ofVirtual().name("quarantine").start(() -> local.endReads(quarantine::isOn));
        }
    }

    private void changed() {
        changes.happened();
        ControlLoop c = control;
        if (c != null) {
            c.wake();
        }
    }

    /**
     * Waits until the node is closed.
     *
     * @return whether another one is to be started in its place, from what is on disk
     * @throws UnsuitableServerException if it closed itself because its PostgreSQL server cannot serve
     */
    public boolean await() throws InterruptedException, UnsuitableServerException {
        ended.await();
        UnsuitableServerException why = unsuitable;
        if (why != null) {
            throw why;
        }
        return ending.isAgain();
    }

    /** Ends everything in an orderly way: mastership and clients go to other nodes first. */
    public void leave() {
        if (ended.getCount() > 0) departure.run();
        close();
    }

    @Override
    public synchronized void close() {
        if (ended.getCount() == 0) {
            return;
        }
        ended.countDown();
        clients.close();
        admin.close();
        elections.close();
        peers.close();
        control.close();
        housekeeping.close();
        cutting.close();
        probes.close();
        joining.close();
        watch.close();
        repair.close();
        foreign.close();
        background.close();
        log.close();
        loop.close();
        servers.close();
        metrics.close();
    }
}
