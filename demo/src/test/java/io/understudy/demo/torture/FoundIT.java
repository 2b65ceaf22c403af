package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.fault.Contents;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What random work once found, each in its shortest form. */
class FoundIT extends OnSharedCluster {
    private static final int REPLICAS_NODE = 2;

    private Connection connect(Protocol protocol) throws SQLException, IOException {
        return connect(protocol, REPLICAS_NODE);
    }

    private void run(Protocol protocol, String... statements) throws SQLException, IOException {
        run(protocol, REPLICAS_NODE, statements);
    }

    /** They fire in sessions that replay, too. */
    @Test
    void triggersAndRulesThatAlwaysWork() throws Exception {
        run(
                Protocol.SIMPLE,
                "create table always (id int primary key, v text)",
                "create table always_log (what text, r float8 default random())",
                "create function always_note() returns trigger language plpgsql as "
                        + "$$ begin insert into public.always_log values (tg_op); return null; end $$",
                "create trigger noted after insert or update or delete on always for each row execute function always_note()",
                "create trigger emptied after truncate on always for each statement execute function always_note()",
                "create trigger elsewhere after insert on always for each row execute function always_note()",
                "create rule also as on update to always do also insert into always_log values ('rule')",
                "alter table always enable always trigger noted, enable always trigger emptied, enable replica trigger elsewhere,"
                        + " enable always rule also",
                "insert into always values (1, 'a'), (2, 'b')",
                "update always set v = 'c' where id = 1",
                "delete from always where id = 2",
                "truncate always");
        assertNodesEqual();
    }

