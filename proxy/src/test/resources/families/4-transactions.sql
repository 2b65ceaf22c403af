# Transactions and sessions

== savepoints
title: Savepoints, partial rollback, ROLLBACK AND CHAIN
-- set-up
create table t (id serial primary key, n int, r float8 default random());
-- client
begin;
insert into t (n) values ({i});
savepoint a;
insert into t (n) values (1000);
savepoint b;
update t set n = n + 1 where id % 3 = {client} % 3;
rollback to b;
update t set r = random() where id % 3 = {client} % 3;
release a;
savepoint c;
select 1 / 0;
\error 22012
rollback to c;
insert into t (n) values ({client});
commit and chain;
insert into t (n) values (2000);
rollback and chain;
delete from t where n = {i};
commit;
-- check
select count(*) from t where n = 2000;
=> 0

== exception-blocks
title: PL/pgSQL exception blocks that undo what was done in them
-- set-up
create table t (id int primary key, n int);
create function try(k int, v int) returns text language plpgsql as $$
begin
  insert into t values (k + 100, v);
  begin insert into t values (k, v); update t set n = n / 0 where id = k; exception when division_by_zero then insert into t values (-k, v); when unique_violation then update t set n = n + 1 where id = k; end;
  begin insert into t values (k, v); return 'new'; exception when unique_violation then update t set n = v where id = k; return 'old'; end;
exception when unique_violation then
  update t set n = n + 1 where id = k + 100;
  return 'again';
end $$;
-- client
select try({i}, {client});
select try(g, {client}) from generate_series(10, 13) g;

== do-call
title: DO, procedures, CALL
limits: COMMIT and ROLLBACK inside them are refused.
-- set-up
create table t (id serial primary key, n int, r float8 default random());
create procedure p(inout k int) language plpgsql as $$
begin insert into t (n) values (k); update t set n = n + 1 where id = (select max(id) from t); k := k + 1; end $$;
create procedure commits() language plpgsql as 'begin insert into t (n) values (9999); commit; end';
-- client
do $$ begin for g in 1 .. 3 loop insert into t (n) values (g * {client}); end loop; update t set r = random() where n = {i}; end $$;
call p({i});
do $$ begin execute format('delete from t where n = %s', {client}); raise notice 'gone'; end $$;
call commits();
\error 0A000
do 'begin insert into t (n) values (9999); rollback; end';
\error 0A000
begin; call commits(); commit;
\error 2D000
rollback;
-- check
select count(*) from t where n = 9999;
=> 0
-- refused
call f_do_call.commits();
=> Leave them out, and let the client end the transactions: a CALL or DO is one transaction.
do 'begin insert into f_do_call.t (n) values (9999); commit; end';
=> Leave them out, and let the client end the transactions: a CALL or DO is one transaction.

== isolation-levels
title: READ COMMITTED, REPEATABLE READ, SERIALIZABLE, READ ONLY
limits: SERIALIZABLE transactions that write need max_prepared_transactions on every node's server, and are refused at COMMIT (0A000) if they used temporary objects, NOTIFY, session-level advisory locks, exported snapshots or cursors WITH HOLD. A transaction cannot become READ ONLY after its first statement. A schema change in a REPEATABLE READ or SERIALIZABLE transaction ends with 40001 if others made its table, or gave it other columns, since the transaction's snapshot.
proofs: change
-- set-up
create table t (id int primary key, n int);
insert into t select g, 10 from generate_series(1, 4) g;
create table sums (level text, n bigint, r float8 default random());
-- client
begin isolation level serializable;
insert into sums (level, n) select 'serializable', sum(n) from t;
update t set n = (select sum(n) from t where id <> {client}) % 100 where id = {client};
commit;
-- client
begin isolation level repeatable read;
insert into sums (level, n) select 'repeatable read', sum(n) from t;
update t set n = n + 1 where id = 1 + {i} % 4;
commit;
-- client
begin isolation level read committed;
update t set n = n + 1 where n = (select max(n) from t);
insert into sums (level, n) select 'read committed', sum(n) from t;
commit;
begin read only;
select sum(n) from t;
insert into t values (99, 1);
\error 25006
rollback;
begin isolation level serializable;
create temporary table not_prepared (n int);
insert into t values (98, 1);
commit;
\error 0A000
begin isolation level serializable;
notify not_prepared;
insert into t values (98, 1);
commit;
\error 0A000

