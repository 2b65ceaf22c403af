# Schema changes

== transactional-ddl
title: Schema changes mixed with data changes in one transaction
lost: 42701 42P07 42703 42P01
proofs: change capture
-- set-up
create table t (id serial primary key, n int);
insert into t (n) values (1), (2);
-- client
insert into t (n) values ({i});
update t set n = n + 1 where id % 3 = {client} % 3;
-- client
begin;
insert into t (n) values (100);
alter table t add column extra_{i} text default 'x';
update t set extra_{i} = md5(random()::text) where n = 100;
create table other (id int primary key, r float8 default random());
insert into other values (1), (2);
alter table other rename column r to s;
update other set s = s + 1 where id = 1;
drop table other;
alter table t alter n type bigint;
insert into t (n) values (200);
commit;

== volatile-defaults
title: Columns with volatile defaults, serial or identity added to tables with rows; types changed by volatile expressions
proofs: change
rounds: 2
-- set-up
create table a_1 (id int primary key, v text);
create table a_2 (id int primary key, v text);
create table a_3 (id int primary key, v text);
insert into a_1 select g, 'x' from generate_series(1, 6) g;
insert into a_2 select g, 'x' from generate_series(1, 6) g;
insert into a_3 select g, 'x' from generate_series(1, 6) g;
-- client
alter table a_{client} add column r{i} float8 default random(), add column s{i} serial, add column u{i} uuid default gen_random_uuid();
insert into a_{client} (id, v) values (100 + {i}, 'later');
alter table a_{client} alter v type text using v || random();
alter table a_{client} add column at{i} timestamptz default clock_timestamp(), add column now{i} timestamptz default now();
-- client
alter table a_2 add column g{i} int generated always as (id * 2) stored, add column i{i} text not null default 'y';
insert into a_2 (id, v) values (200 + {i}, 'other');
-- client
alter table a_3 add column n{i} int generated always as identity;
insert into a_3 (id, v) values (200 + {i}, 'other');

== create-as
title: CREATE TABLE AS, SELECT INTO, CREATE TABLE LIKE
proofs: change
-- set-up
create table t (id serial primary key, n int default 7 check (n > 0), r float8 default random());
insert into t (n) select g from generate_series(1, 5) g;
-- client
create table as_{client}_{i} as select id, n, random() as again, clock_timestamp() as at from t;
insert into as_{client}_{i} values (99, 1, 2, now());
select id, n * random() as n into into_{client}_{i} from t;
update into_{client}_{i} set n = n + 1;
create table like_{client}_{i} (like t including all);
insert into like_{client}_{i} default values;
create table none_{client}_{i} as select * from t with no data;
-- refused
create table f_create_as.prepared as execute some_statement;
=> Write the prepared query itself behind AS: other nodes do not have what this session prepared.

== rows-by-functions-that-write
title: Rows made by schema changes with functions that write other tables, draw from sequences, or fail at random
lost: 22012
-- set-up
create table t (id serial primary key, n int);
insert into t (n) select g from generate_series(1, 5) g;
create table audit (at timestamptz default clock_timestamp(), n int);
create sequence s;
create function writes(n int) returns int language plpgsql volatile as 'begin insert into f_rows_by_functions_that_write.audit (n) values (n); perform nextval(''f_rows_by_functions_that_write.s''); return n; end';
-- client
create table a_{client}_{i} as select writes(id) as x, nextval('s') as y from t;
select writes(n) as x into b_{client}_{i} from t;
alter table a_{client}_{i} add column k int default writes(99);
alter table a_{client}_{i} alter column k type bigint using writes(k::int) + random();
create table c_{client}_{i} as select 10 / (random() * 5)::int as x from t;
insert into t (n) values ({i});
create table r_{client}_{i} (id int primary key, n int);
insert into r_{client}_{i} select g, g from generate_series(1, 3) g;
create table refers_{client}_{i} (id int references r_{client}_{i});
insert into refers_{client}_{i} values (1), (2);
begin; alter table r_{client}_{i} add column k int default writes(7); insert into audit (n) values (0); update t set n = n + 1 where id = 1; commit;
alter table r_{client}_{i} alter column n type bigint using writes(n) + random();
alter table r_{client}_{i} add check (writes(k) > 0);
alter table r_{client}_{i} add constraint late check (writes(k) > 1) not valid;
alter table r_{client}_{i} validate constraint late;
create domain o_{client}_{i} as int;
create table of_domain_{client}_{i} (o o_{client}_{i});
insert into of_domain_{client}_{i} values (1), (2);
alter domain o_{client}_{i} add check (writes(value) > 0);
-- client
do $$ begin create table f_rows_by_functions_that_write.d_{client}_{i} as select f_rows_by_functions_that_write.writes(n) from f_rows_by_functions_that_write.t; alter table f_rows_by_functions_that_write.d_{client}_{i} add column z int default f_rows_by_functions_that_write.writes(1); end $$;
create materialized view e_{client}_{i} as select random() as r, n from t;