    /** Drivers close old statements ahead of the next one, after an error ahead of ROLLBACK. */
    @Test
    void statementsAreClosedInATransactionThatFailed() throws Exception {
        try (Connection connection = connect(Protocol.CACHING);
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 600; i++) {
                statement.execute("select " + i);
            }
            for (int i = 0; i < 300; i++) {
                statement.execute("begin");
                int number = i;
                assertThatThrownBy(() -> statement.execute("select " + number + " / 0"))
                        .isInstanceOf(SQLException.class);
                statement.execute("rollback");
            }
        }
    }

    /** Other sessions' statements on the same connection to the server go with them. */
    @Test
    void deallocateAll() throws Exception {
        try (Connection one = connect(Protocol.CACHING);
                Connection other = connect(Protocol.CACHING);
                Statement ofOne = one.createStatement();
                Statement ofOther = other.createStatement()) {
            ofOne.execute("create table if not exists deallocated (x int)");
            for (int i = 0; i < 5; i++) {
                for (Statement statement : List.of(ofOne, ofOther)) {
                    statement.execute("insert into deallocated values (1)");
                    statement.execute("select count(*) from deallocated");
                    statement.execute("deallocate all");
                }
            }
        }
        assertNodesEqual();
    }

    /** They are computed when the statement runs; on another node, later, rows would go elsewhere. */
    @Test
    void partitionBoundsThatAreComputed() throws Exception {
        run(
                Protocol.SIMPLE,
                "create table ages (at timestamptz) partition by range (at)",
                "set datestyle to 'ISO, DMY'",
                "create table past partition of ages for values from (minvalue) to (current_timestamp) with (fillfactor = 70)",
                "create schema elsewhere",
                "set search_path to elsewhere, public",
                "create table future (at timestamptz)",
                "alter table public.ages attach partition future for values from (current_timestamp) to ('tomorrow')",
                "do $$ begin create table later partition of public.ages for values from ('tomorrow') to (now() + interval '1 year'); end $$",
                "insert into ages values (current_timestamp), (now() + interval '2 days')");
        assertNodesEqual();
    }

    /** Replicas have only the other ones. */
    @Test
    void temporaryTablesDroppedTogetherWithOthers() throws Exception {
        run(
                Protocol.SIMPLE,
                "create temp table passing (x int)",
                "create table \"Kept\" (x int)",
                "create view on_kept as select x from \"Kept\"",
                "drop table passing, \"Kept\" cascade",
                "create temp table passing (x int)",
                "create table kept_no_more (x int)",
                "do $$ begin drop table kept_no_more, passing; end $$");
        assertNodesEqual();
    }

    /** Replicas do not have those. */
    @Test
    void tablesLikeTemporaryOnes() throws Exception {
        run(
                Protocol.SIMPLE,
                "create temp table model (a varchar(7) not null collate \"C\", \"B\" numeric(5, 2)[] default '{}', c int)",
                "alter table model drop column c",
                "create table made_like (before int, like model)",
                "do $$ begin create table made_like_too (like pg_temp.model excluding defaults); end $$",
                "insert into made_like values (1, 'x', '{1.5}')",
                "insert into made_like_too values ('y')");
        assertNodesEqual();
    }

    /** Since PostgreSQL 16 a setting says of which roles their maker becomes a member. */
    @Test
    void rolesThatTheirMakerIsGranted() throws Exception {
        run(
                Protocol.SIMPLE,
                "create role maker createrole",
                "select set_config('createrole_self_grant', 'set, inherit', false)"
                        + " where current_setting('server_version_num')::int >= 160000",
                "set role maker",
                "create role made_by_maker");
        assertNodesEqual();
    }

    /** What belongs to them does not say so itself. */
    @Test
    void whatBelongsToTemporaryTables() throws Exception {
        run(
                Protocol.SIMPLE,
                "create role passer",
                "create table lasting (x int, y int)",
                "create temp table passing (x int, y int)",
                "create temp sequence passing_numbers",
                "create function pg_temp.passes(int) returns int language sql as 'select $1'",
                "grant select on passing to passer",
                "grant all on sequence passing_numbers to passer",
                "grant execute on function pg_temp.passes(int) to passer",
                "grant select (x), update (x, y) on table passing, lasting, \"passing\" to passer with grant option",
                "do $$ begin revoke update (y) on passing, lasting from passer cascade; grant insert on passing to passer; end $$",
                "create statistics passing_both on x, y from passing",
                "create statistics lasting_both on x, y from lasting",
                "alter statistics passing_both set statistics 10",
                "comment on statistics passing_both is 'passing'",
                "drop statistics passing_both, lasting_both",
                "create rule stays as on delete to passing do instead nothing",
                "create rule stays as on delete to lasting do instead nothing",
                "drop rule stays on passing",
                "drop rule stays on lasting");
        assertNodesEqual();
    }

    /** Rows that are older than a check, or than what the check is about, are written anew all the same. */
    @Test
    void checksThatDoNotHoldForAllRows() throws Exception {
        run(
                Protocol.SIMPLE,
                "create table older (id int primary key, v int)",
                "insert into older values (1, -1), (2, null), (3, 3)",
                "alter table older add constraint positive check (v > 0) not valid",
                "do $$ begin if current_setting('server_version_num')::int >= 180000 then"
                        + " execute 'alter table older add constraint given not null v not valid'; end if; end $$",
                "alter table older add column made timestamptz default clock_timestamp()",
                "create table fresh (until timestamptz check (until > clock_timestamp()))",
                "insert into fresh values (clock_timestamp() + interval '20 ms')",
                "create table fresher (until timestamptz constraint not_yet check (until > current_timestamp))",
                "insert into fresher values (clock_timestamp() + interval '20 ms')");
        assertNodesEqual();
        assertThatThrownBy(() -> run(Protocol.SIMPLE, "insert into older (id, v) values (4, -4)"))
                .isInstanceOf(SQLException.class);
    }

    /** They would count what the node itself does beside each table. */
    @Test
    void eventTriggersSeeTheirUsersCommandsOnly() throws Exception {
        try (Connection connection = connect(Protocol.SIMPLE);
                Statement statement = connection.createStatement()) {
            statement.execute("create table commands (tag text)");
            statement.execute("create function note_command() returns event_trigger language plpgsql as "
                    + "$$ begin insert into commands values (tg_tag); end $$");
            statement.execute("create event trigger noting on ddl_command_start execute function note_command()");
            statement.execute("create table noted (x int)");
            statement.execute("drop event trigger noting");
            try (var rows = statement.executeQuery("select string_agg(tag, ', ') from commands")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("CREATE TABLE");
            }
        }
        assertNodesEqual();
    }

    /** Its query saw less than was committed before it. */
    @Test
    void materializedViewsFilledWhileOthersWrite() throws Exception {
        run(
                Protocol.SIMPLE,
                "create table counted (x int)",
                "create view between_them as select x from counted",
                "create materialized view counts as select count(*) as many from between_them");
        try (Connection writing = connect(Protocol.SIMPLE);
                Connection filling = connect(Protocol.SIMPLE);
                Statement write = writing.createStatement();
                Statement fill = filling.createStatement()) {
            for (int i = 0; i < 5; i++) {
                write.execute("begin");
                write.execute("insert into counted values (1)");
                CompletableFuture<Void> filled = CompletableFuture.runAsync(() -> {
                    try {
                        fill.execute("refresh materialized view counts");
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
                await().until(() -> filled.isDone() || isWaiting("refresh materialized view counts"));
                write.execute("commit");
                filled.get(20, TimeUnit.SECONDS);
            }
        }
        assertNodesEqual();
    }

    private boolean isWaiting(String sql) throws SQLException {
        for (LocalNode node : cluster.nodes()) {
            try (Connection direct = Contents.connect(cluster, node);
                    Statement statement = direct.createStatement();
                    var rows = statement.executeQuery(
                            "select from pg_stat_activity where query = '" + sql + "' and wait_event_type = 'Lock'")) {
                if (rows.next()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What is logged of its rows was read in the transaction's snapshot. */
    @Test
    void columnsAddedInASnapshotOlderThanTheRows() throws Exception {
        run(Protocol.SIMPLE, "create table snapshotted (id int primary key)", "insert into snapshotted values (1)");
        try (Connection old = connect(Protocol.SIMPLE);
                Statement statement = old.createStatement()) {
            statement.execute("begin isolation level repeatable read");
            statement.execute("select count(*) from snapshotted");
            run(Protocol.SIMPLE, "insert into snapshotted values (2)");
            assertThatThrownBy(
                            () -> statement.execute("alter table snapshotted add column at timestamptz default now()"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            statement.execute("rollback");
            statement.execute("begin isolation level repeatable read");
            statement.execute("select count(*) from snapshotted");
            statement.execute("alter table snapshotted add column at timestamptz default now()");
            statement.execute("commit");
        }
        run(Protocol.SIMPLE, "delete from snapshotted");
        assertNodesEqual();
    }

    /** The hash goes by a number that PostgreSQL gives out anew on each server. */
    @Test
    void hashPartitionsOfEnums() throws Exception {
        run(
                Protocol.SIMPLE,
                "begin",
                "create type hue as enum ('red', 'green', 'blue', 'grey')",
                "create table hued (h hue, x int) partition by hash (h)",
                "create table hued0 partition of hued for values with (modulus 2, remainder 0)",
                "create table hued1 partition of hued for values with (modulus 2, remainder 1)",
                "insert into hued select h, 1 from unnest(enum_range(null::hue)) h",
                "commit",
                "alter type hue add value 'pink' before 'red'",
                "alter type hue rename value 'blue' to 'navy'",
                "insert into hued select h, 2 from unnest(enum_range(null::hue)) h",
                "update hued set h = 'pink' where h = 'navy'",
                "delete from hued where h = 'red'");
        assertNodesEqual();
    }

    /** What a GRANT on all tables meets must not depend on who commits first. */
    @Test
    void rightsOnEverythingThereIs() throws Exception {
        run(Protocol.SIMPLE, "create schema granted", "create table granted.first (id int)");
        try (Connection maker = connect(Protocol.SIMPLE);
                Statement making = maker.createStatement();
                Connection granter = connect(Protocol.SIMPLE);
                Statement granting = granter.createStatement()) {
            making.execute("begin");
            making.execute("create table granted.second (id int)");
            granting.execute("begin");
            CompletableFuture<Void> granted = CompletableFuture.runAsync(() -> {
                try {
                    granting.execute("grant select on all tables in schema granted to public");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            awaitWaitingOr(granted);
            making.execute("commit");
            granted.get(30, TimeUnit.SECONDS);
            granting.execute("commit");
        }
        assertNodesEqual();
    }

    private void awaitWaitingOr(CompletableFuture<Void> done) {
        await().atMost(20, TimeUnit.SECONDS).until(() -> {
            if (done.isDone()) {
                return true;
            }
            for (LocalNode node : cluster.nodes()) {
                try (Connection direct = Contents.connect(cluster, node);
                        Statement statement = direct.createStatement();
                        var row = statement.executeQuery(
                                "select count(*) from pg_locks where locktype = 'advisory' and not granted")) {
                    row.next();
                    if (row.getLong(1) > 0) {
                        return true;
                    }
                }
            }
            return false;
        });
    }

    /** Fires event triggers since PostgreSQL 17. */
    @Test
    void reindex() throws Exception {
        run(
                Protocol.SIMPLE,
                "create table reindexed (id int primary key)",
                "reindex table reindexed",
                "begin",
                "insert into reindexed values (1)",
                "reindex index reindexed_pkey",
                "commit");
        assertNodesEqual();
    }

    @Test
    void whatNeedsATransactionIsRefusedOutside() throws Exception {
        for (Protocol protocol : Protocol.values()) {
            for (String sql : List.of(
                    "savepoint a",
                    "release a",
                    "rollback to a",
                    "declare c cursor for select 1",
                    "lock table pg_class")) {
                assertThatThrownBy(() -> run(protocol, sql))
                        .as(sql)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("25P01"));
            }
            run(protocol, "begin", "savepoint a", "declare c cursor for select 1", "rollback to a", "commit");
        }
    }

    /** Its table is there for the client alone; whoever replays the function has none to check its body by. */
    @Test
    void functionsOverTemporaryTables() throws Exception {
        run(
                Protocol.SIMPLE,
                "create temporary table passing (x int)",
                "create function passed() returns bigint language sql as 'select count(*) from passing'");
        assertNodesEqual();
    }

    /** Such a function goes with the session that made it, and replicas could not make it. */
    @Test
    void whatNeedsTemporaryObjects() throws Exception {
        for (String lasting : List.of(
                "create function first_one() returns passing_row language sql as 'select * from passing_row limit 1'",
                "create function pg_temp.one() returns int language sql as 'select 1'; create view of_one as select pg_temp.one()",
                "create table with_them (id int, them passing_row)",
                "create function counted() returns bigint language sql begin atomic select count(*) from passing_row; end",
                "do $$ begin create function first_one() returns passing_row language sql as 'select * from passing_row limit 1'; end $$")) {
            assertThatThrownBy(() -> run(Protocol.SIMPLE, "create temp table passing_row (x int)", lasting))
                    .as(lasting)
                    .hasMessageContaining("needs a temporary object");
        }
        run(
                Protocol.SIMPLE,
                "create temp table passing_row (x int)",
                "create function pg_temp.first_one() returns passing_row language sql as 'select * from passing_row limit 1'",
                "create view on_passing as select x, pg_temp.first_one() from passing_row");
        assertNodesEqual();
    }

    /** Fires event triggers, which REASSIGN OWNED does not. */
    @Test
    void whatRolesOwn() throws Exception {
        run(
                Protocol.SIMPLE,
                "create role owner_of_some",
                "create role owner_of_others",
                "create table some_owned (id int primary key)",
                "alter table some_owned owner to owner_of_some",
                "create table with_rights (id int)",
                "grant all on with_rights to owner_of_some",
                "reassign owned by owner_of_some to owner_of_others",
                "drop owned by owner_of_some",
                "insert into some_owned values (1)",
                "drop owned by owner_of_others",
                "drop role owner_of_some, owner_of_others");
        assertNodesEqual();
    }

    /** The catalog has types whose values can be written and not read. */
    @Test
    void valuesThatNoServerReads() throws Exception {
        run(Protocol.SIMPLE, "create type with_tree as (tree pg_node_tree)", "create table without_tree (id int)");
        for (String sql : List.of(
                "create table trees as select * from pg_class",
                "create table nested_trees (t with_tree)",
                "alter table without_tree add column tree pg_node_tree")) {
            assertThatThrownBy(() -> run(Protocol.SIMPLE, sql))
                    .as(sql)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
        }
        run(Protocol.SIMPLE, "create table trees as select relname, relpartbound::text from pg_class");
        assertNodesEqual();
    }

    /** What a session has on its connection stays with it. */
    @Test
    void aSessionGoesOnAfterASerializableTransaction() throws Exception {
        for (Protocol protocol : Protocol.values()) {
            run(protocol, "drop sequence if exists kept_seq", "create sequence kept_seq");
            try (Connection connection = connect(protocol);
                    Statement statement = connection.createStatement()) {
                statement.execute("select nextval('kept_seq')");
                statement.execute("begin isolation level serializable");
                statement.execute("create table if not exists kept (id int)");
                statement.execute("insert into kept values (1)");
                statement.execute("commit");
                try (var row = statement.executeQuery("select currval('kept_seq')")) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getLong(1)).isEqualTo(1);
                }
            }
        }
        assertNodesEqual();
    }
}
