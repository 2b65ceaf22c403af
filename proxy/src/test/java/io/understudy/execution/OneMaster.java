package io.understudy.execution;

import io.understudy.backend.Backend;
import io.understudy.backend.Credentials;
import io.understudy.backend.Login;
import io.understudy.backend.PoolLimits;
import io.understudy.backend.Queries;
import io.understudy.backend.Servers;
import io.understudy.backend.TestPostgres;
import io.understudy.capture.CrashMark;
import io.understudy.capture.Seal;
import io.understudy.capture.Secret;
import io.understudy.catalog.CatalogCache;
import io.understudy.catalog.CatalogReader;
import io.understudy.catalog.Migrations;
import io.understudy.log.Entry;
import io.understudy.log.LoggedStatement;
import io.understudy.log.SessionContext;
import io.understudy.log.VerificationScope;
import io.understudy.replay.ApplyConnections;
import io.understudy.replay.ApplyListener;
import io.understudy.replay.ApplyLoop;
import io.understudy.replay.CheckpointStore;
import io.understudy.replay.EntryFeed;
import io.understudy.replay.LoggedChunks;
import io.understudy.replay.LoopState;
import io.understudy.replay.Mastership;
import io.understudy.replay.Replayer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;

/** The execution and replay of a master on a real server, with a log that the test holds in its hand. */
final class OneMaster implements AutoCloseable {
    static final Map<String, String> WRITES = Map.of("client_encoding", "UTF8", "default_transaction_read_only", "off");
    private static final SessionContext CONTEXT = new SessionContext("postgres", Map.of("search_path", "public"));
    private static final Duration WAIT_MAX = Duration.ofSeconds(20);

    final TestPostgres server;
    final UUID process = UUID.randomUUID();
    final MasterGate gate = new MasterGate(process, () -> 0);
    final EntryFeed feed = new EntryFeed(64, 1 << 20);
    final HeldLog log = new HeldLog(feed);
    final PendingAppends pendings = new PendingAppends(log::propose);
    final CommitProtocol protocol;
    final MasterTransactions transactions;
    final ApplyLoop loop;
    private final Servers servers = new Servers(PoolLimits.of(20));

    private OneMaster(TestPostgres server, String... setUp) throws Exception {
        this.server = server;
        String url = "jdbc:postgresql://127.0.0.1:" + server.address().port() + "/postgres";
        new Migrations(url, "postgres", server.password()).run(server.password(), false);
        DataSource source = servers.jdbc(server.address(), "postgres", server.password(), "postgres", "node");
        CatalogCache catalog = new CatalogCache();
        NodeDatabase database = new NodeDatabase(source);
        ShadowChecks checks = new ShadowChecks(0);
        protocol = new CommitProtocol(
                process,
                gate,
                pendings,
                catalog,
                database,
                new StageTimes(),
                new Seal.Limits(1 << 20, 4 << 20, 1 << 16),
                checks);
        transactions = new MasterTransactions(process, gate, pendings, protocol, catalog, database);
        try (Connection node = DriverManager.getConnection(Migrations.withWrites(url), "postgres", server.password())) {
            for (String sql : setUp) {
                node.createStatement().execute(sql);
            }
            node.createStatement().execute("TRUNCATE understudy.change");
            transactions.secret(Secret.renew(node));
            CrashMark.write(node, process);
            catalog.set(new CatalogReader().read(node), catalog.changes());
        }
        LocalCommits own = new LocalCommits(pendings, gate, t -> transactions.evict(t, "a lost one is replayed"));
        Replayer replayer = new Replayer(this::applyConnection, new LoggedChunks(log), 1_000, (a, b, c) -> {});
        loop = new ApplyLoop(feed, log, replayer, process, own, new Nobody(), CheckpointStore.NONE);
        loop.judge();
        loop.start();
        log.append(new Entry.MasterAssigned("n1", process, 1, "test"));
        gate.majority(true);
        if (!loop.applied().await(1, WAIT_MAX)) {
            throw new IllegalStateException("not open: " + loop.state());
        }
        gate.open(1);
    }

    static OneMaster start(String... setUp) throws Exception {
        return withSettings(List.of("max_prepared_transactions=20"), setUp);
    }

    static OneMaster withSettings(List<String> settings, String... setUp) throws Exception {
        List<String> all = new ArrayList<>(settings);
        all.addAll(List.of("fsync=on", "max_connections=50"));
        TestPostgres server = TestPostgres.start(all.toArray(String[]::new));
        try {
            return new OneMaster(server, setUp);
        } catch (Exception e) {
            server.close();
            throw e;
        }
    }

    Backend connect(String user) throws IOException {
        return servers.connect(
                server.address(), new Login(user, "postgres", new Credentials.Password(server.password())), WRITES);
    }

    private ApplyConnections.Connection applyConnection() throws IOException {
        Backend b = connect("understudy_apply");
        return new ApplyConnections.Connection() {
            @Override
            public Queries queries() {
                return b;
            }

            @Override
            public int pid() {
                return b.pid();
            }

            @Override
            public void close() {
                b.discard();
            }
        };
    }

    /** A client's transaction. */
    final class Session {
        final Backend backend;
        private final WriteTransaction transaction;

        Session() throws Exception {
            backend = connect("postgres");
            transaction = transactions.begin(Duration.ofSeconds(1));
            transactions.admit(transaction, backend);
            backend.query("BEGIN");
        }

        Session run(String sql) throws Exception {
            backend.query(sql);
            return this;
        }

        /** The same for a statement that is known to move sequences. */
        Session runWithSequences(String sql) throws Exception {
            run(sql);
            transaction.wrote(new LoggedStatement(sql, List.of(), 1), Optional.empty(), true, 0);
            return this;
        }

        CompletableFuture<CommitOutcome> runAndCommit(String sql) {
            return later(() -> {
                run(sql);
                return transactions.commit(transaction, backend, CONTEXT, WAIT_MAX);
            });
        }

        CompletableFuture<CommitOutcome> commit() {
            return later(() -> transactions.commit(transaction, backend, CONTEXT, WAIT_MAX));
        }
    }

    private interface Work {
        CommitOutcome run() throws Exception;
    }

    private static CompletableFuture<CommitOutcome> later(Work work) {
        CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(work.run());
            } catch (Exception e) {
                outcome.completeExceptionally(e);
            }
        });
        return outcome;
    }

    /** What a reader sees now. */
    String see(String sql) throws Exception {
        try (Connection c = server.connect();
                var rows = c.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Override
    public void close() {
        loop.close();
        servers.close();
        server.close();
    }

    private static final class Nobody implements ApplyListener {
        @Override
        public void assigned(Mastership m) {}

        @Override
        public void assignmentApplied(Mastership m) {}

        @Override
        public void verificationPoint(UUID point, long index, VerificationScope scope) {}

        @Override
        public void schemaChanges() {}

        @Override
        public void schemaChanged() {}

        @Override
        public void durable(long index) {}

        @Override
        public void state(LoopState s) {}
    }
}
