package io.understudy.demo.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.selectCount;
import static org.jooq.impl.DSL.table;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.fault.Contents;
import io.understudy.jdbc.Route;
import io.understudy.jdbc.UnderstudyConnection;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import liquibase.GlobalConfiguration;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.analytics.configuration.AnalyticsArgs;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.UpdateCountCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.command.core.helpers.ShowSummaryArgument;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.core.PostgresDatabase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.tools.jdbc.JDBCUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Liquibase, jOOQ and Hibernate by the URL, each through the loss of the master. */
class FrameworksIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int MIGRATIONS = 3;

    private static RunningCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RunningCluster.shared();
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void nodesAreEqual() {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(Contents.differences(Contents.ofAll(cluster.local())))
                        .isEmpty());
    }

    @Test
    void ofSeveralLiquibasesThatAreCutOffEachChangeIsAppliedOnce() throws Exception {
        migrate(
                cluster.url(),
                new CommandScope(UpdateCountCommandStep.COMMAND_NAME)
                        .addArgumentValue(UpdateCountCommandStep.COUNT_ARG, 1));
        LocalNode lost = cluster.master();
        LocalNode now;
        try {
            assertThat(migratedThroughALoss(lost)).isPositive();
            now = cluster.master();
            assertThat(now.name()).isNotEqualTo(lost.name());
            inLiquibase(cluster.url(), database -> {
                assertThat(database).isExactlyInstanceOf(PostgresDatabase.class);
                assertThat(database.getRanChangeSetList()).hasSize(3);
                assertThat(route(database).reason()).isEqualTo("read_write_transaction");
                assertThat(route(database).node()).isEqualTo(now.name());
            });
            inLiquibase(cluster.url(), database -> {
                connection(database).rollback();
                connection(database).setReadOnly(true);
                assertThat(database.getRanChangeSetList()).hasSize(3);
                assertThat(route(database).reason()).isEqualTo("read_only_transaction");
                assertThat(route(database).node()).isNotEqualTo(now.name());
            });
        } finally {
            lost.startProxy();
            cluster.awaitAllServing();
        }
        assertThat(number(now, "select count(*) from databasechangelog")).isEqualTo(3);
        assertThat(number(now, "select count(*) from databasechangeloglock where locked"))
                .isZero();
        assertThat(number(now, "select passed from gate")).isEqualTo(1);
        assertThat(number(now, "select stocked()")).isEqualTo(3);
        assertThat(number(now, "select count(distinct name) from stock where amount = 7"))
                .isEqualTo(3);
    }

    /**
     * Starts Liquibases, and kills the master when one of them is in the middle of a change.
     *
     * @return how many runs failed, and were tried again
     */
    private static int migratedThroughALoss(LocalNode lost) throws Exception {
        AtomicInteger failed = new AtomicInteger();
        List<? extends CompletableFuture<?>> migrations;
        try (Connection gate = DriverManager.getConnection(cluster.url());
                Statement s = gate.createStatement()) {
            s.execute("create table gate as select 0 as passed");
            gate.setAutoCommit(false);
            s.execute("select * from gate for update");
            migrations = IntStream.range(0, MIGRATIONS)
                    .mapToObj(i -> Traffic.inThread(() -> {
                        Callable<?> migration = inClassesOfItsOwn();
                        return Traffic.retried(migration, failed);
                    }))
                    .toList();
            await().atMost(LIMIT)
                    .until(() -> number(
                                    lost,
                                    "select count(*) from pg_stat_activity"
                                            + " where wait_event_type = 'Lock' and query ilike 'update%gate%'")
                            == 1);
            lost.killProxy();
        }
        for (CompletableFuture<?> migration : migrations) {
            migration.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        return failed.get();
    }

    private interface WithDatabase {
        void use(Database database) throws Exception;
    }

    /** A Liquibase of its own, with its database by the URL. */
    private static void inLiquibase(String url, WithDatabase work) throws Exception {
        Map<String, Object> settings = Map.of(
                GlobalConfiguration.CHANGELOGLOCK_POLL_RATE.getKey(),
                1L,
                AnalyticsArgs.ENABLED.getKey(),
                false,
                Scope.Attr.ui.name(),
                new LoggerUIService());
        Scope.child(settings, () -> {
            try (Database database = DatabaseFactory.getInstance()
                    .openDatabase(url, null, null, null, new ClassLoaderResourceAccessor())) {
                work.use(database);
            }
        });
    }

    private static void migrate(String url, CommandScope command) throws Exception {
        inLiquibase(
                url,
                database -> command.addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
                        .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, "driver/liquibase/changelog.xml")
                        .addArgumentValue(ShowSummaryArgument.SHOW_SUMMARY, UpdateSummaryEnum.OFF)
                        .execute());
    }

    /** Runs in class loaders of its own. */
    public static final class Migration implements Callable<Boolean> {
        private final String url;

        public Migration(String url) {
            this.url = url;
        }

        @Override
        public Boolean call() throws Exception {
            migrate(url, new CommandScope(UpdateCommandStep.COMMAND_NAME));
            return true;
        }
    }

    /** As in a process of its own: Liquibase keeps in static fields whether a run has the lock. */
    private static Callable<?> inClassesOfItsOwn() throws Exception {
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            path.add(Path.of(entry).toUri().toURL());
        }
        ClassLoader own = new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        Thread.currentThread().setContextClassLoader(own);
        return (Callable<?>) Class.forName(Migration.class.getName(), true, own)
                .getConstructor(String.class)
                .newInstance(cluster.url());
    }

    private static Connection connection(Database database) {
        return ((JdbcConnection) database.getConnection()).getUnderlyingConnection();
    }

    private static Route route(Database database) throws SQLException {
        return route(connection(database));
    }

    private static Route route(Connection connection) throws SQLException {
        return connection.unwrap(UnderstudyConnection.class).lastRoute().orElseThrow();
    }

    /** Asked of the server itself. */
    private static long number(LocalNode node, String sql) throws SQLException {
        try (Connection c = Contents.connect(cluster.local(), node);
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getLong(1);
        }
    }

    @Test
    void jooqReadsOnReplicasAndLosesNothing() throws Exception {
        try (HikariDataSource pool = pool(false);
                HikariDataSource reading = pool(true)) {
            // Why the dialect has to be given.
            assertThat(JDBCUtils.dialect(cluster.url())).isEqualTo(SQLDialect.DEFAULT);
            Jooq jooq = new Jooq(DSL.using(pool, SQLDialect.POSTGRES), DSL.using(reading, SQLDialect.POSTGRES));
            jooq.create();
            throughALoss(jooq);
            Route plain = jooq.writing.connectionResult(c -> {
                DSL.using(c, SQLDialect.POSTGRES).fetchCount(Jooq.ENTRY);
                return route(c);
            });
            assertThat(plain.reason()).isEqualTo("read");
            assertThat(plain.node()).isNotEqualTo(cluster.master().name());
        }
    }

    private static HikariDataSource pool(boolean readOnly) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(cluster.url());
        config.setMaximumPoolSize(3);
        config.setReadOnly(readOnly);
        return new HikariDataSource(config);
    }

    /** Entries with numbers and their count, which a transaction changes together. */
    private record Jooq(DSLContext writing, DSLContext reading) implements Traffic.Application {
        private static final Table<Record> ENTRY = table(name("jooq_entry"));
        private static final Field<Integer> NUMBER = field(name("number"), SQLDataType.INTEGER.notNull());
        private static final Table<Record> TOTAL = table(name("jooq_total"));
        private static final Field<Integer> ENTRIES = field(name("entries"), SQLDataType.INTEGER.notNull());

        void create() {
            writing.createTable(ENTRY)
                    .column(NUMBER)
                    .constraint(DSL.primaryKey(NUMBER))
                    .execute();
            writing.createTable(TOTAL).column(ENTRIES).execute();
            writing.insertInto(TOTAL, ENTRIES).values(0).execute();
        }

        @Override
        public Route write(int number) {
            return writing.transactionResult(t -> {
                DSLContext dsl = t.dsl();
                if (dsl.insertInto(ENTRY, NUMBER)
                                .values(number)
                                .onConflictDoNothing()
                                .execute()
                        == 1) {
                    dsl.update(TOTAL).set(ENTRIES, ENTRIES.plus(1)).execute();
                }
                return dsl.connectionResult(FrameworksIT::route);
            });
        }

        @Override
        public Traffic.Seen read() {
            return reading.transactionResult(t -> {
                var row = t.dsl()
                        .select(field(selectCount().from(ENTRY)), ENTRIES)
                        .from(TOTAL)
                        .fetchSingle();
                return new Traffic.Seen(row.value1(), row.value2(), t.dsl().connectionResult(FrameworksIT::route));
            });
        }
    }

    @Test
    void hibernateReadsOnReplicasAndLosesNothing() throws Exception {
        try (SessionFactory factory = new Configuration()
                .addAnnotatedClass(Entry.class)
                .addAnnotatedClass(Total.class)
                .setProperty("hibernate.connection.url", cluster.url())
                .setProperty("hibernate.hbm2ddl.auto", "update")
                .buildSessionFactory()) {
            factory.inTransaction(s -> s.persist(new Total()));
            throughALoss(new Hibernate(factory));
        }
    }

    /** As {@link Jooq}, with keys from a sequence. */
    private record Hibernate(SessionFactory factory) implements Traffic.Application {
        @Override
        public Route write(int number) {
            return factory.fromTransaction(s -> {
                Total total = s.find(Total.class, 1, LockModeType.PESSIMISTIC_WRITE);
                if (s.createSelectionQuery("from Entry where number = :n", Entry.class)
                        .setParameter("n", number)
                        .getResultList()
                        .isEmpty()) {
                    s.persist(new Entry(number));
                    total.entries++;
                    s.flush();
                }
                return s.doReturningWork(FrameworksIT::route);
            });
        }

        @Override
        public Traffic.Seen read() {
            try (Session s = factory.withOptions().readOnly(true).openSession()) {
                return s.fromTransaction(t -> {
                    Object[] row = s.createSelectionQuery(
                                    "select (select count(*) from Entry), t.entries from Total t", Object[].class)
                            .getSingleResult();
                    return new Traffic.Seen((Long) row[0], (Integer) row[1], s.doReturningWork(FrameworksIT::route));
                });
            }
        }
    }

    @Entity(name = "Entry")
    static class Entry {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        int number;

        Entry() {}

        Entry(int number) {
            this.number = number;
        }
    }

    @Entity(name = "Total")
    static class Total {
        @Id
        int id = 1;

        int entries;
    }

    private static void throughALoss(Traffic.Application application) throws Exception {
        LocalNode lost = cluster.master();
        assertThat(application.write(0).node()).isEqualTo(lost.name());
        LocalNode now;
        Traffic traffic = new Traffic(application);
        try {
            try (traffic) {
                traffic.awaitMore();
                assertReadsOffTheMaster(traffic.seen, lost);
                lost.killProxy();
                traffic.awaitMore();
                now = cluster.master();
                assertThat(now.name()).isNotEqualTo(lost.name());
                traffic.seen.clear();
                traffic.awaitMore();
                assertReadsOffTheMaster(traffic.seen, now);
            }
        } finally {
            lost.startProxy();
            cluster.awaitAllServing();
        }
        Traffic.Seen end = application.read();
        assertThat(end.entries()).isEqualTo(traffic.acknowledged()).isEqualTo(end.total());
        await().atMost(LIMIT).untilAsserted(() -> assertReadsOffTheMaster(List.of(application.read()), now));
        assertThat(application.write(0).node()).isEqualTo(now.name());
    }

    /** A read may run on the master only while the replicas are behind. */
    private static void assertReadsOffTheMaster(Collection<Traffic.Seen> reads, LocalNode master) {
        assertThat(reads).anySatisfy(read -> assertThat(read.route().reason()).isEqualTo("read_only_transaction"));
        assertThat(reads).allSatisfy(read -> {
            if (read.route().node().equals(master.name())) {
                assertThat(read.route().reason()).isEqualTo("no_replica_caught_up");
            } else {
                assertThat(read.route().reason()).isEqualTo("read_only_transaction");
            }
        });
    }
}