== materialized-views
title: CREATE and REFRESH MATERIALIZED VIEW, also CONCURRENTLY, over anything
lost: 55P03
proofs: change
-- set-up
create table t (id int primary key, n int);
insert into t select g, g from generate_series(1, 5) g;
create materialized view m as select id, n, sum(n) over () as s from t;
create unique index on m (id);
create function draws() returns float8 language sql volatile as 'select random()';
create function says_stable(int) returns float8 language plpgsql stable as 'begin return $1 + f_materialized_views.draws(); end';
create view over as select id, draws() as r from t;
create materialized view filled_later as select * from over with no data;
create function calm(k int) returns int language sql stable as 'select k + 1';
create materialized view replaced as select calm(n) as n, count(*) as c from t group by 1;
create or replace function calm(k int) returns int language plpgsql volatile as 'begin return k + random() * 100; end';
create function next(state int, value int) returns int language plpgsql as 'begin return random() * 100; end';
create aggregate drawn(int) (sfunc = next, stype = int);
create materialized view in_any_order as select n % 2 as odd, array_agg(n) as all_n, sum(n::float8 / 3) as total, string_agg(n::text, ',') as texts, row_number() over () as place from t group by 1;
create materialized view emptied as select id from t;
create materialized view of_catalog as select nspname, oid::regnamespace as o from pg_namespace where nspname like 'f_mat%' or nspname like 'pg_c%';
create function refreshes() returns void language plpgsql as $$ begin refresh materialized view filled_later; execute 'refresh materialized view in_any_order'; end $$;
-- client
update t set n = n + {client} where id = {i};
refresh materialized view in_any_order;
refresh materialized view m;
insert into t values (100 * {client} + {i}, 1);
create materialized view v_{client}_{i} as select random() as r, now() as at, clock_timestamp() as later, current_user as who, says_stable(id), drawn(n) over () as d from t;
begin isolation level repeatable read; refresh materialized view replaced; update t set n = 0 where id = 1 and {client} = 0; commit;
begin; create materialized view if not exists v_{client}_{i} as select 1; drop materialized view v_{client}_{i}; create materialized view v_{client}_{i} (one) as select * from over limit 2 with data; savepoint s; refresh materialized view v_{client}_{i}; rollback to s; commit;
-- client
refresh materialized view concurrently m;
select refreshes();
refresh materialized view emptied with no data;
-- client
refresh materialized view filled_later;
refresh materialized view of_catalog;
begin; refresh materialized view replaced; refresh materialized view replaced; create index on replaced (n); rollback;
refresh materialized view emptied;
do $$ begin create materialized view if not exists f_materialized_views.made_{client}_{i} as select random() from f_materialized_views.t; end $$;

== roles-grants
title: Roles, passwords, memberships, GRANT and REVOKE, default privileges, ownership
proofs: none
rounds: 2
-- set-up
create table t (id serial primary key, n int);
create role f_group;
-- client
create role f_roles_grants_{client}_{i} login password 'secret {i}' in role f_group;
alter role f_roles_grants_{client}_{i} set statement_timeout to '10s';
alter role f_roles_grants_{client}_{i} password 'other' valid until 'infinity' connection limit 3;
grant select, update (n) on t to f_roles_grants_{client}_{i} with grant option;
grant usage, create on schema f_roles_grants to f_roles_grants_{client}_{i};
alter default privileges for role f_roles_grants_{client}_{i} in schema f_roles_grants grant select on tables to f_group;
create table owned_{client}_{i} (id int);
alter table owned_{client}_{i} owner to f_roles_grants_{client}_{i};
insert into t (n) values ({i});
revoke update (n) on t from f_roles_grants_{client}_{i};
drop owned by f_roles_grants_{client}_{i} cascade;
drop role f_roles_grants_{client}_{i};
-- end
drop role f_group;

