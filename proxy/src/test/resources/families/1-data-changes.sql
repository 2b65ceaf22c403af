# Data changes

== on-conflict
title: INSERT ... ON CONFLICT DO UPDATE and DO NOTHING, on several unique keys
lost: 23505
-- set-up
create table t (id int primary key, code text unique, n int not null default 0, at timestamptz default clock_timestamp());
-- client
insert into t (id, code, n) values ({i}, 'c' || {i}, {client}) on conflict (id) do update set n = t.n + excluded.n, at = clock_timestamp();
insert into t (id, code) values (100 * {client} + {i}, 'c' || {i}) on conflict (code) do update set n = t.n + 1 returning id, n;
insert into t (id, code) values ({i}, 'other') on conflict do nothing;
insert into t values (1000 * {i} + 1, 'x' || {i}, 1), (1000 * {i} + 2, 'y' || {i}, 2) on conflict on constraint t_code_key do update set n = t.n + excluded.n where t.n < 5;
-- check
select count(*) from t where id = 1;
=> 1

== returning
title: RETURNING of anything, also of volatile expressions
-- set-up
create table t (id serial primary key, n int, r float8 default random());
-- client
insert into t (n) values ({i}), ({client}) returning *, now(), random();
update t set n = n + 1, r = random() where id % 3 = {client} % 3 returning t.*, clock_timestamp();
delete from t where id = (select min(id) from t) returning id, md5(random()::text);

== merge
title: MERGE with all its actions
since: 15
lost: 23505
-- set-up
create table t (id int primary key, n int, note text);
create table source (id int, n int);
insert into source select g, g * 10 from generate_series(1, 6) g;
insert into t select g, g from generate_series(4, 8) g;
-- client
merge into t using (select id, n + {client} as n from source) s on t.id = s.id
  when matched and s.id = 4 then delete
  when matched then update set n = t.n + s.n, note = 'm' || random()
  when not matched then insert values (s.id, s.n, 'new ' || clock_timestamp());

== merge-returning
title: MERGE ... RETURNING, WHEN NOT MATCHED BY SOURCE
since: 17
lost: 23505
-- set-up
create table t (id int primary key, n int);
create table source (id int, n int);
insert into source select g, g * 10 from generate_series(1, 6) g;
insert into t select g, g from generate_series(4, 8) g;
-- client
merge into t using source s on t.id = s.id when matched then update set n = t.n + {client} when not matched by target then insert values (s.id, s.n)
  when not matched by source then update set n = t.n * 2 returning merge_action(), t.*;

== with-dml
title: WITH queries that change data
-- set-up
create table stock (id int primary key, n int);
create table moved (id int, n int, at timestamptz default clock_timestamp());
insert into stock select g, 100 from generate_series(1, 5) g;
-- client
with taken as (update stock set n = n - {client} where id <= 3 returning id, n), noted as (insert into moved (id, n) select id, n from taken returning *)
  select count(*) from noted;
with gone as (delete from moved where n % 5 = {i} returning *) insert into moved select id, n + 1000 from gone;

== from-using
title: UPDATE ... FROM, DELETE ... USING, also where several rows match
-- set-up
create table t (id int primary key, n int, who int);
create table other (t int, n int);
insert into t select g, 0, 0 from generate_series(1, 9) g;
insert into other select g % 9 + 1, g from generate_series(1, 30) g;
-- client
update t set n = o.n, who = {client} from other o where o.t = t.id and t.id % 3 = {client} % 3;
update t set n = t.n + x.n from (select t, sum(n) as n from other group by t) x where x.t = t.id;
delete from other using t where t.id = other.t and t.id = {i} and other.n % 2 = {client} % 2;
insert into other select id, n from t order by random() limit 2;

== insert-select
title: INSERT ... SELECT of what others are changing
-- set-up
create table t (id bigserial primary key, v text, n numeric);
insert into t (v, n) select 'start', g from generate_series(1, 4) g;
-- client
insert into t (v, n) select v || {client}, n + random() from t order by id desc limit 3;
insert into t (n) select avg(n) from t;

== racing-predicates
title: Updates and deletes whose WHERE depends on rows that others are changing
-- set-up
create table account (id int primary key, balance int);
insert into account select g, 100 from generate_series(1, 6) g;
-- client
update account set balance = balance + 10 where balance = (select min(balance) from account);
update account set balance = balance - 1 where balance > (select avg(balance) from account);
delete from account where balance > 115 and id > 4;
insert into account select coalesce(max(id), 0) + 1, {client} from account on conflict do nothing;

== no-rows
title: Statements that change no row, and would change one later
-- set-up
create table t (id int primary key, n int);
-- client
update t set n = n + 1 where id = {i};
delete from t where n = 3;
insert into t values ({i}, {client}) on conflict (id) do update set n = t.n + 1 where t.n < 3;
update t set n = n where id = -1;

