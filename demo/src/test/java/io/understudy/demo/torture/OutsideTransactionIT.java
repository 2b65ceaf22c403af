package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** CREATE INDEX CONCURRENTLY and its kin: when they succeed, when they fail, and when their node dies in the middle. */
class OutsideTransactionIT extends WithConcurrentStatements {
    /** Writers make tables only so long: with every one the catalog is read again. */
    private static final int TABLES_UNTIL = 100;

    @Test
    void indexesAndPartitionsThroughEveryNodeInEveryProtocol() throws Exception {
        int n = 0;
        for (Protocol protocol : Protocol.values()) {
            for (int node = 1; node <= 3; node++) {
                String t = "indexed_" + n++;
                run(
                        protocol,
                        node,
                        "create table %s (id int primary key, x int, at timestamptz default now())".formatted(t),
                        "insert into %s select i, i %% 5 from generate_series(1, 100) i".formatted(t),
                        "create index concurrently on %s (x)".formatted(t),
                        "create unique index concurrently %1$s_u on %1$s (x, id)".formatted(t),
                        "create index concurrently if not exists %1$s_u on %1$s (x)".formatted(t),
                        "create index concurrently %1$s_part on %1$s (at) where x > 1".formatted(t),
                        "alter table %1$s add constraint %1$s_c unique using index %1$s_u".formatted(t),
                        "drop index concurrently %s_x_idx".formatted(t),
                        "reindex index concurrently %s_part".formatted(t),
                        "create table %1$s_p (id int) partition by range (id)".formatted(t),
                        "create table %1$s_p1 partition of %1$s_p for values from (0) to (10)".formatted(t),
                        "insert into %s_p values (5)".formatted(t),
                        "alter table %1$s_p detach partition %1$s_p1 concurrently".formatted(t),
                        "insert into %s_p1 values (50 - 45)".formatted(t));
            }
        }
    }

    /** What is temporary is no concern of replicas, CONCURRENTLY or not, also when it is dropped together with something that is not. */
    @Test
    void ofTemporaryTables() throws Exception {
        run(
                Protocol.SIMPLE,
                2,
                "create temp table passing (x int) on commit preserve rows",
                "create index concurrently passing_x on passing (x)",
                "drop index concurrently passing_x",
                "create temp table passing_parts (x int) partition by list (x)",
                "create temp table passing_part partition of passing_parts for values in (1)",
                "alter table passing_parts detach partition passing_part concurrently");
    }