== cursors
title: Cursors, WHERE CURRENT OF, WITH HOLD
lost: 24000
-- set-up
create table t (id serial primary key, n int);
insert into t (n) select g from generate_series(1, 12) g;
-- client
begin;
declare c cursor for select * from t where id % 3 = {client} % 3 order by id for update;
fetch 1 from c;
update t set n = n + {i} where current of c;
fetch next from c;
update t set n = n * 2 where current of c;
move 1 in c;
delete from t where current of c;
close c;
insert into t (n) values ({i});
commit;
begin;
declare h cursor with hold for select id from t order by id;
commit;
fetch 2 from h;
close h;

== skip-locked
title: FOR UPDATE SKIP LOCKED and NOWAIT, advisory locks, LOCK TABLE
lost: 55P03
-- set-up
create table job (id int primary key, worker int, at timestamptz);
create table done (job int, worker int, r float8 default random());
insert into job select g from generate_series(1, 40) g;
-- client
begin;
update job set worker = {client}, at = clock_timestamp() where id in (select id from job where worker is null limit 2 for update skip locked);
insert into done (job, worker) select id, worker from job where worker = {client};
commit;
with one as (select id from job where worker is null order by id limit 1 for update skip locked) delete from job using one where job.id = one.id;
begin;
select pg_advisory_xact_lock(7);
insert into done (worker) values ({client});
commit;
select pg_try_advisory_lock(100 + {client});
update job set at = now() where id = 40;
select pg_advisory_unlock(100 + {client});
begin;
select id from job where id = 39 for update nowait;
update job set worker = 0 where id = 39;
commit;
begin;
lock table done in exclusive mode;
insert into done (worker) select count(*) from done;
commit;

== rollback
title: ROLLBACK of anything leaves no trace
proofs: none
-- set-up
create table t (id int primary key, n int);
create table child (id int primary key, t int references t on delete cascade);
create sequence s;
insert into t values (1, 1), (2, 2);
insert into child values (1, 1);
-- client
begin;
insert into t values (100 * {client} + {i}, 1);
update t set n = n + 1;
delete from t where id = 1;
copy t from stdin;
900{client}{i}	1
\.
create table f_rollback.made_{client} as select random();
savepoint s;
truncate child;
rollback to s;
rollback;
begin;
create role f_nobody;
comment on table t is 'gone';
alter table t add column more float8 default random();
create function f() returns int language sql as 'select 1';
rollback;
insert into t values (50, 1), (1, 1);
\error 23505
-- check
select count(*), sum(n), (select count(*) from child) from t;
=> 2|3|1
select count(*) from pg_class where relnamespace = 'f_rollback'::regnamespace and relname like 'made%';
=> 0

== prepared-statements
title: SQL PREPARE, EXECUTE, DEALLOCATE
-- set-up
create table t (id serial primary key, n int, v text);
-- client
prepare ins (int, text) as insert into t (n, v) values ($1, $2 || random()) returning id;
prepare upd as update t set n = n + $1 where id % 3 = $2;
execute ins ({i}, 'c{client}');
execute upd (1, {client});
begin;
execute ins (1000, 'rolled back');
rollback;
execute ins ({client}, 'it''s');
explain (costs off) execute ins (1, 'never');
deallocate ins;
deallocate all;

== explain
title: EXPLAIN, also ANALYZE of statements that write
limits: EXPLAIN ANALYZE of CREATE TABLE AS is refused, inside functions too.
-- set-up
create table t (id serial primary key, n int, r float8 default random());
-- client
explain (analyze, costs off, timing off, summary off) insert into t (n) values ({i}), ({client});
explain insert into t (n) values (1000);
explain (analyze) update t set n = n + 1 where id % 3 = {client} % 3;
explain (analyze) select count(*) from t;
do $$ begin execute 'explain analyze insert into t (n) values (7)'; end $$;
prepare more as insert into t (n) values (8);
explain analyze execute more;
deallocate more;
-- check
select count(*) from t where n = 1000;
=> 0
-- refused
explain analyze create table f_explain.made as select 1;
=> Leave ANALYZE out, or explain the query alone.
explain analyze create materialized view f_explain.made as select 1;
=> Leave ANALYZE out, or explain the query alone.
explain analyze select 1 as one into f_explain.made;
=> Leave ANALYZE out, or explain the query alone.
do $$ begin execute 'explain analyze create table f_explain.made as select random()'; end $$;
=> EXPLAIN ANALYZE makes a table in a way that is not seen inside functions: leave it out, and make the table by a statement of its own.
do $$ begin execute 'explain analyze create materialized view f_explain.made as select 1'; end $$;
=> EXPLAIN ANALYZE makes a table in a way that is not seen inside functions: leave it out, and make the table by a statement of its own.

