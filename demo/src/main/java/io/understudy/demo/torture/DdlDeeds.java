package io.understudy.demo.torture;

import java.sql.SQLException;
import java.util.List;

/** Changes to the schema while others write. */
final class DdlDeeds {
    private DdlDeeds() {}

    static List<Deed> all() {
        return List.of(
                new Deed(
                        "add-column",
                        5,
                        (c, w, d) -> c.run("alter table " + target(w, d) + " add column d" + w.fresh()
                                + d.any(
                                        " int",
                                        " int default 7",
                                        " text default clock_timestamp()::text",
                                        " serial",
                                        " timestamptz default now()",
                                        " uuid default gen_random_uuid()",
                                        " int generated always as identity",
                                        " small",
                                        " stamp",
                                        " int generated always as (n + 1) stored",
                                        " double precision default random() not null",
                                        " mood default 'ok' check (true)"))),
                new Deed(
                        "drop-column",
                        3,
                        (c, w, d) -> c.run("alter table " + target(w, d) + " drop column if exists d" + w.earlier(d)
                                + d.any("", " cascade"))),
                new Deed(
                        "alter-type",
                        2,
                        (c, w, d) -> c.run(d.any(
                                "alter table bag alter column x type bigint using x + (random() * 2)::int",
                                "alter table bag alter column x type int using x::int",
                                "alter table " + target(w, d) + " alter column v type varchar using v || '.'",
                                "alter table " + target(w, d) + " alter column v type text"))),
                new Deed(
                        "alter-column",
                        3,
                        (c, w, d) -> c.run("alter table " + target(w, d) + " alter column "
                                + d.any(
                                        "n set default (random() * 9)::int",
                                        "n drop default",
                                        "v set default now()::text",
                                        "v set storage external",
                                        "n set statistics 50",
                                        "v set not null",
                                        "v drop not null",
                                        "n set (n_distinct = 5)"))),
                new Deed(
                        "constraint",
                        3,
                        (c, w, d) -> c.run("alter table " + target(w, d)
                                + d.any(
                                        " add constraint k" + w.fresh() + " check (n < 5000) not valid",
                                        " validate constraint k" + w.earlier(d),
                                        " drop constraint if exists k" + w.earlier(d),
                                        " add constraint k" + w.fresh() + " unique (n, v) deferrable",
                                        " rename constraint k" + w.earlier(d) + " to k" + w.fresh()))),
                new Deed(
                        "index",
                        4,
                        (c, w, d) -> c.run(d.any(
                                "create index i" + w.fresh() + " on " + target(w, d) + " (n)",
                                "create index i" + w.fresh() + " on " + target(w, d)
                                        + " using brin (n) where v is not null",
                                "create unique index i" + w.fresh() + " on bag (x, y, ctid)",
                                "create index if not exists i" + w.earlier(d) + " on " + target(w, d)
                                        + " (upper(v), n desc nulls last)",
                                "drop index if exists i" + w.earlier(d),
                                "reindex table swap"))),
                new Deed("create-table-as", 4, DdlDeeds::createTableAs),
                new Deed("create-table", 3, DdlDeeds::createTable),
                new Deed(
                        "drop-table",
                        3,
                        (c, w, d) -> c.run("drop table if exists made" + w.earlier(d) + d.any("", " cascade"))),
                new Deed("rename", 2, DdlDeeds::rename),
                new Deed(
                        "enum",
                        2,
                        (c, w, d) -> c.run(d.any(
                                "alter type mood add value if not exists 'm" + d.below(6) + "' "
                                        + d.any("before 'ok'", "after 'sad'", ""),
                                "alter type mood rename value 'm" + d.below(6) + "' to 'm" + d.below(6) + "'"))),
                new Deed("partition", 4, DdlDeeds::partition),
                new Deed("function", 4, DdlDeeds::function),
                new Deed(
                        "trigger",
                        3,
                        (c, w, d) -> c.run(d.any(
                                "alter table swap disable trigger swap_late",
                                "alter table swap enable trigger swap_late",
                                "alter table " + target(w, d) + " disable trigger all",
                                "alter table " + target(w, d) + " enable trigger all",
                                "alter table tree enable always trigger tree_audit",
                                "alter table " + target(w, d) + " disable trigger user",
                                "create or replace trigger extra after insert on " + target(w, d)
                                        + " for each statement execute function counted()",
                                "drop trigger if exists extra on " + target(w, d)))),
                new Deed("grant", 4, DdlDeeds::grant),
                new Deed(
                        "comment",
                        2,
                        (c, w, d) -> c.run("comment on "
                                + d.any(
                                        "table " + target(w, d),
                                        "column bag.x",
                                        "function roll(int)",
                                        "type mood",
                                        "constraint swap_pkey on swap")
                                + " is "
                                + d.any("'it''s; nothing'", "null", "E'a\\nb'"))),
                new Deed(
                        "view",
                        3,
                        (c, w, d) -> c.run(d.any(
                                "create or replace view w" + d.below(3)
                                        + " as select n, v, clock_timestamp() as at from " + target(w, d),
                                "drop view if exists w" + d.below(3),
                                "refresh materialized view summary",
                                "create materialized view if not exists m" + d.below(3)
                                        + " as select x, count(*) from bag group by x",
                                "drop materialized view if exists m" + d.below(3)))),
                new Deed(
                        "sequence",
                        2,
                        (c, w, d) -> c.run(d.any(
                                "alter sequence loose restart with " + d.between(1, 9999),
                                "alter sequence loose increment by " + d.between(1, 5),
                                "create sequence q" + w.fresh() + " start " + d.between(1, 99)
                                        + d.any("", " cycle maxvalue 120"),
                                "drop sequence if exists q" + w.earlier(d),
                                "select nextval('q" + w.earlier(d) + "')",
                                "alter sequence audit_id_seq restart"))),
                new Deed(
                        "table-option",
                        2,
                        (c, w, d) -> c.run("alter table " + target(w, d)
                                + d.any(
                                        " set (fillfactor = 70)",
                                        " reset (fillfactor)",
                                        " replica identity full",
                                        " set unlogged",
                                        " set logged",
                                        " cluster on missing_index",
                                        " enable row level security",
                                        " disable row level security"))),
                new Deed(
                        "maintenance",
                        2,
                        (c, w, d) -> c.run(d.any("vacuum bag", "analyze " + target(w, d), "vacuum (analyze) counter"))),
                new Deed(
                        "schema",
                        1,
                        (c, w, d) -> c.run(d.any(
                                "create schema if not exists " + w.schema()
                                        + "_b create table within (x int default 5)",
                                "insert into " + w.schema() + "_b.within default values",
                                "drop schema if exists " + w.schema() + "_b cascade",
                                "create statistics s" + w.fresh() + " on x, y from bag"))));
    }

