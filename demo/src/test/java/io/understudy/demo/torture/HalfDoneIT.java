package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** CREATE INDEX CONCURRENTLY and its kin among others who make, drop, attach and detach the same: what one has left half done is not there for others. */
class HalfDoneIT extends WithConcurrentStatements {
    /** It fails because somebody else has done it, which is not to be undone. */
    @Test
    void whatOthersDidMeanwhileStays() throws Exception {
        run(
                Protocol.SIMPLE,
                1,
                "create table parted (x int) partition by list (x)",
                "create table parted_1 partition of parted for values in (1)",
                "create table whole (x int)",
                "create index whole_x on whole (x)");
        String[][] pairs = {
            {"alter table parted detach partition parted_1", "alter table parted detach partition parted_1 concurrently"
            },
            {"drop index whole_x", "drop index concurrently whole_x"}
        };
        for (String[] pair : pairs) {
            waitingFor(
                    () -> assertThatThrownBy(() -> run(Protocol.SIMPLE, 2, pair[1]))
                            .as(pair[1])
                            .isInstanceOf(SQLException.class),
                    pair[0]);
            allNodesAreEqualAndNothingIsLeft();
        }
    }

    /** Two instances of an application run the same migration. */
    @Test
    void theSameIndexTwiceAtOnce() throws Exception {
        run(Protocol.SIMPLE, 1, "create table twice (x int)", "insert into twice select generate_series(1, 100000)");
        for (int round = 0; round < 6; round++) {
            List<CompletableFuture<Void>> both = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int node = 1 + (round + i) % 3;
                both.add(runs(
                        () -> runOrFail(node, "create index concurrently twice_x on twice (x)", "42P07", "40P01")));
            }
            for (CompletableFuture<Void> one : both) {
                one.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            awaitNoneOnTheirWay();
            allNodesAreEqualAndNothingIsLeft();
            run(Protocol.SIMPLE, 1, "drop index twice_x");
        }
    }

