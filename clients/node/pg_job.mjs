import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import QueryStream from 'pg-query-stream'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import assert from 'node:assert'

const c = new pg.Client()
await c.connect()
await c.query('drop table if exists js_pg; create table js_pg (id serial primary key, n int unique, t text, j jsonb, a int[], d timestamptz, b bytea)')
const r = await c.query('insert into js_pg (n,t,j,a,d,b) values ($1,$2,$3,$4,$5,$6) returning *', [1, 'é', { k: [1] }, [1, 2], new Date(0), Buffer.from([0, 255])])
assert.deepEqual(r.rows[0].j, { k: [1] })
assert.deepEqual(r.rows[0].a, [1, 2])
for (let i = 0; i < 20; i++) assert.equal((await c.query({ name: 'one', text: 'select n from js_pg where n = $1', values: [1] })).rows.length, 1)
await c.query('begin')
await c.query('insert into js_pg (n) values (2)')
await assert.rejects(c.query('insert into js_pg (n) values (1)'), e => e.code === '23505')
await assert.rejects(c.query('select 1'), e => e.code === '25P02')
await c.query('rollback')
const many = await c.query('select 1 as a; select 2 as b; insert into js_pg (n) values (3)')
assert.equal(many.length, 3)
await pipeline(Readable.from(Array.from({ length: 2000 }, (_, i) => `${i + 100}\tv${i}\n`)), c.query(copyFrom('copy js_pg (n, t) from stdin')))
let size = 0
for await (const chunk of c.query(copyTo('copy js_pg (n) to stdout'))) size += chunk.length
assert(size > 5000)
let rows = 0
for await (const row of c.query(new QueryStream('select * from js_pg order by n', [], { batchSize: 50 }))) rows++
assert.equal(rows, 2002)
const heard = new Promise(resolve => c.on('notification', m => resolve(m.payload)))
await c.query('listen js')
await c.query("notify js, 'x'")
assert.equal(await heard, 'x')
await c.query('unlisten *')
await c.end()
const pool = new pg.Pool({ max: 8, statement_timeout: 5000, application_name: 'clients/node' })
await Promise.all(Array.from({ length: 20 }, async (_, k) => {
  for (let i = 0; i < 20; i++) {
    await pool.query('update js_pg set t = $1 where n = $2', [String(k), 100 + k])
    const { rows } = await pool.query('select t from js_pg where n = $1', [100 + k])
    assert.ok(rows.length === 1)
  }
}))
await pool.end()