== swap-unique
title: Updates that exchange unique values
lost: 23505
-- set-up
create table t (id int primary key, place int unique deferrable initially immediate, name text unique);
insert into t select g, g, 'n' || g from generate_series(1, 6) g;
-- client
update t set place = case place when 1 then 2 when 2 then 1 end where place in (1, 2);
update t set place = 7 - place;
begin;
update t set name = name || 'x' where id = {client};
update t set name = 'n' || (7 - id) || 'x{client}{i}' where id = {client};
commit;

== limit-without-order
title: LIMIT without ORDER BY, TABLESAMPLE, ORDER BY random()
-- set-up
create table t (id int primary key, n int default 0);
insert into t select g from generate_series(1, 50) g;
-- client
delete from t where id in (select id from t limit 1);
update t set n = n + 1 where id in (select id from t order by random() limit 3);
insert into t select 100 * {client} + {i}, count(*) from t tablesample bernoulli (50);

== volatile-values
title: now(), clock_timestamp(), random(), gen_random_uuid() and other functions that give something else each time
-- set-up
create table t (id int, at timestamptz, c timestamptz, s timestamptz, r float8, u uuid, p int, x xid8, t text, w text, primary key (id));
-- client
insert into t values (10 * {client} + {i}, now(), clock_timestamp(), statement_timestamp(), random(), gen_random_uuid(), pg_backend_pid(), pg_current_xact_id(), timeofday(), current_user || session_user);
update t set at = current_timestamp, c = localtimestamp, r = r + random(), p = txid_current() % 1000000, t = current_date || ' ' || inet_server_port() where id = 10 * {client} + {i};
-- check
select count(*) from t;
=> 9

== now-literal
title: 'now', 'today' and the like as literals and parameters
-- set-up
create table t (id int primary key, a timestamptz, b timestamp, c date, d time);
-- client
insert into t values (10 * {client} + {i}, 'now', 'now', 'today', 'now');
insert into t values (?, ?, ?, ?, ?);
\bind int4 {client}{i}0 | any now | any tomorrow | any today | any now
update t set a = 'now'::timestamptz - interval '1 second', b = timestamp 'now' where id = {client}{i}0;

== sequences
title: serial, identity, nextval, setval, currval, also in transactions that roll back
limits: Values that a client cached or drew and did not use are gaps after a failover.
-- set-up
create table t (id serial primary key, i int generated always as identity, d int generated by default as identity (start 100 increment 7), n bigint);
create sequence own increment 3 maxvalue 1000000 cycle;
create sequence down increment -1;
create table free (id int default nextval('own'), n int);
-- client
insert into t (n) values (nextval('own')), (nextval('down')) returning id;
begin;
insert into t (n) values (currval('own'));
insert into free (n) values ({client});
rollback;
select setval('down', -1000 * {i} - {client});
insert into t (i, n) overriding system value values (100000 + 100 * {client} + {i}, lastval());
insert into t (d) values (default);
select nextval('own');

== domain-defaults
title: Defaults of domains, defaults by functions
-- set-up
create domain stamp as timestamptz default clock_timestamp();
create domain lot as float8 default random() check (value >= 0);
create function code() returns text language sql volatile as 'select md5(random()::text)';
create table t (id int primary key, s stamp, l lot, c text default code());
-- client
insert into t (id) values (10 * {client} + {i});
insert into t (id, s, l, c) values (1000 + 10 * {client} + {i}, default, default, default);

== volatile-functions
title: Volatile user functions that write, in SELECT too
-- set-up
create table log (id bigserial primary key, what text, r float8);
create function note(w text) returns bigint language plpgsql as $$
declare n bigint;
begin insert into log (what, r) values (w, random()) returning id into n; update log set r = r + 1 where id = n - 1; return n; end $$;
-- client
select note('c{client}');
select note('s' || g) from generate_series(1, 3) g;
insert into log (what) select 'x' || note('inner') from generate_series(1, 2);

== false-immutable
title: Functions that are declared IMMUTABLE and are not
limits: In the expressions of unique indexes and exclusion constraints each server computes them anew, as PostgreSQL does after a restore: what is no duplicate on the master may be one on a replica, which goes into quarantine.
-- set-up
create function wrong(n int) returns float8 language sql immutable as 'select random() + n';
create function wrong_now() returns timestamptz language plpgsql immutable as 'begin return clock_timestamp(); end';
create table log (n int);
create function wrong_write(n int) returns int language plpgsql immutable as 'begin insert into log values (n); return n; exception when others then return -1; end';
create table t (id int primary key, r float8, at timestamptz);
-- client
insert into t values (10 * {client} + {i}, wrong({i}), wrong_now());
update t set r = wrong(id) where id = 10 * {client} + {i};

== functions-replaced
title: Functions that are replaced while they are in use
-- set-up
create table t (id serial primary key, v text);
create function v() returns text language sql volatile as 'select ''first''';
-- client
insert into t (v) values (v());
insert into t (v) select v() from generate_series(1, 3);
-- client
create or replace function v() returns text language sql volatile as 'select ''client {client} round {i} '' || random()';
insert into t (v) values (v());
-- client
update t set v = v() where id % 2 = 0;
