import asyncio, datetime, decimal, uuid
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

with psycopg.connect("", prepare_threshold=2) as c:
    c.execute("drop table if exists py_psycopg3")
    c.execute("create table py_psycopg3 (id bigint generated always as identity primary key, n int unique, t text, j jsonb, u uuid, d date, a text[], m numeric, r int4range)")
    c.commit()
    u = uuid.uuid4()
    row = c.execute("insert into py_psycopg3 (n,t,j,u,d,a,m,r) values (%s,%s,%s,%s,%s,%s,%s,int4range(%s,%s)) returning *",
                    (1, "x\u2603", Jsonb({"a": 1}), u, datetime.date(2024, 2, 29), ["p", None], decimal.Decimal("NaN"), 1, 5)).fetchone()
    assert row[1:4] == (1, "x\u2603", {"a": 1}) and row[4] == u and row[6] == ["p", None] and row[7].is_nan() and row[8].upper == 5, row
    c.commit()
    for i in range(20):
        assert c.execute("select n from py_psycopg3 where n = %s", (1,)).fetchone() == (1,)
        c.commit()
    for binary in (True, False):
        with c.cursor(binary=binary, row_factory=dict_row) as cur:
            assert cur.execute("select n, t, u, m, d from py_psycopg3").fetchone()["u"] == u
    c.commit()
    with c.pipeline():
        for i in range(2, 50):
            c.execute("insert into py_psycopg3 (n, t) values (%s, %s)", (i, str(i)))
        n = c.execute("select count(*) from py_psycopg3")
        assert n.fetchone()[0] == 49
    c.commit()
    try:
        with c.pipeline():
            c.execute("insert into py_psycopg3 (n) values (100)")
            c.execute("insert into py_psycopg3 (n) values (1)")
            c.execute("insert into py_psycopg3 (n) values (101)")
        raise SystemExit("no error")
    except psycopg.errors.UniqueViolation:
        c.rollback()
    assert c.execute("select count(*) from py_psycopg3 where n >= 100").fetchone() == (0,)
    try:
        with c.transaction():
            c.execute("insert into py_psycopg3 (n) values (200)")
            with c.transaction():
                c.execute("insert into py_psycopg3 (n) values (201)")
                raise psycopg.Rollback
    except psycopg.Rollback:
        raise SystemExit("the inner one only")
    c.commit()
    with c.cursor() as cur:
        with cur.copy("copy py_psycopg3 (n, t) from stdin") as copy:
            for i in range(1000, 3000):
                copy.write_row((i, "r%d" % i))
        with cur.copy("copy py_psycopg3 (n, t) from stdin (format binary)") as copy:
            copy.set_types(["int4", "text"])
            for i in range(3000, 4000):
                copy.write_row((i, "b"))
        with cur.copy("copy (select n, t from py_psycopg3 where n >= 1000) to stdout") as copy:
            copy.set_types(["int4", "text"])
            assert sum(1 for _ in copy.rows()) == 3000
        cur.executemany("update py_psycopg3 set t = %s where n = %s returning n", [("z", i) for i in range(1, 30)], returning=True)
    c.commit()
    with psycopg.ServerCursor(c, "sc") as cur:
        cur.execute("select n from py_psycopg3 order by n")
        assert cur.fetchone()[0] == 1
        cur.scroll(10)
        assert len(cur.fetchmany(100)) == 100
    c.commit()
    c.autocommit = True
    heard = []
    c.add_notify_handler(heard.append)
    c.execute("listen p3")
    c.execute("select pg_notify('p3', 'x')")
    for _ in range(50):
        c.execute("select 1")
        if heard:
            break
    assert heard and heard[0].payload == "x"
    c.read_only = True
    c.autocommit = False
    assert c.execute("select count(*) from py_psycopg3").fetchone()[0] > 3000
    try:
        c.execute("delete from py_psycopg3")
        raise SystemExit("written in a read-only transaction")
    except psycopg.errors.ReadOnlySqlTransaction:
        c.rollback()


async def main():
    conns = await asyncio.gather(*(psycopg.AsyncConnection.connect("", autocommit=True) for _ in range(8)))
    async def work(k, c):
        for i in range(50):
            await c.execute("update py_psycopg3 set t = %s where n = %s", (str(k), k * 50 + i + 1000))
            cur = await c.execute("select t from py_psycopg3 where n = %s", (k * 50 + i + 1000,))
            assert (await cur.fetchone())[0] == str(k)
    await asyncio.gather(*(work(k, c) for k, c in enumerate(conns)))
    for c in conns:
        await c.close()

asyncio.run(main())
