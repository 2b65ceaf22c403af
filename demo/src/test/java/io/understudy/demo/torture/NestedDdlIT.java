package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Schema changes from inside DO blocks, functions, procedures and triggers, rows changed before, between and after them; sent through all nodes. */
class NestedDdlIT extends OnSharedCluster {
    /** The pool that all share has a thread a processor: too few for what is to run at once. */
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterAll
    void stopThreads() {
        threads.shutdownNow();
    }

    @AfterEach
    void allNodesAreEqual() throws Exception {
        assertNodesEqual();
    }

    private CompletableFuture<Void> runs(Runnable work) {
        return CompletableFuture.runAsync(work, threads);
    }

    private void run(int node, String... statements) throws SQLException, IOException {
        run(Protocol.SIMPLE, node, statements);
    }

    @Test
    void changesOfTablesBetweenChangesOfRows() throws Exception {
        run(
                1,
                "create table kept (id int primary key, note text)",
                """
                do $$ declare limited int := 3; begin
                  insert into kept values (1, 'before');
                  create table computed as select limited as x, random() as r from generate_series(1, limited);
                  insert into computed values (10, 0.5);
                  create index on computed (x);
                  alter table computed add column at timestamptz default clock_timestamp();
                  alter table kept add column more int default 5;
                  update kept set more = 7 where id = 1;
                  insert into kept values (2, 'between');
                  alter table kept drop column note;
                  insert into kept values (3, 4);
                  create table referring (id serial primary key, r float8 default random() unique, k int references kept (id) deferrable initially deferred);
                  insert into referring (k) values (1), (2);
                  update kept set id = id + 10 where id > 2;
                end $$
                """,
                "begin",
                "insert into kept values (200, 1)",
                "do $$ begin alter table kept add column late text; insert into kept values (201, 1, 'x'); end $$",
                "alter table kept rename column late to later",
                "insert into kept values (202, 1, 'y')",
                "savepoint s",
                "do $$ begin alter table kept drop column later; insert into kept values (204, 2); end $$",
                "rollback to s",
                "insert into kept values (203, 1, 'z')",
                "commit");
    }

    @Test
    void allKindsOfObjects() throws Exception {
        run(
                2,
                "create role reads_nested",
                """
                do $$ begin
                  create schema made;
                  set local search_path to made;
                  create type hue as enum ('r', 'g');
                  create domain positive as int check (value > 0);
                  create type pair as (a int, b text);
                  create sequence counted increment 3;
                  create table parent (id int default nextval('counted'), h hue, p positive) partition by range (id);
                  for k in 0..2 loop
                    execute format('create table parent_%s partition of parent for values from (%s) to (%s)', k, k * 10, k * 10 + 10);
                  end loop;
                  insert into parent (h, p) select 'g', x from generate_series(1, 5) x;
                  alter table parent detach partition parent_2;
                  alter type hue add value 'b';
                  create view shown as select * from parent;
                  create materialized view filled as select id, p from parent;
                  create function next(i int) returns int language sql as 'select i + 1';
                  create function noted() returns trigger language plpgsql as 'begin new.p := new.p + 1; return new; end';
                  create trigger noted before insert on parent_2 for each row execute function noted();
                  insert into parent_2 values (27, 'r', 8);
                  create table heir (more text) inherits (parent_2);
                  create table alike (like parent_2 including all);
                  create unlogged table unlogged_one as select 1 as one;
                  grant select on shown to reads_nested;
                  comment on table alike is 'it''s "made"';
                  alter table heir enable row level security;
                  create policy positive_only on heir using (id > 0);
                  create temp table passing (i int);
                  insert into passing values (1);
                  drop table passing;
                  begin
                    create table gone (i int);
                    raise exception 'undone';
                  exception when raise_exception then null;
                  end;
                end $$
                """,
                "do $$ begin drop function made.next; drop view made.shown; alter sequence made.counted restart with 100; end $$");
    }

    /** Each runs under its own search path and as its own owner. */
    @Test
    void functionsTriggersAndProcedures() throws Exception {
        run(
                3,
                "create schema own",
                "create table watched (id int primary key)",
                "create function in_own(n text) returns void language plpgsql set search_path to own, pg_temp as "
                        + "$$ begin execute format('create table %I (id int)', n); execute format('insert into %I values (1)', n); end $$",
                "create function in_sql() returns void language sql as "
                        + "'insert into watched values (50); create table by_sql (i int); alter table by_sql add j int default 3'",
                "create function on_row() returns trigger language plpgsql as "
                        + "$$ begin execute 'create table if not exists watched_' || new.id || ' (i int)'; return new; end $$",
                "create trigger on_row before insert on watched for each row execute function on_row()",
                "create procedure renames() language plpgsql as $$ begin drop table watched_1; alter table watched_2 rename to renamed; end $$",
                "select in_own('first'), in_own('second')",
                "insert into watched values (1), (2), (3)",
                "select in_sql()",
                "call renames()");
    }