    private static String target(World w, Dice d) {
        return d.percent(20)
                ? d.any("bag", "tree", "ancestor", "parted", "secured")
                : d.of(w.tables()).name();
    }

    private static void createTableAs(Client c, World w, Dice d) throws SQLException {
        String name = "made" + w.fresh();
        c.run(d.any(
                "create table " + name + " as select x, y, random() as r, clock_timestamp() as at from bag",
                "create table " + name + " (a, b) as select n, v from " + target(w, d) + " limit 5",
                "select x, gen_random_uuid() as u into " + name + " from bag",
                "create table " + name + " as table counter with no data",
                "create unlogged table " + name + " as values (1, random()), (2, 0)"));
        if (d.percent(50)) {
            c.run("insert into " + name + " select * from " + name);
        }
    }

    private static void createTable(Client c, World w, Dice d) throws SQLException {
        String name = "made" + w.fresh();
        c.run("create table " + name
                + d.any(
                        " (id serial primary key, at timestamptz default clock_timestamp(), n int unique)",
                        " (like " + target(w, d) + " including all)",
                        " (id int generated always as identity, s small, m mood)",
                        " () inherits (ancestor)",
                        " (x int references swap on delete cascade)"));
        if (d.percent(60)) {
            c.run("insert into " + name + " default values");
        }
        if (d.percent(20)) {
            c.run("alter table " + name + " add column late text default random()::text");
            c.run("insert into " + name + " (late) values ('x')");
        }
    }

    private static void rename(Client c, World w, Dice d) throws SQLException {
        String table = d.of(w.tables()).name();
        String name = "made" + w.fresh();
        switch (d.below(3)) {
            case 0 -> {
                c.run("alter table " + table + " rename to " + name);
                c.run("insert into " + name + " (n) values (1)");
                c.run("alter table " + name + " rename to " + table);
            }
            case 1 -> {
                c.run("alter table " + table + " rename column v to vv");
                c.run("update " + table + " set vv = vv || '_' where n < 5");
                c.run("alter table " + table + " rename column vv to v");
            }
            default -> c.run("alter table if exists made" + w.earlier(d) + " rename to " + name);
        }
    }

    private static void partition(Client c, World w, Dice d) throws SQLException {
        int low = 1000 + 10 * w.fresh();
        c.run(d.any(
                "create table piece" + low + " partition of parted for values from (" + low + ") to (" + (low + 10)
                        + ")",
                "alter table parted detach partition parted_low",
                "alter table parted attach partition parted_low for values from (minvalue) to (10)",
                "drop table if exists piece" + (1000 + 10 * w.earlier(d))));
        if (d.percent(50)) {
            c.run("insert into parted (k, m) values (" + (low + 1) + ", 'sad'), (2, 'ok')");
        }
    }

    private static void function(Client c, World w, Dice d) throws SQLException {
        c.run(
                d.any(
                        "create or replace function replaced(x int) returns text language sql volatile as $$ select '"
                                + w.fresh() + " ' || x || random() $$",
                        "create or replace function replaced(x int) returns text language plpgsql set datestyle = 'German' as "
                                + "$$ begin insert into bag values (x, now()::text); return 'p' || clock_timestamp(); end $$",
                        "create or replace function roll(sides int) returns int language sql volatile as $$ select "
                                + d.between(1, 9) + " $$",
                        "create or replace function roll(sides int) returns int language plpgsql volatile as "
                                + "$$ begin return note('rolled'); end $$",
                        "create function own" + w.fresh()
                                + "(variadic text[]) returns setof bag language sql stable as "
                                + "'select * from bag where y = any ($1)'",
                        "drop function if exists own" + w.earlier(d),
                        "alter function roll(int) cost " + d.between(1, 500),
                        "create or replace procedure work(times int) language sql as 'insert into bag values (times, random()::text)'"));
    }

    private static void grant(Client c, World w, Dice d) throws SQLException {
        String role = w.schema() + "_role" + d.below(3);
        c.run(d.any(
                "create role " + role,
                "drop role if exists " + role,
                "grant " + d.any("select", "insert, update (n)", "all") + " on "
                        + d.of(w.tables()).name() + " to public",
                "revoke " + d.any("select", "all") + " on " + d.of(w.tables()).name() + " from public",
                "grant " + d.any("select", "all", "usage") + " on all " + d.any("tables", "sequences") + " in schema "
                        + w.schema() + " to public",
                "grant execute on function roll(int) to public",
                "alter role " + role + " set search_path to pg_catalog",
                "alter role " + role + " createdb password 'secret'",
                "alter default privileges in schema " + w.schema() + " grant select on tables to public"));
    }
}
