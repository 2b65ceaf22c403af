package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What PostgreSQL's own suites, and people who tried to break it, once found, each in its shortest form. */
class SuiteFoundIT extends OnSharedCluster {
    private static final int VERIFICATIONS = 12;
    private static final int CALM_ROUNDS = 20;
    private static final int RENAMING_ROUNDS = 3;

    private Connection connect(int node) throws IOException, SQLException {
        return cluster.connect(cluster.node(node), Duration.ofSeconds(60));
    }

    /** Their names have numbers in them that are other ones on each server. */
    @Test
    void whatIsInThePgToastSchemaIsNotChanged() throws Exception {
        try (Connection c = connect(2);
                Statement s = c.createStatement()) {
            s.execute("create table toasted (id int primary key, v text)");
            assertThatThrownBy(() -> s.execute("do $$ begin execute format('alter table %s rename to renamed',"
                            + " (select reltoastrelid::regclass from pg_class where relname = 'toasted')); end $$"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isIn("0A000", "42501"));
            s.execute("insert into toasted values (1, repeat('x', 100000))");
        }
        assertNodesEqual();
    }

    /** The server's functions that describe an index find none any more, whatever the snapshot shows, and no snapshot keeps what was truncated. */
    @Test
    void whatIsMadeTruncatedAndDroppedMeanwhileIsNoDifference() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Void>> making = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            String table = "again" + i;
            int node = i;
            making.add(CompletableFuture.runAsync(() -> makeAndDrop(node, table, stop), Thread::startVirtualThread));
        }
        List<String> notEqual = new ArrayList<>();
        try (AdminClient any = AdminClient.ofCluster(cluster.directory());
                AdminClient client = any.ofMaster()) {
            for (int i = 0; i < VERIFICATIONS; i++) {
                JsonNode result = verified(client);
                if (!result.path("state").asText().equals("equal")) {
                    notEqual.add(result.toString());
                }
            }
        } finally {
            stop.set(true);
        }
        making.forEach(CompletableFuture::join);
        assertThat(notEqual).isEmpty();
        assertThat(cluster.status().path("nodes"))
                .allSatisfy(n -> assertThat(n.path("repairs").asInt()).isZero());
        assertNodesEqual();
    }

    private void makeAndDrop(int node, String table, AtomicBoolean stop) {
        try (Connection c = connect(node);
                Statement s = c.createStatement()) {
            while (!stop.get()) {
                s.execute("create table " + table + " (id int primary key, v text)");
                s.execute("create index on " + table + " (v)");
                s.execute("insert into " + table + " values (1, 'one')");
                s.execute("truncate " + table);
                s.execute("insert into " + table + " values (1, 'one')");
                s.execute("alter table " + table + " alter id type bigint");
                s.execute("drop table " + table);
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode verified(AdminClient client) throws IOException {
        String id = client.post("/api/v1/verify").path("id").asText();
        List<JsonNode> results = new ArrayList<>();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            JsonNode now = client.get("/api/v1/verify/" + id);
            results.add(now);
            return !now.path("state").asText().equals("running");
        });
        return results.getLast();
    }

    @Test
    void whatRolesAndDatabasesBeginWithIsSoForNewSessionsOfAllNodes() throws Exception {
        try (Connection c = connect(2);
                Statement s = c.createStatement()) {
            s.execute("create schema of_all");
            s.execute("alter database postgres set search_path = of_all, public");
            s.execute("alter role postgres set work_mem = '7MB'");
            for (int node = 1; node <= 3; node++) {
                int n = node;
                Awaitility.await("node" + n).atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                    assertThat(shown(n, "show search_path")).isEqualTo("of_all, public");
                    assertThat(shown(n, "show work_mem")).isEqualTo("7MB");
                });
            }
            try (Connection other = connect(3);
                    Statement o = other.createStatement()) {
                o.execute("create table where_is_it (n int)");
            }
            s.execute("select * from of_all.where_is_it");
            s.execute("alter role postgres reset work_mem");
            s.execute("alter database postgres reset search_path");
            s.execute("drop schema of_all cascade");
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> shown(3, "show work_mem").equals("4MB"));
    }

    private String shown(int node, String sql) throws IOException, SQLException {
        try (Connection c = connect(node);
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        }
    }

    @Test
    void theRoleThatAppliesIsNotChangedInsideOfFunctionsEither() throws Exception {
        try (Connection c = connect(1);
                Statement s = c.createStatement()) {
            for (String sql : List.of(
                    "alter role understudy_apply nologin",
                    "alter role understudy_apply set default_transaction_read_only = on",
                    "grant understudy_apply to postgres",
                    "alter event trigger \" understudy\" disable")) {
                assertThatThrownBy(() -> s.execute("do $$ begin execute '" + sql + "'; end $$"))
                        .as(sql)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("42501"));
            }
        }
        assertNodesEqual();
    }

    /** A time-out that cuts off a commit whose entry is in the log would have others' open transactions rolled back. */
    @Test
    void timeOutsOfClientsCutNoCommitOff() throws Exception {
        try (Connection c = connect(1);
                Statement s = c.createStatement()) {
            s.execute("create table hurried (id serial primary key, n int)");
            s.execute("create table calm (id int primary key, n int)");
            s.execute("insert into calm values (1, 0), (2, 0)");
        }
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Void>> hurried = new ArrayList<>();
        Map<String, Integer> told = new ConcurrentHashMap<>();
        for (int i = 0; i < 4; i++) {
            int millis = 3 + i;
            hurried.add(CompletableFuture.runAsync(() -> insertWithin(millis, stop, told), Thread::startVirtualThread));
        }
        try {
            for (int round = 0; round < CALM_ROUNDS; round++) {
                for (int id = 1; id <= 2; id++) {
                    updateCalmly(2 + id % 2, id);
                }
            }
        } finally {
            stop.set(true);
        }
        hurried.forEach(CompletableFuture::join);
        System.out.println("clients in a hurry were told " + told);
        assertThat(told.keySet()).anySatisfy(t -> assertThat(t).startsWith("57014"));
        assertNodesEqual();
    }

    private void insertWithin(int millis, AtomicBoolean stop, Map<String, Integer> told) {
        try (Connection c = connect(2);
                Statement s = c.createStatement()) {
            s.execute("set statement_timeout = '" + millis + "ms'");
            while (!stop.get()) {
                try {
                    s.execute("insert into hurried (n) values (" + millis + ")");
                } catch (SQLException e) {
                    // of whatever the time-out cut off; this one is only in a hurry
                    told.merge(e.getSQLState() + " " + e.getMessage(), 1, Integer::sum);
                }
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void updateCalmly(int node, int id) throws Exception {
        try (Connection c = connect(node);
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute("update calm set n = n + 1 where id = " + id);
            s.execute("select pg_sleep(0.1)");
            c.commit();
        }
    }

    /** What did nothing on the master, as what another one renamed was not to be seen yet, must not stand behind that in the log, where it would do something. */
    @Test
    void whetherSomethingExistsIsAskedInTheOrderOfTheLog() throws Exception {
        for (int round = 0; round < RENAMING_ROUNDS; round++) {
            try (Connection renaming = connect(1);
                    Statement r = renaming.createStatement();
                    Connection dropping = connect(2);
                    Statement d = dropping.createStatement()) {
                r.execute("create table before_it (n int)");
                renaming.setAutoCommit(false);
                r.execute("alter table before_it rename to after_it");
                CompletableFuture<Void> dropped = CompletableFuture.runAsync(
                        () -> {
                            try {
                                dropping.setAutoCommit(false);
                                d.execute("drop table if exists after_it");
                                d.execute("create table if not exists other (n int)");
                                dropping.commit();
                            } catch (SQLException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        Thread::startVirtualThread);
                r.execute("select pg_sleep(0.2)");
                renaming.commit();
                dropped.join();
                renaming.setAutoCommit(true);
                r.execute("drop table if exists after_it, other");
            }
        }
        assertNodesEqual();
        try (Connection c = connect(1);
                Statement s = c.createStatement()) {
            s.execute("create table after_it (n int)");
            s.execute("drop table after_it");
        }
    }
}
