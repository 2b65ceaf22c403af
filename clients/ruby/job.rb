require 'pg'
require 'sequel'
require 'active_record'
def check(ok, what) raise "failed: #{what}" unless ok end
c = PG.connect(host: ENV['PGHOST'], port: ENV['PGPORT'], user: ENV['PGUSER'], password: ENV['PGPASSWORD'], dbname: ENV['PGDATABASE'])
c.set_notice_processor { }
c.exec('drop table if exists rb_pg; create table rb_pg (id serial primary key, n int unique, t text)')
check(c.exec_params('insert into rb_pg (n, t) values ($1, $2) returning id', [1, "\u20ac"])[0]['id'] == '1', 'returning')
c.prepare('p', 'select t from rb_pg where n = $1::int')
10.times { check(c.exec_prepared('p', [1])[0]['t'] == "\u20ac", 'prepared') }
c.transaction { |t| t.exec("insert into rb_pg (n) values (2)") }
begin
  c.transaction { |t| t.exec('insert into rb_pg (n) values (3)'); t.exec('insert into rb_pg (n) values (1)') }
rescue PG::UniqueViolation => e
  check(e.result.error_field(PG::Result::PG_DIAG_SQLSTATE) == '23505', 'state')
end
c.copy_data('copy rb_pg (n, t) from stdin') { (100..1000).each { |i| c.put_copy_data("#{i}\tx\n") } }
n = 0
c.copy_data('copy rb_pg to stdout') { n += 1 while c.get_copy_data }
check(n == 903, "copy #{n}")
c.exec("listen rb; notify rb, 'x'")
got = nil
c.wait_for_notify(5) { |ch, pid, payload| got = payload }
check(got == 'x', 'notify')
c.send_query('select n from rb_pg order by n'); c.set_single_row_mode
rows = 0
while (r = c.get_result) do rows += r.ntuples; end
check(rows == 903, "single rows #{rows}")
c.enter_pipeline_mode
20.times { |i| c.send_query_params('update rb_pg set t = $1 where n = $2::int', [i.to_s, 100 + i]) }
c.pipeline_sync
ok = 0
loop { r = c.get_result; next if r.nil?; break if r.result_status == PG::PGRES_PIPELINE_SYNC; ok += 1 }
c.exit_pipeline_mode
check(ok == 20, "pipeline #{ok}")
c.close
db = Sequel.connect(adapter: 'postgres', host: ENV['PGHOST'], port: ENV['PGPORT'], user: ENV['PGUSER'], password: ENV['PGPASSWORD'], database: ENV['PGDATABASE'])
db.drop_table?(:rb_sequel)
db.create_table(:rb_sequel) { primary_key :id; Integer :n, unique: true; String :t }
db[:rb_sequel].multi_insert((1..50).map { |i| { n: i, t: i.to_s } })
db[:rb_sequel].insert_conflict(target: :n, update: { t: 'u' }).insert(n: 1, t: 'x')
check(db[:rb_sequel].where(n: 1).get(:t) == 'u', 'upsert')
db.transaction(rollback: :always) { db[:rb_sequel].delete }
check(db[:rb_sequel].count == 50, 'rollback')
check(db.schema(:rb_sequel).size == 3, 'schema')
db.disconnect
ActiveRecord::Base.establish_connection(adapter: 'postgresql', host: ENV['PGHOST'], port: ENV['PGPORT'], username: ENV['PGUSER'], password: ENV['PGPASSWORD'], database: ENV['PGDATABASE'])
ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  drop_table :rb_posts, if_exists: true
  drop_table :rb_users, if_exists: true
  create_table(:rb_users) { |t| t.string :name, index: { unique: true }; t.jsonb :data; t.timestamps }
  create_table(:rb_posts) { |t| t.references :rb_user, foreign_key: true; t.string :title }
end
class RbUser < ActiveRecord::Base; has_many :rb_posts; end
class RbPost < ActiveRecord::Base; belongs_to :rb_user; end
20.times { |i| RbUser.create!(name: "u#{i}", data: { a: i }).rb_posts.create!(title: 't') }
check(RbUser.includes(:rb_posts).where("data->>'a' = '5'").first.rb_posts.size == 1, 'includes')
begin
  RbUser.transaction { RbUser.create!(name: 'v'); RbUser.create!(name: 'u1') }
rescue ActiveRecord::RecordNotUnique
end
check(RbUser.count == 20, 'count')
RbUser.transaction { RbUser.lock.find_by(name: 'u1').update!(name: 'w1') }
check(RbUser.exists?(name: 'w1'), 'exists')
RbUser.find_each(batch_size: 5) { |u| u.touch }
ActiveRecord::Migration.maintain_test_schema rescue nil
ActiveRecord::Base.connection.with_advisory_lock('x') { } rescue NoMethodError