== query-strings
title: Several statements in one query, with their implicit transaction
protocols: simple
-- set-up
create table t (id serial primary key, n int, r float8 default random());
-- client
insert into t (n) values ({i}); insert into t (n) values ({client}); update t set n = n + 1 where id % 3 = {client} % 3;
insert into t (n) values (1000); select 1 / 0; insert into t (n) values (1001);
\error 22012
insert into t (n) values (1); begin; insert into t (n) values (2); commit; insert into t (n) values (3);
insert into t (n) values (5); begin; insert into t (n) values (1002); rollback; insert into t (n) values (4);
begin; insert into t (n) values (6); commit; select 1 / 0;
\error 22012
insert into t (n) values (1000); selekt 1;
\error 42601
begin; insert into t (n) values (1001); commit; create table (n int);
\error 42601
insert into t (n) values (1002); commit; update t n = 1;
\error 42601
create table late_{client}_{i} (n int); insert into late_{client}_{i} values (1); drop table late_{client}_{i};
-- check
select count(*) from t where n in (1000, 1001, 1002, 1003);
=> 0

== select-into-session
title: SET LOCAL, set_config, session variables that statements depend on
-- set-up
create table t (id serial primary key, who text default current_setting('app.who', true), n int);
create function f() returns trigger language plpgsql as 'begin new.n := new.n + current_setting(''app.step'')::int; return new; end';
create trigger f before insert on t for each row execute function f();
-- client
set app.who to 'client {client}';
begin;
set local app.step to 10;
insert into t (n) values ({i});
select set_config('app.step', '20', true);
insert into t (n) values ({i});
commit;
set app.step to 1;
insert into t (n) values ({i});

== listen-notify
title: LISTEN and NOTIFY, also by triggers
limits: Sessions that listen do so on the master.
proofs: change capture
-- set-up
create table t (id serial primary key, n int);
create function f() returns trigger language plpgsql as 'begin perform pg_notify(''f_channel'', new.id::text); return null; end';
create trigger f after insert on t for each row execute function f();
-- client
listen f_channel;
insert into t (n) values ({i});
notify f_channel, 'x';
unlisten *;

== security-definer
title: SET ROLE, SECURITY DEFINER, session authorization, current_user in data
-- set-up
create role f_worker;
create table t (id serial primary key, cu text default current_user, su text default session_user, n int);
create function add(n int) returns void language sql security definer set search_path = f_security_definer as 'insert into t (n) values (n)';
grant usage on schema f_security_definer to f_worker;
grant execute on function add(int) to f_worker;
-- client
set role f_worker;
select add({i});
insert into t (n) values (1);
\error 42501
reset role;
begin;
set local session authorization f_worker;
select add({client});
commit;
insert into t (n) values ({client});
-- end
drop role f_worker;

== replica-role
title: session_replication_role set by a client, DISABLE TRIGGER ALL
-- set-up
create table parent (id int primary key);
create table t (id serial primary key, parent int references parent, n int);
create function f() returns trigger language plpgsql as 'begin new.n := -1; return new; end';
create trigger f before insert on t for each row execute function f();
-- client
set session_replication_role to replica;
insert into t (parent, n) values (999, {i});
update t set n = n + 1 where id % 3 = {client} % 3;
reset session_replication_role;
insert into t (n) values ({i});
-- client
begin;
alter table t disable trigger all;
insert into t (n) values (100 + {i});
alter table t enable trigger all;
commit;
-- client
set session_replication_role to replica;
create table made_{client}_{i} as select random() as r;
create index concurrently on made_{client}_{i} (r);
do $$ begin execute 'create table nested_{client}_{i} as select random() as r'; end $$;
reset session_replication_role;

== event-triggers-off
title: event_triggers switched off by a client
limits: Fails with 42501 (insufficient privilege): schema changes would go unnoticed.
since: 17
proofs: none
-- set-up
create table t (id serial primary key, n int);
-- client
set event_triggers to off;
\error 42501
select set_config('event_triggers', 'off', false);
\error 42501
do $$ begin perform set_config('event_triggers', 'off', true); create table unseen (i int); end $$;
\error 42501
do $$ begin execute 'set event_triggers to off'; create table unseen (i int); execute 'set event_triggers to on'; end $$;
\error 0A000
do $$ begin execute 'alter role current_user set event_triggers to off'; end $$;
\error 42501
do $$ begin execute 'create function f() returns int language sql set event_triggers to off return 1'; end $$;
\error 42501
create table seen_{client}_{i} as select random() as r;
create index concurrently on seen_{client}_{i} (r);
