import knexLib from 'knex'
import { Sequelize, DataTypes } from 'sequelize'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import assert from 'node:assert'

const e = process.env
const connection = { host: e.PGHOST, port: +e.PGPORT, user: e.PGUSER, password: e.PGPASSWORD, database: e.PGDATABASE }
const knex = knexLib({ client: 'pg', connection, pool: { min: 1, max: 5 } })
await knex.schema.dropTableIfExists('js_knex')
await knex.schema.createTable('js_knex', t => { t.increments(); t.integer('n').unique(); t.json('j') })
await knex('js_knex').insert([{ n: 1, j: '{}' }, { n: 2 }])
await knex('js_knex').insert({ n: 1, j: '{"x":1}' }).onConflict('n').merge()
assert.equal((await knex('js_knex').where({ n: 1 }).first()).j.x, 1)
await assert.rejects(knex.transaction(async t => { await t('js_knex').insert({ n: 3 }); throw new Error('no') }))
assert.equal((await knex('js_knex').count())[0].count, '2')
await knex.destroy()

const s = new Sequelize(connection.database, connection.user, connection.password, { host: connection.host, port: connection.port, dialect: 'postgres', logging: false })
const User = s.define('js_user', { name: { type: DataTypes.STRING, unique: true }, tags: DataTypes.ARRAY(DataTypes.STRING), mood: DataTypes.ENUM('sad', 'happy') })
const Post = s.define('js_post', { title: DataTypes.STRING })
User.hasMany(Post)
Post.belongsTo(User)
await s.sync({ force: true })
const u = await User.create({ name: 'a', tags: ['x', 'y'], mood: 'happy' })
await u.createJs_post({ title: 't' })
assert.equal((await User.findAll({ include: Post }))[0].js_posts.length, 1)
await s.transaction(async t => { await User.update({ mood: 'sad' }, { where: { name: 'a' }, transaction: t }) })
assert.equal((await User.findOne()).mood, 'sad')
await s.close()

const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ max: 3 }) }) })
await db.schema.dropTable('js_kysely').ifExists().execute()
await db.schema.createTable('js_kysely').addColumn('id', 'serial', c => c.primaryKey()).addColumn('n', 'integer').execute()
await db.insertInto('js_kysely').values([{ n: 1 }, { n: 2 }]).execute()
assert.equal((await db.selectFrom('js_kysely').select(sql`sum(n)::int`.as('s')).executeTakeFirst()).s, 3)
await db.introspection.getTables()
await db.destroy()