== shared-in-functions
title: Roles, settings of roles and databases, rights on databases, tablespaces and parameters, comments on them, and event triggers, changed inside functions
limits: In READ COMMITTED transactions, and without ALTER ROLE RENAME.
proofs: none
rounds: 2
since: 15
lost: XX000
-- set-up
create table t (id serial primary key, n int);
create function seen() returns event_trigger language plpgsql as 'begin end';
create function makes() returns trigger language plpgsql as $$ begin execute 'create role f_shared_in_functions_row_' || new.n; return new; end $$;
create table made (n int);
create trigger makes after insert on made for each row execute function makes();
-- client
begin;
insert into t (n) values ({i});
do $$ begin execute 'create role f_shared_in_functions_{client}_{i}'; execute 'comment on role f_shared_in_functions_{client}_{i} is ''made'''; execute format('grant connect, create on database %I to f_shared_in_functions_{client}_{i} with grant option', current_database()); execute format('revoke create on database %I from f_shared_in_functions_{client}_{i}', current_database()); execute 'grant create on tablespace pg_default to f_shared_in_functions_{client}_{i}'; execute 'grant set on parameter log_min_messages to f_shared_in_functions_{client}_{i}'; execute 'alter role f_shared_in_functions_{client}_{i} set app.x to ''a b'''; execute format('alter role f_shared_in_functions_{client}_{i} in database %I set search_path to public, pg_catalog', current_database()); insert into t (n) values (100 * {client}); end $$;
commit;
do $$ begin execute format('alter database %I set app.y to %L', current_database(), '{client}'); end $$;
do $$ begin execute 'create event trigger f_shared_in_functions_{client}_{i} on ddl_command_end when tag in (''CREATE TABLE'', ''COMMENT'') execute function f_shared_in_functions.seen()'; end $$;
do $$ begin execute 'alter event trigger f_shared_in_functions_{client}_{i} disable'; end $$;
insert into made values (1000 + 100 * {client} + {i});
begin;
comment on role f_shared_in_functions_{client}_{i} is 'by itself';
do $$ begin execute 'comment on role f_shared_in_functions_{client}_{i} is null'; insert into t (n) values (7); end $$;
commit;
do $$ begin execute 'drop event trigger f_shared_in_functions_{client}_{i}'; execute 'revoke set on parameter log_min_messages from f_shared_in_functions_{client}_{i}'; end $$;
-- end
do $$ declare r name; begin for r in select rolname from pg_roles where rolname like 'f\_shared\_in\_functions%' loop execute format('drop owned by %I', r); execute format('drop role %I', r); end loop; execute format('alter database %I reset app.y', current_database()); end $$;

== moments-in-ddl
title: 'now', 'today' and the like in schema changes: defaults, views, checks, bounds of partitions
limits: Refused inside functions, and in materialized views that a driver prepares before it runs them: the moment is written out in the log.
lost: 0A000
-- set-up
create table t (id serial primary key, n int);
create table days (d date, n int) partition by range (d);
-- client
create table d_{client}_{i} (a timestamptz default 'now', b timestamp default 'now', c date default 'today', d time default 'now', e text default 'today', f tstzrange default '[yesterday,tomorrow)', g date[] default '{today,tomorrow}', h text check (h in ('now', 'today')), i date check (i > 'yesterday'));
insert into d_{client}_{i} default values;
alter table d_{client}_{i} add column j timestamptz not null default 'now', add column k varchar(5) default 'now', alter column c set default 'tomorrow';
insert into d_{client}_{i} default values;
create view v_{client}_{i} as select 'now'::timestamptz as a, 'now'::text as b, date 'yesterday' as c, 'it is now' as d;
create domain o_{client}_{i} as timestamptz default 'now' check (value <= 'tomorrow');
create index on d_{client}_{i} (c) where c >= 'today';
create type e_{client}_{i} as enum ('now', 'today');
comment on table d_{client}_{i} is 'as of now';
create function g_{client}_{i}(a date default 'today', b text default 'now') returns timestamptz language sql return 'now'::timestamptz;
create function h_{client}_{i}() returns text language plpgsql as $$ begin return 'now'; end $$;
create materialized view m_{client}_{i} as select 'now'::timestamptz as a, 'today' as b;
create policy p on d_{client}_{i} using (c < 'tomorrow');
create trigger w before update on d_{client}_{i} for each row when (new.c > 'today') execute function suppress_redundant_updates_trigger();
create rule r as on delete to d_{client}_{i} do instead insert into t (n) select 1 where now() < 'tomorrow';
insert into t (n) values ({i});
-- client
create table days_{i} partition of days for values from ('yesterday') to ('today');
insert into days values (current_date - 1, {client});
drop table days_{i};
-- refused
do $$ begin create table f_moments_in_ddl.nested (a timestamptz default 'now'); end $$;
=> Write now() or the date itself instead of 'now', 'today', 'tomorrow' and 'yesterday', or run it as a statement of its own.
do $$ begin execute 'create view f_moments_in_ddl.nested as select date ''today'' as d'; end $$;
=> Write now() or the date itself instead of 'now', 'today', 'tomorrow' and 'yesterday', or run it as a statement of its own.

