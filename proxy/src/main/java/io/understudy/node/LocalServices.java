package io.understudy.node;

import io.understudy.authentication.Verifiers;
import io.understudy.backend.Access;
import io.understudy.backend.Backend;
import io.understudy.backend.BackendUnavailable;
import io.understudy.backend.Login;
import io.understudy.backend.ServerAddress;
import io.understudy.backend.Servers;
import io.understudy.backend.Translation;
import io.understudy.classification.Classifier;
import io.understudy.config.NodeConfig;
import io.understudy.execution.MasterTransactions;
import io.understudy.log.TransactionToken;
import io.understudy.replay.Mastership;
import io.understudy.route.ClusterPicture;
import io.understudy.route.Route.Reason;
import io.understudy.session.NodeServices;
import io.understudy.session.SessionUser;
import io.understudy.signin.SignedTokens;
import io.understudy.signin.Token.Purpose;
import io.understudy.topology.NodeLoad.Took;
import io.understudy.topology.NodeReport;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What sessions ask of their node, answered by its parts. */
final class LocalServices implements NodeServices {
    private static final Map<String, String> POOLED = Map.of("synchronous_commit", "off");
    private static final Duration LEASE_WAIT_MAX = Duration.ofSeconds(10);
    private static final Duration ROLES_WAIT_MAX = Duration.ofMillis(500);
    private static final Duration MASTER_WAIT = Duration.ofSeconds(8);

    private final NodeConfig config;
    private final SignedTokens tokens;
    private final Servers servers;
    private final Classifier classifier;
    private final MasterTransactions transactions;
    private final RoleVerifiers verifiers;
    private final ClusterState cluster;
    private final NodeClusterView view;
    private final Changes changes;
    private final Outcomes outcomes;
    private final NodeObjectIds objectIds;
    private final ConfirmedIndex confirmed;
    private final AtomicLong acknowledged = new AtomicLong();
    private final Map<String, LongAdder> reads = new ConcurrentHashMap<>();
    private final Map<String, ReadTime> readTimes = new ConcurrentHashMap<>();

    private record ReadTime(LongAdder count, LongAdder nanos) {}

    private final Map<String, Map<Reason, LongAdder>> routes = new ConcurrentHashMap<>();

    LocalServices(
            NodeConfig config,
            Servers servers,
            Classifier classifier,
            MasterTransactions transactions,
            RoleVerifiers verifiers,
            ClusterState cluster,
            NodeClusterView view,
            Changes changes,
            Outcomes outcomes,
            SignedTokens tokens) {
        this.config = config;
        this.tokens = tokens;
        this.servers = servers;
        this.classifier = classifier;
        this.transactions = transactions;
        this.verifiers = verifiers;
        this.cluster = cluster;
        this.view = view;
        this.changes = changes;
        this.outcomes = outcomes;
        this.confirmed = new ConfirmedIndex(cluster::readIndex);
        this.objectIds = new NodeObjectIds(servers, cluster::status);
    }

    @Override
    public Classifier classifier() {
        return classifier;
    }

    @Override
    public MasterTransactions transactions() {
        return transactions;
    }

    @Override
    public Verifiers verifiers() {
        return role -> {
            awaitRoles();
            return verifiers.verifier(role);
        };
    }

