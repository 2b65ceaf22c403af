import postgres from 'postgres'
import assert from 'node:assert'

const sql = postgres({ max: 4, onnotice: () => {} })
await sql`drop table if exists js_postgres`
await sql`create table js_postgres (id serial primary key, n int unique, t text, j jsonb)`
const [row] = await sql`insert into js_postgres ${sql({ n: 1, t: 'x', j: { a: 1 } })} returning *`
assert.deepEqual(row.j, { a: 1 })
await sql`insert into js_postgres ${sql(Array.from({ length: 500 }, (_, i) => ({ n: i + 10, t: 't' + i })))}`
const all = await Promise.all(Array.from({ length: 50 }, (_, i) => sql`select t from js_postgres where n = ${i + 10}`))
assert.equal(all[7][0].t, 't7')
await assert.rejects(sql.begin(async tx => { await tx`insert into js_postgres (n) values (2000)`; await tx`insert into js_postgres (n) values (1)` }), e => e.code === '23505')
await sql.begin(async tx => { await tx`insert into js_postgres (n) values (3000)`; await tx.savepoint(async s => { await s`insert into js_postgres (n) values (3001)`; throw new Error('x') }).catch(() => {}) })
assert.equal((await sql`select count(*)::int as c from js_postgres where n >= 2000`)[0].c, 1)
let seen = 0
await sql`select n from js_postgres`.cursor(100, rows => { seen += rows.length })
assert.equal(seen, 502)
await new Promise(async resolve => { await sql.listen('pjs', resolve); await sql.notify('pjs', 'y') })
const ro = await sql.begin('read only', tx => tx`select count(*) from js_postgres`)
assert.equal(ro.length, 1)
await sql.end()