== enum-changes
title: ALTER TYPE ADD VALUE and RENAME VALUE, other changes of types
lost: 42710 22023 22P02
proofs: change capture
-- set-up
create type mood as enum ('sad', 'ok');
create table t (id serial primary key, m mood);
-- client
insert into t (m) values ('ok'), ('sad');
update t set m = 'ok' where id % 3 = {client} % 3;
-- client
alter type mood add value if not exists 'v{i}' before 'ok';
insert into t (m) values ('v{i}');
alter type mood rename value 'v{i}' to 'renamed {i}';
insert into t (m) values ('renamed {i}');

== changing-types
title: Types that change while rows with values of them are written
lost: 22P02 42701 42703 22023 40P01 42846 42804
proofs: none
-- set-up
create type pair as (x int, y text);
create type mood as enum ('a', 'b', 'c');
create domain pairs as pair[];
create table part (id int);
create table t (id serial primary key, p pair, ps pairs, m mood, r part);
-- client
begin;
insert into t (p.x, m, r.id) values ({i}, (enum_range(null::mood))[1], 1);
update t set ps = array[p, p] where id % 3 = {client} % 3;
select pg_sleep(0.05);
insert into t (p.y, m) values ('it, "is" (', (enum_range(null::mood))[2]);
commit;
update t set p.x = (p).x + 1, m = (enum_range(null::mood))[3] where id % 3 = {client} % 3;
-- client
alter type pair add attribute z{i} int;
alter type mood rename value 'b' to 'b {i}';
alter table part add column more{i} int;
insert into t (p.x, m) values (1, (enum_range(null::mood))[2]);
alter type mood rename value 'b {i}' to 'b';
do $$ begin alter type f_changing_types.pair drop attribute z{i}; end $$;

== racing-ddl
title: Schema changes that race with data changes, those that lock no table too
lost: 42703 42883 42P01 22P02 42501 0A000
proofs: change capture
-- set-up
create role f_reader;
create table t (id serial primary key, n int, v text);
create function f(k int) returns text language sql volatile as 'select k || ''first''';
-- client
insert into t (n, v) values ({i}, f({i}));
update t set v = f(n) where id % 3 = {client} % 3;
insert into t (n) values ({client});
-- client
create index on t (n);
create or replace function f(k int) returns text language sql volatile as 'select k || ''round {i}'' || random()';
grant select on t to f_reader;
alter table t add column c{i} int default {i};
comment on table t is 'round {i}';
revoke select on t from f_reader;
alter table t drop column c{i};
alter table t alter v set default 'd{i}';
-- end
drop role f_reader;

