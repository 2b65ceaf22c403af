import datetime, decimal, io, json, os, select
import psycopg2, psycopg2.extras, psycopg2.errors

c = psycopg2.connect("")
c.autocommit = False
cur = c.cursor()
cur.execute("drop table if exists py_psycopg2")
cur.execute("create table py_psycopg2 (id serial primary key, n int unique, t text, j jsonb, d timestamptz, b bytea, a int[], m numeric, f bool)")
c.commit()
when = datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.timezone.utc)
cur.execute("insert into py_psycopg2 (n,t,j,d,b,a,m,f) values (%s,%s,%s,%s,%s,%s,%s,%s) returning id",
            (1, "é'\\\u20ac", json.dumps({"k": [1, None]}), when, psycopg2.Binary(b"\0\xff"), [1, 2, None], decimal.Decimal("1.50"), True))
assert cur.fetchone()[0] == 1
c.commit()
cur.execute("select n,t,j,d,b,a,m,f from py_psycopg2")
r = cur.fetchone()
assert r[:3] == (1, "é'\\\u20ac", {"k": [1, None]}) and r[3] == when and bytes(r[4]) == b"\0\xff" and r[5] == [1, 2, None] and r[6] == decimal.Decimal("1.50") and r[7] is True, r
c.commit()
cur.execute("insert into py_psycopg2 (n) values (2)")
cur.execute("savepoint s")
try:
    cur.execute("insert into py_psycopg2 (n) values (1)")
    assert False
except psycopg2.errors.UniqueViolation as e:
    assert e.pgcode == "23505" and e.diag.constraint_name == "py_psycopg2_n_key"
cur.execute("rollback to savepoint s")
c.rollback()
cur.execute("select count(*) from py_psycopg2")
assert cur.fetchone()[0] == 1
c.commit()
psycopg2.extras.execute_values(cur, "insert into py_psycopg2 (n,t) values %s", [(i, "v%d" % i) for i in range(10, 1010)])
psycopg2.extras.execute_batch(cur, "update py_psycopg2 set t = %s where n = %s", [("w%d" % i, i) for i in range(10, 110)])
c.commit()
cur.copy_expert("copy py_psycopg2 (n,t) from stdin with (format csv)", io.StringIO("5000,five\n5001,\"six, or so\"\n"))
c.commit()
out = io.StringIO()
cur.copy_expert("copy (select n,t from py_psycopg2 where n >= 5000 order by n) to stdout", out)
assert out.getvalue() == "5000\tfive\n5001\tsix, or so\n"
try:
    cur.copy_expert("copy py_psycopg2 (n,t) from stdin", io.StringIO("x\ty\n"))
    assert False
except psycopg2.errors.InvalidTextRepresentation:
    c.rollback()
with c.cursor("named") as big:
    big.itersize = 100
    big.execute("select n from py_psycopg2 order by n")
    assert sum(1 for _ in big) == 1003
with c.cursor("held", withhold=True) as held:
    held.execute("select n from py_psycopg2 order by n")
    c.commit()
    assert held.fetchone()[0] == 1
    assert len(held.fetchmany(5)) == 5
c.commit()
c.autocommit = True
c.set_session(readonly=True)
cur.execute("select sum(n) from py_psycopg2")
c.set_session(readonly=False)
cur.execute("listen news")
cur.execute("notify news, 'hello'")
for _ in range(50):
    if c.notifies:
        break
    select.select([c], [], [], 0.2)
    c.poll()
assert c.notifies and c.notifies[0].payload == "hello", "no notification"
cur.execute("unlisten *")
cur.execute("set statement_timeout = 200")
try:
    cur.execute("select pg_sleep(5)")
    assert False
except psycopg2.errors.QueryCanceled:
    pass
cur.execute("reset statement_timeout")
import threading
threading.Timer(0.3, c.cancel).start()
try:
    cur.execute("select pg_sleep(5)")
    assert False
except psycopg2.errors.QueryCanceled:
    pass
cur.execute("set time zone 'Asia/Tokyo'; set search_path to public, pg_catalog")
cur.execute("show timezone")
assert cur.fetchone()[0] == "Asia/Tokyo"
cur.execute("select d from py_psycopg2 where n = 1")
assert cur.fetchone()[0].utcoffset() == datetime.timedelta(hours=9)
cur.execute("create type py_mood as enum ('sad','happy')") if not cur.execute("select 1 from pg_type where typname = 'py_mood'") and not cur.fetchone() else None
psycopg2.extras.register_default_json(c)
xid = c.xid(1, "py", "branch")
c.autocommit = False
try:
    c.tpc_begin(xid)
    cur.execute("insert into py_psycopg2 (n) values (9999)")
    c.tpc_prepare()
    raise SystemExit("two-phase commit was not refused")
except psycopg2.errors.FeatureNotSupported:
    pass
c.close()
