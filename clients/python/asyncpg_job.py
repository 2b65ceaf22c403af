import asyncio, datetime, os, asyncpg


async def main():
    c = await asyncpg.connect()
    await c.execute("drop table if exists py_asyncpg; drop type if exists py_asyncpg_mood")
    await c.execute("create type py_asyncpg_mood as enum ('sad', 'happy')")
    await c.execute("create table py_asyncpg (id serial primary key, n int unique, t text, j jsonb, d timestamptz, i interval, mood py_asyncpg_mood, a int[][], b bytea)")
    d = datetime.datetime(2024, 2, 29, tzinfo=datetime.timezone.utc)
    id = await c.fetchval("insert into py_asyncpg (n,t,j,d,i,mood,a,b) values ($1,$2,$3,$4,$5,$6,$7,$8) returning id", 1, "x", '{"k": 1}', d, datetime.timedelta(days=1, seconds=5), "happy", [[1, 2], [3, 4]], b"\0\1")
    assert id == 1
    r = await c.fetchrow("select * from py_asyncpg where mood = $1", "happy")
    assert r["d"] == d and r["mood"] == "happy" and r["a"] == [[1, 2], [3, 4]] and r["i"] == datetime.timedelta(days=1, seconds=5), r
    await c.executemany("insert into py_asyncpg (n, t) values ($1, $2)", [(i, str(i)) for i in range(2, 500)])
    async with c.transaction():
        async for row in c.cursor("select n from py_asyncpg order by n", prefetch=10):
            pass
    stmt = await c.prepare("select t from py_asyncpg where n = $1")
    for i in range(2, 50):
        assert await stmt.fetchval(i) == str(i)
    try:
        async with c.transaction():
            await c.execute("insert into py_asyncpg (n) values (1000)")
            async with c.transaction():
                await c.execute("insert into py_asyncpg (n) values (1001)")
            await c.execute("insert into py_asyncpg (n) values (1)")
    except asyncpg.UniqueViolationError as e:
        assert e.sqlstate == "23505"
    assert await c.fetchval("select count(*) from py_asyncpg where n >= 1000") == 0
    await c.copy_records_to_table("py_asyncpg", records=[(i, "c") for i in range(2000, 3000)], columns=["n", "t"])
    assert await c.fetchval("select count(*) from py_asyncpg where n >= 2000") == 1000
    heard = asyncio.get_running_loop().create_future()
    await c.add_listener("aio", lambda con, pid, channel, payload: heard.set_result(payload))
    await c.execute("notify aio, 'hi'")
    assert await asyncio.wait_for(heard, 5) == "hi"
    await c.close()
    try:
        c2 = await asyncpg.connect(command_timeout=0.5)
        await c2.fetch("select pg_sleep(5)")
        raise SystemExit("no timeout")
    except asyncio.TimeoutError:
        pass
    assert await c2.fetchval("select 1") == 1
    await c2.close()
    async with asyncpg.create_pool(min_size=2, max_size=10) as pool:
        async def work(k):
            for i in range(30):
                async with pool.acquire() as p:
                    await p.execute("update py_asyncpg set t = $1 where n = $2", str(k), 2000 + k)
                async with pool.acquire() as p:
                    async with p.transaction(readonly=True, isolation="repeatable_read"):
                        await p.fetchval("select count(*) from py_asyncpg")
        await asyncio.gather(*(work(k) for k in range(10)))

asyncio.run(main())