== other-objects
title: Views, sequences, functions, aggregates, operators, casts, collations, domains, extended statistics, text search objects, publications, COMMENT
proofs: change
rounds: 1
-- set-up
create table t (id serial primary key, n int, v text);
-- client
create view v_{client} as select id, n from t where n > 0 with check option;
comment on view v_{client} is 'it''s {client}';
create sequence s_{client} as smallint increment 2 owned by t.n;
create function f_{client}(a int, b int) returns int language sql immutable as 'select a + b';
create aggregate agg_{client} (int) (sfunc = f_{client}, stype = int, initcond = '0');
create operator ### (leftarg = int, rightarg = f_other_objects.t, function = int4pl);
\error 42883
create domain d_{client} as text check (value <> '') default 'x';
create statistics st_{client} on n, v from t;
create text search configuration ts_{client} (copy = english);
create collation c_{client} (provider = icu, locale = 'und');
create index i_{client} on t using btree ((n + {client}) desc nulls last) include (v) where n > 0;
alter index i_{client} set (fillfactor = 70);
alter table t add constraint k_{client} check (n > -{client}) not valid;
alter table t validate constraint k_{client};
create rule r_{client} as on delete to t do also nothing;
insert into v_{client} (n) values ({client});
alter view v_{client} rename to w_{client};
cluster t using t_pkey;
analyze t;

== maintenance
title: VACUUM, ANALYZE, REINDEX, CLUSTER, CHECKPOINT
proofs: none
-- set-up
create table t (id serial primary key, n int);
create index i on t (n);
insert into t (n) select g from generate_series(1, 100) g;
-- client
update t set n = n + 1 where id % 3 = {client} % 3;
vacuum t;
analyze t;
-- client
reindex index i;
reindex table t;
-- client
insert into t (n) values ({i});
vacuum (analyze) t;
checkpoint;

== extensions
title: CREATE, ALTER and DROP EXTENSION, where its files are on every node
proofs: none
rounds: 1
lost: 42710 23505
-- set-up
create table t (id serial primary key, v text);
-- client
insert into t (v) values ('{client}');
-- client
create extension if not exists pg_trgm schema public;
create index on t using gin (v public.gin_trgm_ops);
comment on extension pg_trgm is 'trigrams';
-- end
drop extension pg_trgm cascade;

== ddl-in-functions
title: Schema changes inside functions, procedures, triggers and DO blocks
limits: Refused inside a function in SQL of whose name there are several, and inside functions in languages that do not show their statements.
lost: 42701 42P07
proofs: change capture
-- set-up
create table t (id serial primary key, n int);
create function grow(col text) returns void language plpgsql as $$
begin
  insert into t (n) values (1);
  execute format('alter table t add column if not exists %I float8 default random()', col);
  update t set n = n + 1 where id % 2 = 0;
end $$;
create function two(a int) returns void language sql as 'create table f_ddl_in_functions.never (id int)';
create function two(a text) returns void language sql as 'create table f_ddl_in_functions.not_either (id int)';
-- client
insert into t (n) values ({i});
do $$ begin create temp table if not exists mine (n int); insert into mine values (1); insert into t (n) select n from mine; drop table mine; end $$;
-- client
select grow('c{i}');
insert into t (n) values (100 + {i});
-- client
do $$ begin create table made_{i} (id serial primary key, r float8 default random()); insert into made_{i} default values; create table as_{i} as select random() as r; execute 'comment on table made_{i} is ''here'''; end $$;
insert into made_{i} default values;
-- refused
select f_ddl_in_functions.two(1);
=> Run it as a statement of its own, or by EXECUTE in a function or DO block in PL/pgSQL.

== concurrently
title: CREATE INDEX, DROP INDEX, REINDEX and DETACH PARTITION CONCURRENTLY, also when they fail
rounds: 2
lost: 55000
proofs: change capture
-- set-up
create table t (id serial primary key, n int, same int default 1);
create table p (id int) partition by range (id);
create table p_1 partition of p for values from (0) to (10);
create table p_2 partition of p for values from (10) to (20);
insert into t (n) select g from generate_series(1, 20) g;
-- client
insert into t (n) values ({i}), ({client});
update t set n = n + 1 where id % 3 = {client} % 3;
-- client
create index concurrently if not exists i_{i} on t (n);
create unique index concurrently u_{i} on t (same);
\error 23505
reindex index concurrently i_{i};
drop index concurrently i_{i};
create index concurrently if not exists kept_{i} on t ((n + {i})) where n > 0;
-- client
insert into p values (10 * {i} - 5);
alter table p detach partition p_{i} concurrently;
insert into p_{i} values (10 * {i} - 4);

