package io.understudy.demo.torture;

import java.util.List;

/** Changes to the objects that every world has, each made for a way in which replicas could go wrong. */
final class WorldDeeds {
    private WorldDeeds() {}

    static List<Deed> all() {
        return List.of(
                statement(
                        "race-counter",
                        6,
                        d -> d.any(
                                "update counter set n = n + 1, touched = now() where k = 'k" + d.between(1, 5) + "'",
                                "update counter set n = (select max(n) from counter) + 1 where k = 'k" + d.between(1, 5)
                                        + "'",
                                "insert into bag select count(*), 'counted' from bag",
                                "insert into bag select sum(n) % 50, 'summed' from counter where touched < now()",
                                "insert into counter select 'once', 1 where not exists (select from counter where k = 'once')")),
                statement(
                        "upsert-two-keys",
                        5,
                        d -> "insert into upsert2 (a, b) values (" + d.below(9) + ", " + d.below(9)
                                + ") on conflict "
                                + d.any(
                                        "(a) do update set b = excluded.b, hits = upsert2.hits + 1, token = gen_random_uuid()",
                                        "(b) do update set a = excluded.a, hits = upsert2.hits + 1",
                                        "do nothing")),
                statement(
                        "swap-unique",
                        5,
                        d -> d.any(
                                "update swap set u = 13 - u",
                                "update swap set u = u + 1 - 12 * (u / 12) where id < 13",
                                "update swap a set u = b.u from swap b where (a.id, b.id) in ((1, 2), (2, 1))",
                                "update swap set w = w + 1 where id = " + d.between(1, 12),
                                "update swap set w = -w",
                                "update swap set id = id + 1 where id > 10")),
                statement(
                        "exclusion",
                        4,
                        d -> d.any(
                                "insert into booking values (1, int4range(" + d.below(50) + ", " + d.between(51, 54)
                                        + "))",
                                "insert into booking select 1, int4range(i * 100, i * 100 + " + d.between(1, 100)
                                        + ") from generate_series(1, 9) i where not exists (select from booking)",
                                "update booking set during = int4range(lower(during) + 100, upper(during) + 100)",
                                "delete from booking where lower(during) % 3 = 0")),
                statement(
                        "tree",
                        5,
                        d -> d.any(
                                "insert into tree values (" + d.below(30) + ", " + d.below(12) + ")",
                                "delete from tree where id = " + d.between(2, 12),
                                "update tree set id = id + 100 where id = " + d.between(1, 6),
                                "update tree set id = id - 100 where id > 100",
                                "update tree set parent = " + d.between(1, 9) + " where id = " + d.between(2, 9),
                                "insert into tree values (1, null) on conflict (id) do update set label = random()::text")),
                statement(
                        "partitions",
                        6,
                        d -> d.any(
                                "update parted set k = k + " + d.between(1, 20) + " where k = " + d.below(40),
                                "update parted set m = 'happy', at = clock_timestamp() where k between 10 and 20 and m = 'sad'",
                                "insert into parted (k, m) select k + 1, m from parted limit 2",
                                "insert into parted (k, m) values (" + d.below(50) + ", '" + d.any("sad", "ok", "happy")
                                        + "')",
                                "delete from parted where ctid = (select min(ctid) from parted_low)",
                                "insert into hashed (m, y) values ('" + d.any("sad", "ok", "happy") + "', now()::text)",
                                "update hashed set x = x + 1, m = 'ok' where x = (select max(x) from hashed)",
                                "delete from hashed where x % 4 = 1")),
                statement(
                        "inheritance",
                        3,
                        d -> d.any(
                                "insert into descendant (a) values (" + d.below(30) + ")",
                                "insert into ancestor (a) values (" + d.below(30) + ")",
                                "update ancestor set a = a + 1 where a < 10",
                                "delete from only ancestor where a > 15",
                                "delete from ancestor where a % 7 = 2")),
                statement(
                        "unlogged",
                        2,
                        d -> d.any(
                                "insert into fleeting (x) select generate_series(1, 3)",
                                "update fleeting set x = x + 1",
                                "delete from fleeting where id % 3 = 0")),
                statement(
                        "duplicates",
                        5,
                        d -> d.any(
                                "insert into bag values (1, 'dup'), (1, 'dup'), (null, null), (null, null)",
                                "update bag set y = 'one' where ctid = (select ctid from bag where y = 'dup' limit 1)",
                                "delete from bag where ctid in (select ctid from bag where x is not distinct from null limit 1)",
                                "update bag set x = x + 1 where y = 'dup'",
                                "delete from bag where x > 20",
                                "insert into bag values (1, repeat('long ', " + d.between(1, 60_000) + "))")),
                statement(
                        "views",
                        5,
                        d -> d.any(
                                "update seen set n = n + 1 where k = 'k2'",
                                "insert into seen values ('s" + d.below(9) + "', " + d.between(-1, 5) + ")",
                                "insert into joined (id, w) values (" + d.between(10, 30) + ", " + d.below(999) + ")",
                                "update joined set total = coalesce(total, 0) + 1, w = w where id = " + d.between(1, 5),
                                "delete from joined where id > 20",
                                "insert into ruled values (" + d.below(9) + ", random()::text)",
                                "delete from ruled where x = " + d.below(9))),
                statement(
                        "volatile-functions",
                        5,
                        d -> d.any(
                                "select note('called ' || clock_timestamp())",
                                "select note(k) from counter limit 2",
                                "select try(" + d.below(20) + ")",
                                "insert into bag select roll(6), replaced(1)",
                                "insert into bag values (falsely_immutable(3), 'false')",
                                "update checked set total = falsely_immutable(total) where id = " + d.between(1, 5),
                                "update checked set total = roll(20) where id = " + d.between(1, 5),
                                "call work(" + d.between(1, 4) + ")",
                                "select count(*) from (select note('deep') from bag limit 1) s")),
                statement(
                        "row-security",
                        3,
                        d -> d.any(
                                "insert into secured (x) values (" + d.between(-9, 9) + ")",
                                "update secured set x = x + 1",
                                "delete from secured where x % 5 = 0")),
                statement(
                        "generated",
                        3,
                        d -> d.any(
                                "insert into switched (id, x) values (" + d.below(20) + ", " + d.below(9)
                                        + ") on conflict (id) do update set x = excluded.x",
                                "update switched set x = x + 1 where id = " + d.below(20),
                                "delete from switched where y > 20")),
                statement(
                        "sequences",
                        4,
                        d -> d.any(
                                "select nextval('loose')",
                                "select setval('loose', " + d.between(1, 5000) + ")",
                                "select nextval('loose'), nextval('audit_id_seq') from generate_series(1, "
                                        + d.between(1, 1500) + ")",
                                "insert into bag values (nextval('loose'), 'numbered')",
                                "select setval('loose', (select max(nth) + 1 from audit), false)")),
                statement(
                        "reads",
                        6,
                        d -> d.any(
                                "select count(*) from bag",
                                "select * from swap order by id for update",
                                "select * from counter for share skip locked",
                                "select k, sum(n) over (order by k) from counter",
                                "select x from bag where x = " + d.below(9) + " for no key update nowait",
                                "table tree",
                                "values (1), (2)")));
    }

    /** A deed that is one statement without parameters. */
    static Deed statement(String name, int weight, java.util.function.Function<Dice, String> maker) {
        return new Deed(name, weight, (c, w, d) -> c.run(maker.apply(d)));
    }
}