    /** Who has just made a role, or given it another password, may connect at once. */
    private void awaitRoles() {
        if (!config.duties().delay().isZero()) {
            return;
        }
        long made = knownCommitted();
        long deadline = System.nanoTime() + ROLES_WAIT_MAX.toNanos();
        try {
            while (cluster.state() == NodeState.REPLICA && cluster.applied() < made && System.nanoTime() < deadline) {
                changes.await(ROLES_WAIT_MAX);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isSuperuser(String role) {
        return verifiers.isSuperuser(role);
    }

    @Override
    public ClusterPicture picture() {
        return cluster.picture();
    }

    @Override
    public List<NodeReport> nodes() {
        return view.reports();
    }

    @Override
    public String database() {
        return config.database();
    }

    @Override
    public void awaitChange(Duration waitMax) throws InterruptedException {
        changes.await(waitMax);
    }

    @Override
    public long seenUpTo(String node) {
        return cluster.seenUpTo(node);
    }

    @Override
    public long seenInTerm(String node) {
        return node.equals(config.node()) ? 0 : ledTerm();
    }

    @Override
    public long ledTerm() {
        return cluster.ledTerm();
    }

    @Override
    public long knownCommitted() {
        return Math.max(acknowledged.get(), cluster.knownCommitted());
    }

    @Override
    public void acknowledged(long index) {
        acknowledged.accumulateAndGet(index, Math::max);
    }

    @Override
    public Backend lease(NodeStatus node, SessionUser user) throws BackendUnavailable {
        ServerAddress address = NodeAddresses.postgres(node);
        try {
            Login login = login(user);
            Backend b = servers.lease(address, login, POOLED, Access.READ_ONLY, LEASE_WAIT_MAX);
            b.translation(translation(node, login));
            return b;
        } catch (BackendUnavailable e) {
            throw e;
        } catch (IOException e) {
            throw BackendUnavailable.lost(address, e);
        }
    }

    @Override
    public Optional<Map<String, String>> toldIfBusy(NodeStatus node, SessionUser user) {
        return servers.toldIfBusy(NodeAddresses.postgres(node), login(user), POOLED, Access.READ_ONLY);
    }

    @Override
    public boolean anyoneWaits() {
        return servers.anyoneWaits();
    }

    @Override
    public int waiting(String user) {
        return servers.waiting(NodeAddresses.postgres(cluster.picture().self()), user);
    }

    private Translation translation(NodeStatus node, Login login) {
        Mastership assigned = cluster.assigned();
        return assigned.node().equals(node.name())
                ? Translation.NONE
                : objectIds.between(node, assigned.node(), assigned.epoch(), login);
    }

    @Override
    public Backend relay(NodeStatus node, SessionUser user) throws BackendUnavailable {
        ServerAddress proxy = NodeAddresses.proxy(node);
        return servers.connectToProxy(
                proxy,
                login(user),
                Map.of(
                        "understudy.relayed",
                        config.node(),
                        "understudy.node_proof",
                        tokens.forClientPort(config.node())));
    }

    @Override
    public boolean isNode(String proof, boolean overNodeTls) {
        // Where nodes encrypt, one in plain has been read by others, unless it has never left this host.
        return tokens.read(Purpose.CLIENT, proof)
                .filter(t -> overNodeTls
                        || config.clusterTls().isEmpty()
                        || t.subject().equals(config.node()))
                .isPresent();
    }

    private static Login login(SessionUser user) {
        return new Login(user.name(), user.database(), user.keys());
    }

    @Override
    public void readBegan(String node) {
        cluster.outstanding(node).incrementAndGet();
    }

    @Override
    public void readEnded(String node) {
        cluster.outstanding(node).decrementAndGet();
    }

    @Override
    public void countRoute(String node, Reason reason) {
        routes.computeIfAbsent(node, n -> new ConcurrentHashMap<>())
                .computeIfAbsent(reason, r -> new LongAdder())
                .increment();
    }

    /** How many statements and transactions this node's sessions sent to each node, and why, in lower case. */
    Map<List<String>, Long> routes() {
        Map<List<String>, Long> counts = new HashMap<>();
        routes.forEach((node, reasons) -> reasons.forEach((reason, count) ->
                counts.put(List.of(node, reason.name().toLowerCase(Locale.ROOT)), count.sum())));
        return counts;
    }

    /** The connections of clients' sessions, by server and what they do. */
    Map<List<String>, Integer> pools() {
        Map<List<String>, Integer> counts = new HashMap<>();
        for (Servers.PoolUse use : servers.uses()) {
            String server = use.server().toString();
            counts.merge(List.of(server, "active"), use.inUse(), Integer::sum);
            counts.merge(List.of(server, "idle"), use.idle(), Integer::sum);
            counts.merge(List.of(server, "waiting"), use.waiting(), Integer::sum);
        }
        return counts;
    }

    NodeClusterView view() {
        return view;
    }

    NodeConfig config() {
        return config;
    }

    @Override
    public void countRead(String node) {
        reads.computeIfAbsent(node, n -> new LongAdder()).increment();
    }

    @Override
    public void readTook(String node, long nanos, int count) {
        ReadTime time = readTimes.get(node);
        if (time == null) {
            time = readTimes.computeIfAbsent(node, n -> new ReadTime(new LongAdder(), new LongAdder()));
        }
        time.count().add(count);
        time.nanos().add(nanos);
    }

    /** How long reads of this node's sessions took, by the node where they ran. */
    Map<String, Took> readTimes() {
        Map<String, Took> times = new HashMap<>();
        readTimes.forEach(
                (node, t) -> times.put(node, new Took(t.count().sum(), t.nanos().sum() / 1000)));
        return times;
    }

    /** How many reads this node's sessions ran, by the node whose PostgreSQL ran them. */
    Map<String, Long> reads() {
        Map<String, Long> counts = new HashMap<>();
        reads.forEach((node, count) -> counts.put(node, count.sum()));
        return counts;
    }

    @Override
    public Optional<Boolean> committed(TransactionToken token, Duration waitMax)
            throws IOException, InterruptedException {
        return outcomes.committed(token, waitMax);
    }

    @Override
    public long confirmedIndex(Duration age, Duration waitMax) throws TimeoutException, InterruptedException {
        return confirmed.notOlderThan(age, waitMax);
    }

    @Override
    public Optional<String> consistencyOf(String role) {
        return verifiers.consistency(role);
    }

    @Override
    public Duration readWait() {
        return config.readWait();
    }

    @Override
    public Duration masterWait() {
        return MASTER_WAIT;
    }

    @Override
    public Duration commitWait() {
        return config.commitWait();
    }
}