== subscriptions
title: Subscriptions
proofs: none
-- refused
create subscription f_sub connection 'dbname=x' publication p with (connect = false);
=> Subscriptions copy what others change past the log: let an application do that.
do $$ begin execute 'create subscription f_sub connection ''dbname=x'' publication p with (connect = false)'; end $$;
=> Subscriptions copy what others change past the log: let an application do that.

== catalog-types
title: Tables with columns of the catalog's types whose values no server reads back
proofs: none
-- refused
create table f_catalog_types.c as select relpartbound from pg_class;
=> Cast them to text.

== whole-server
title: What concerns a server and not the database: ALTER SYSTEM, CREATE DATABASE, tablespaces, event triggers ON login
proofs: none
-- client
alter database postgres reset all;
\error 42501
alter database postgres reset default_transaction_read_only;
\error 42501
do $$ begin execute 'alter database postgres set default_transaction_read_only to off'; end $$;
\error 42501
-- refused
alter system set work_mem to '8MB';
=> Change the configuration of each node's PostgreSQL server instead.
create database f_other;
=> A cluster replicates the one database named in its configuration.
create tablespace f_space location '/nowhere';
=> Tablespaces are directories of each server, outside the replicated database.
create event trigger e on login execute function f();
=> Connections to the servers are pooled: it would fire for those, and not when a client connects.

== event-triggers
title: Event triggers, those too that are ENABLE ALWAYS or ENABLE REPLICA
proofs: change
-- set-up
create table seen (tag text, at timestamptz default clock_timestamp());
create function see() returns event_trigger language plpgsql as 'begin insert into f_event_triggers.seen values (tg_tag); end';
create event trigger f_event_triggers on ddl_command_end when tag in ('CREATE SEQUENCE', 'CREATE TABLE', 'CREATE TRIGGER', 'ALTER TABLE') execute function see();
alter event trigger f_event_triggers enable always;
create function plain() returns trigger language plpgsql as 'begin return null; end';
-- client
create event trigger see_{client}_{i} on ddl_command_start when tag in ('COMMENT', 'CREATE TABLE') execute function see();
create sequence s_{client}_{i};
create table t_{client}_{i} (n int, r float8 default random());
insert into t_{client}_{i} values ({i});
create trigger a after insert on t_{client}_{i} for each row execute function plain();
alter table t_{client}_{i} enable always trigger a;
insert into t_{client}_{i} values ({client});
begin;
do $$ begin alter event trigger see_{client}_{i} enable replica; end $$;
alter table t_{client}_{i} add column u float8 default random();
commit;
alter event trigger see_{client}_{i} disable;
drop event trigger see_{client}_{i};

== catalog-rows
title: Rows of the catalog changed by INSERT, UPDATE and DELETE, collations imported from the system
proofs: none
-- refused
update pg_class set reltuples = 7 where relname = 'nothing';
=> Use CREATE, ALTER, DROP, COMMENT or GRANT: what is written into the catalog directly is not replicated.
delete from pg_catalog.pg_description where description = 'nothing';
=> Use CREATE, ALTER, DROP, COMMENT or GRANT: what is written into the catalog directly is not replicated.
select pg_import_system_collations('public');
=> What it finds is each server's own: use CREATE COLLATION.

== two-phase
title: PREPARE TRANSACTION by clients
proofs: none
-- refused
prepare transaction 'f';
=> Use COMMIT: Understudy itself commits on a majority of the nodes.

== large-objects
title: Large objects
proofs: none
-- refused
select lo_create(0);
=> Store the data in a bytea column: large objects are not replicated.
select lo_from_bytea(0, 'x');
=> Store the data in a bytea column: large objects are not replicated.
do $$ begin perform lo_create(0); end $$;
=> Store the data in a bytea column: large objects are not replicated.
do $$ declare o oid := lo_from_bytea(0, 'x'); begin execute 'grant select on large object ' || o || ' to public'; end $$;
=> Store the data in a bytea column: large objects are not replicated.

== writing-held-cursors
title: WITH HOLD cursors whose query writes
proofs: none
-- set-up
create sequence s;
-- refused
declare c cursor with hold for select nextval('f_writing_held_cursors.s');
=> Its query would run at COMMIT. Store its rows in a table, or declare it WITHOUT HOLD.