    /** Beside one that takes long: what has nothing to do with it is as ever. */
    @Test
    void besideOneThatWaits() throws Exception {
        run(
                Protocol.SIMPLE,
                1,
                "create table long_one (x int)",
                "create table key_of (x int)",
                "create unique index key_of_x on key_of (x)",
                "create table refers (x int references key_of (x))",
                "create table gone_soon (x int)",
                "create index gone_soon_x on gone_soon (x)",
                "create extension if not exists postgres_fdw",
                "create server nowhere foreign data wrapper postgres_fdw",
                "create table mixed (x int) partition by list (x)",
                "create foreign table mixed_f partition of mixed for values in (1) server nowhere");
        try (Connection writer = connect(Protocol.SIMPLE, running.master().number())) {
            execute(writer, "begin", "insert into long_one values (1)");
            CompletableFuture<Void> index = runs(() -> runOn(2, "create index concurrently long_x on long_one (x)"));
            awaitOnMaster("1", "select count(*) from pg_class where relname = 'long_x'");
            run(
                    Protocol.SIMPLE,
                    3,
                    "drop index key_of_x cascade",
                    "drop index if exists gone_soon_x, nothing_x",
                    "create table if not exists long_x (x int)",
                    "create sequence if not exists long_x");
            execute(writer, "commit");
            index.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        run(Protocol.SIMPLE, 2, "alter table mixed detach partition mixed_f concurrently");
        allNodesAreEqualAndNothingIsLeft();
    }

    /** The same text twice in one transaction, of which the first did nothing. */
    @Test
    void theSameTextUnderAnotherPath() throws Exception {
        run(
                Protocol.SIMPLE,
                1,
                "create schema one",
                "create schema other",
                "create table one.t (x int)",
                "create table other.t (x int)",
                "create index i on one.t (x)");
        for (Protocol protocol : Protocol.values()) {
            run(
                    protocol,
                    2,
                    "begin",
                    "set search_path = one",
                    "create index if not exists i on t (x)",
                    "create table if not exists made (x int)",
                    "set search_path = other",
                    "create index if not exists i on t (x)",
                    "create table if not exists made (x int)",
                    "commit",
                    "drop index other.i",
                    "drop table other.made");
        }
        run(
                Protocol.SIMPLE,
                3,
                "begin",
                "set search_path = one",
                "create index if not exists i on t (x)",
                "set search_path = other",
                "create index if not exists i on t (x)",
                "commit");
        allNodesAreEqualAndNothingIsLeft();
    }

    /** The default partition would take what is not detached yet elsewhere. */
    @Test
    void nothingIsAddedAboveWhatIsHalfDetached() throws Exception {
        run(
                Protocol.SIMPLE,
                1,
                "create table above (x int, y int) partition by list (y)",
                "create table between_them partition of above for values in (1) partition by list (x)",
                "create table below partition of between_them for values in (1)");
        try (Connection reader = connect(Protocol.SIMPLE, running.master().number())) {
            execute(reader, "begin", "insert into above values (1, 1)");
            CompletableFuture<Void> detaches =
                    runs(() -> runOn(2, "alter table between_them detach partition below concurrently"));
            awaitOnMaster("1", "select count(*) from pg_inherits where inhdetachpending");
            try (Connection other = connect(Protocol.SIMPLE, 3)) {
                execute(other, "set lock_timeout = '1s'");
                for (String sql : List.of(
                        "alter table above add column z int",
                        "create table any_other partition of between_them default")) {
                    assertThatThrownBy(() -> execute(other, sql))
                            .as(sql)
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    e -> assertThat(e.getSQLState()).isIn("55006", "55P03"));
                }
            }
            execute(reader, "commit");
            detaches.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        run(Protocol.SIMPLE, 3, "alter table above add column z int");
        allNodesAreEqualAndNothingIsLeft();
    }

    /** IF EXISTS: it comes to its end and did nothing. */
    @Test
    void whatOthersDroppedMeanwhileIsNotDroppedAgain() throws Exception {
        run(
                Protocol.SIMPLE,
                1,
                "create table gone (x int) partition by list (x)",
                "create table gone_1 partition of gone for values in (1)",
                "create index gone_x on gone_1 (x)");
        waitingFor(() -> runOn(2, "drop index concurrently if exists gone_x"), "drop index gone_x");
        waitingFor(
                () -> runOn(2, "alter table if exists gone detach partition gone_1 concurrently"),
                "alter table gone detach partition gone_1",
                "drop table gone");
        allNodesAreEqualAndNothingIsLeft();
    }

    /** A reader lets it wait between its two transactions. */
    @Test
    void whatIsHalfDetachedIsNotForOthersToComplete() throws Exception {
        run(
                Protocol.SIMPLE,
                1,
                "create table half (x int) partition by list (x)",
                "create table half_1 partition of half for values in (1)");
        try (Connection reader = connect(Protocol.SIMPLE, running.master().number());
                Connection hurried = connect(Protocol.SIMPLE, 2)) {
            execute(reader, "begin", "insert into half values (1)");
            execute(hurried, "set statement_timeout = '2s'");
            assertThatThrownBy(() -> execute(hurried, "alter table half detach partition half_1 concurrently"))
                    .hasFieldOrPropertyWithValue("SQLState", "57014");
            CompletableFuture<Void> completes = runs(() -> assertThatThrownBy(
                            () -> run(Protocol.SIMPLE, 3, "alter table half detach partition half_1 finalize"))
                    .hasFieldOrPropertyWithValue("SQLState", "55006"));
            awaitOnMaster(
                    "1",
                    "select count(*) from pg_stat_activity where query like '%half_1 finalize' and wait_event_type = 'Lock'");
            execute(reader, "commit");
            completes.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        awaitNoneOnTheirWay();
        run(Protocol.SIMPLE, 1, "insert into half values (1)");
        allNodesAreEqualAndNothingIsLeft();
    }

    /** It fails in its second transaction; what it made by then stays until the reader is gone. */
    @Test
    void whatIsHalfMadeIsNotThereForOthers() throws Exception {
        run(Protocol.SIMPLE, 1, "create table quarter (x int)");
        for (String other : List.of(
                "create index if not exists quarter_x on quarter (x)",
                "drop index quarter_x",
                "drop index concurrently quarter_x",
                "reindex index quarter_x",
                "reindex index concurrently quarter_x",
                "alter index quarter_x rename to quarter_y",
                "comment on index quarter_x is 'x'")) {
            try (Connection reader = connect(Protocol.SIMPLE, running.master().number());
                    Connection hurried = connect(Protocol.SIMPLE, 2)) {
                execute(reader, "begin", "insert into quarter values (1)");
                execute(hurried, "set statement_timeout = '1s'");
                CompletableFuture<Void> fails = runs(() -> assertThatThrownBy(
                                () -> execute(hurried, "create index concurrently quarter_x on quarter (x)"))
                        .as(other)
                        .isInstanceOf(SQLException.class));
                awaitOnMaster("1", "select count(*) from pg_class where relname = 'quarter_x'");
                CompletableFuture<Void> meets = runs(() -> runOrFail(3, other, "55006", "42704", "42P01", "40P01"));
                fails.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                execute(reader, "commit");
                meets.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            awaitNoneOnTheirWay();
            allNodesAreEqualAndNothingIsLeft();
            run(Protocol.SIMPLE, 1, "drop index if exists quarter_x");
        }
    }

    /** It was not there when the statement was noted, and is when it runs. */
    @Test
    void whatOthersMadeMeanwhileIsDroppedEverywhere() throws Exception {
        run(Protocol.SIMPLE, 1, "create table late (x int)");
        for (String named : List.of("if exists late_x", "late_x")) {
            run(Protocol.SIMPLE, 1, "drop index if exists late_x", "create index late_x on late (x)");
            waitingFor(
                    () -> runOrFail(2, "drop index concurrently " + named, "42704"),
                    "drop index late_x",
                    "create index late_x on late (x) where x > 1");
            allNodesAreEqualAndNothingIsLeft();
        }
    }

    /** Partitions come and go, by every way of detaching them, from many clients. */
    @Test
    void partitionsAttachedAndDetachedByMany() throws Exception {
        run(
                Protocol.SIMPLE,
                1,
                "create table come (x int) partition by list (x)",
                "create table come_0 partition of come for values in (0)",
                "create table come_1 partition of come for values in (1)");
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            int client = i;
            clients.add(runs(() -> {
                try (Connection c = connect(Protocol.SIMPLE, 1 + client % 3);
                        Statement s = c.createStatement()) {
                    for (int k = 0; k < 25; k++) {
                        String part = "come_" + (k + client) / 2 % 2;
                        trying(
                                s,
                                switch ((k + client) % 3) {
                                    case 0 -> "alter table come detach partition " + part;
                                    case 1 -> "alter table come detach partition " + part + " concurrently";
                                    default ->
                                        "alter table come attach partition " + part + " for values in ("
                                                + part.charAt(5) + ")";
                                });
                    }
                } catch (SQLException | IOException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (CompletableFuture<Void> client : clients) {
            client.get(RACE_LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        awaitNoneOnTheirWay();
    }

    /** Somebody else may have been first. */
    private static void trying(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            assertThat(e.getSQLState())
                    .as(sql)
                    .isIn("42P01", "42809", "55000", "55006", "40P01", "40001", "57P01", "57P03");
        }
    }
}