    @Test
    void whatFailsLeavesNothing() throws Exception {
        run(Protocol.SIMPLE, 1, "create table doubled (x int)", "insert into doubled values (1), (1)");
        for (Protocol protocol : Protocol.values()) {
            assertThatThrownBy(() -> run(protocol, 2, "create unique index concurrently doubled_u on doubled (x)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
            assertThatThrownBy(() -> run(protocol, 3, "begin", "create index concurrently on doubled (x)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25001"));
        }
        run(
                Protocol.SIMPLE,
                2,
                "delete from doubled where ctid = (select min(ctid) from doubled)",
                "create unique index concurrently doubled_u on doubled (x)");
        assertThatThrownBy(() -> run(Protocol.SIMPLE, 3, "insert into doubled values (1)"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
    }

    /** Indexes that it has not finished would be here alone: who drops one, as PostgreSQL's manual says, or renames it would do so on this node only. */
    @Test
    void aReindexThatFailsLeavesNothing() throws Exception {
        run(
                Protocol.SIMPLE,
                1,
                "create table again (id serial primary key, x int unique, t text)",
                "insert into again (x) select generate_series(1, 10)");
        for (String what : List.of("index concurrently again_x_key", "(concurrently) table again")) {
            try (Connection holder = connect(Protocol.SIMPLE, 1);
                    Statement held = holder.createStatement()) {
                held.execute("begin");
                held.execute("update again set x = x where id = 1");
                assertThatThrownBy(() -> run(Protocol.SIMPLE, 2, "set lock_timeout = '300ms'", "reindex " + what))
                        .as(what)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("55P03"));
                held.execute("commit");
            }
            awaitOnMaster("0", "select count(*) from pg_index where not indisvalid");
            run(Protocol.SIMPLE, 3, "reindex " + what, "insert into again (x) select max(x) + 1 from again");
        }
    }

    /** What PostgreSQL refuses before it runs costs the session nothing of what it has on its connection. */
    @Test
    void whatIsRefusedLeavesTheSession() throws Exception {
        run(
                Protocol.SIMPLE,
                1,
                "create table left_alone (x int)",
                "create index left_alone_x on left_alone (x)",
                "create table whole_alone (x int) partition by list (x)");
        for (int node = 1; node <= 3; node++) {
            try (Connection c = connect(Protocol.SIMPLE, node)) {
                execute(c, "create temp table own (x int)", "insert into own values (1)");
                assertThatThrownBy(() -> execute(c, "alter table whole_alone detach partition left_alone concurrently"))
                        .hasFieldOrPropertyWithValue("SQLState", "42P01");
                execute(c, "insert into own values (2)", "insert into left_alone select x from own");
            }
            try (Connection c = connect(Protocol.SIMPLE, node);
                    Statement s = c.createStatement()) {
                s.execute("create index if not exists left_alone_x on left_alone (x)");
                try (ResultSet pins = s.executeQuery("show understudy.pins")) {
                    pins.next();
                    assertThat(pins.getString(1)).isEqualTo("[]");
                }
            }
        }
    }

    /** Two at once, on tables that others write to and alter meanwhile. */
    @Test
    void amongWritersAndOtherSchemaChanges() throws Exception {
        run(
                Protocol.SIMPLE,
                1,
                "create table busy_1 (id serial primary key, x int)",
                "create table busy_2 (id serial primary key, x int)");
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            int node = i;
            writers.add(runs(() -> {
                try (Connection c = connect(Protocol.SIMPLE, node);
                        Statement s = c.createStatement()) {
                    for (int k = 0; !over.get(); k++) {
                        s.execute("insert into busy_%d (x) values (%d)".formatted(1 + k % 2, k));
                        s.execute("update busy_%d set x = x + 1 where id = %d".formatted(1 + k % 2, k / 2));
                        if (k % 20 == node && k < TABLES_UNTIL) {
                            s.execute("create table made_%d_%d (x int)".formatted(node, k));
                        }
                    }
                } catch (SQLException | IOException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        List<CompletableFuture<Void>> indexes = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            int n = i;
            indexes.add(runs(() -> {
                try {
                    for (int k = 0; k < 2; k++) {
                        run(
                                Protocol.SIMPLE,
                                n,
                                "create index concurrently busy_i_%1$d on busy_%1$d (x)".formatted(n),
                                "alter index busy_i_%1$d rename to busy_j_%1$d".formatted(n),
                                "drop index concurrently busy_j_%1$d".formatted(n),
                                "create index concurrently busy_%1$d_k_%2$d on busy_%1$d (x)".formatted(n, k));
                    }
                } catch (SQLException | IOException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        try {
            for (CompletableFuture<Void> one : indexes) {
                one.get(RACE_LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            over.set(true);
        }
        for (CompletableFuture<Void> one : writers) {
            one.get(RACE_LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Whoever is master afterwards has no half of an index, and neither has the one that was. */
    @Test
    void theMastersProxyIsKilledInTheMiddle() throws Exception {
        run(Protocol.SIMPLE, 1, "create table cut (x int)", "insert into cut values (1)");
        LocalNode master = running.master();
        int other = running.replicas().getFirst().number();
        try (Connection writer = Protocol.SIMPLE.connect(master, "postgres", cluster.password());
                Statement holding = writer.createStatement()) {
            holding.execute("begin");
            holding.execute("insert into cut values (2)");
            CompletableFuture<Void> index = runs(() -> runOn(other, "create index concurrently cut_i on cut (x)"));
            await().atMost(LIMIT)
                    .until(() -> asked(master, "select count(*) from pg_index where not indisvalid")
                            .equals("1"));
            master.killProxy();
            assertThatThrownBy(() -> index.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(IllegalStateException.class);
        }
        master.startProxy();
        running.awaitAllServing();
        // what others last knew of it may be from before it was killed
        await().atMost(LIMIT)
                .until(() -> asked(master, "select count(*) from pg_class where relname = 'cut_i'")
                        .equals("0"));
        run(Protocol.SIMPLE, other, "create index concurrently cut_i on cut (x)");
    }
}