    @Test
    void severalAtOnceThroughAllNodes() throws Exception {
        run(1, "create table shared_one (id int primary key)");
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int node = 1; node <= 3; node++) {
            int n = node;
            all.add(runs(() -> {
                for (int i = 0; i < 5; i++) {
                    try {
                        run(
                                n,
                                "do $$ begin insert into shared_one values (%1$d); create table at_once_%1$d (x int); insert into at_once_%1$d values (%1$d);"
                                                .formatted(n * 10 + i)
                                        + " alter table at_once_%1$d add y float8 default random(); end $$"
                                                .formatted(n * 10 + i),
                                "insert into at_once_%1$d values (2)".formatted(n * 10 + i));
                    } catch (SQLException | IOException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }));
        }
        for (CompletableFuture<Void> one : all) {
            one.get(120, TimeUnit.SECONDS);
        }
    }

    /** What every second migration begins with; no event trigger fires for it. */
    @Test
    void roles() throws Exception {
        run(1, """
                do $$ begin
                  if not exists (select from pg_roles where rolname = 'made_inside') then
                    create role made_inside login password 'secret' connection limit 7 valid until '2040-01-01';
                    create role made_beside noinherit createdb;
                    grant made_beside to made_inside with admin option;
                    alter role made_inside set search_path to "A", public;
                    alter role made_inside set statement_timeout to '5min';
                    create schema of_inside authorization made_inside;
                  end if;
                end $$
                """, """
                do $$ begin
                  revoke made_beside from made_inside;
                  alter role made_inside reset statement_timeout;
                  alter role made_beside login nocreatedb;
                  create role passing;
                  drop role passing;
                end $$
                """, "do $$ begin drop role made_beside; end $$");
        assertThatThrownBy(() -> run(2, "do $$ begin alter role made_inside rename to other; end $$"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
    }

    /** No event trigger fires for any of it. */
    @Test
    void whatConcernsTheDatabaseAsAWhole() throws Exception {
        run(1, "create role whole_reader", """
                do $$ begin
                  execute format('alter database %I set statement_timeout to %L', current_database(), '7min');
                  execute format('alter database %I set search_path to public, "A"', current_database());
                  execute format('grant create, temporary on database %I to whole_reader with grant option', current_database());
                  execute format('revoke temporary on database %I from public', current_database());
                  execute format('comment on database %I is %L', current_database(), 'the whole');
                  execute format('alter database %I connection limit 200', current_database());
                  execute format('alter role %I set work_mem to %L', current_user, '5MB');
                  comment on role whole_reader is 'reads';
                end $$
                """, """
                do $$ begin
                  execute format('alter database %I reset statement_timeout', current_database());
                  execute format('revoke grant option for create on database %I from whole_reader', current_database());
                  execute format('revoke temporary on database %I from whole_reader', current_database());
                  comment on role whole_reader is null;
                end $$
                """);
        allNodesAreEqual();
        run(2, """
                do $$ begin
                  execute format('alter database %I reset search_path', current_database());
                  execute format('alter role %I reset work_mem', current_user);
                  execute format('grant temporary on database %I to public', current_database());
                  execute format('revoke create on database %I from whole_reader', current_database());
                  execute format('comment on database %I is null', current_database());
                  execute format('alter database %I connection limit -1', current_database());
                  drop role whole_reader;
                end $$
                """);
    }

    /** For which no event trigger fires either. */
    @Test
    void whatExplainAnalyzeMakesIsRefused() {
        for (String made : List.of(
                "create table explained as select 1 as x",
                "select 1 as x into explained",
                "create materialized view explained as select 1 as x")) {
            assertThatThrownBy(() -> run(3, "do $$ begin execute 'explain analyze " + made + "'; end $$"))
                    .as(made)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
        }
    }

    /** CONCURRENTLY, PostgreSQL itself makes a temporary table inside. */
    @Test
    void materializedViewsFilledConcurrently() throws Exception {
        run(
                2,
                "create table filling (id int primary key)",
                "create materialized view filled_from as select id from filling",
                "create unique index on filled_from (id)",
                "insert into filling values (1), (2)",
                "refresh materialized view concurrently filled_from",
                "insert into filling values (3)",
                "do $$ begin refresh materialized view concurrently filled_from; end $$");
    }

    /** Of two functions of one name the call stack does not tell which it was. */
    @Test
    void whatCannotBeToldIsRefusedAndLeavesNothing() throws Exception {
        run(
                1,
                "create function twofold(a int) returns void language sql as 'create table from_one (i int)'",
                "create function twofold(a text) returns void language sql as 'create table from_other (i int)'");
        assertThatThrownBy(() -> run(2, "select twofold(1)"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
        run(3, "create table from_one (i int)");
    }
}
