# Tables, triggers and constraints

== row-triggers
title: BEFORE and AFTER row triggers that change their row and write other tables
-- set-up
create table t (id serial primary key, n int, r float8, changed timestamptz);
create table log (id bigserial, what text, who int, at timestamptz default clock_timestamp());
create function before_t() returns trigger language plpgsql as $$
begin new.r := random(); new.changed := clock_timestamp(); if new.n = 13 then return null; end if; return new; end $$;
create function after_t() returns trigger language plpgsql as $$
begin insert into log (what, who) values (tg_op, coalesce(new.id, old.id)); return null; end $$;
create trigger b before insert or update on t for each row execute function before_t();
create trigger a after insert or update or delete on t for each row execute function after_t();
-- client
insert into t (n) values ({i}), (13), ({client});
update t set n = n + 1 where n < 5;
delete from t where id = (select min(id) from t);

== statement-triggers
title: Statement triggers, transition tables, INSTEAD OF triggers on views, triggers with WHEN and OF
-- set-up
create table t (id serial primary key, n int);
create table log (what text, n bigint, r float8 default random());
create function many() returns trigger language plpgsql as $$
begin insert into log (what, n) select tg_op, count(*) + coalesce(sum(n), 0) from changed; return null; end $$;
create function one() returns trigger language plpgsql as 'begin insert into log (what, n) values (tg_when || tg_level, new.n); return new; end';
create function every() returns trigger language plpgsql as 'begin insert into log (what) values (tg_op || tg_level); return null; end';
create trigger i after insert on t referencing new table as changed for each statement execute function many();
create trigger u after update on t referencing new table as changed for each statement execute function many();
create trigger d after delete on t referencing old table as changed for each statement execute function many();
create trigger w before update of n on t for each row when (new.n > old.n) execute function one();
create trigger e after truncate on t for each statement execute function every();
create view v as select * from t where n < 100;
create function instead() returns trigger language plpgsql as 'begin insert into t (n) values (new.n * 1000 + {client}); return new; end';
create trigger s instead of insert on v for each row execute function instead();
-- client
insert into t (n) select g from generate_series(1, 3) g;
update t set n = n + 1 where n = {client};
update t set n = n where n = -1;
insert into v (n) values ({i});
delete from t where id in (select id from t order by n limit 1);
-- client
insert into t (n) values (7);
truncate t;

== later-rows
title: Triggers that change later rows of the same statement, or their own row again
lost: 27000
-- set-up
create table t (id int primary key, n int default 0, note text default '');
insert into t select g from generate_series(1, 12) g;
create function next_row() returns trigger language plpgsql as $$
begin if pg_trigger_depth() < 4 then update t set n = n + 10, note = note || 'x' where id = new.id + 1; end if; return null; end $$;
create trigger a after update on t for each row execute function next_row();
create function own_row() returns trigger language plpgsql as $$
begin if pg_trigger_depth() < 2 then update t set note = note || random() where id = new.id; end if; return null; end $$;
create trigger z after update of n on t for each row when (new.id % 4 = 0) execute function own_row();
-- client
update t set n = n + {client} where id % 3 = {client} % 3;
update t set n = n + 1;

== inserted-rows
title: Rows inserted by statements of every kind, changed again by triggers of the same statement, and into tables that become partitions meanwhile
lost: 23505
-- set-up
create table t (id serial primary key, t text, come int, gone int);
alter table t drop column gone;
create table log (n int, t text);
create function again() returns trigger language plpgsql as $$
begin
  if new.come % 3 = 0 then update t set t = t || '+' where id = new.id; end if;
  if new.come % 3 = 1 then delete from t where id = new.id; insert into log values (new.come, new.t); end if;
  return null;
end $$;
create trigger again after insert on t for each row execute function again();
create table parent (n int, t text);
create table child (extra float8 default random()) inherits (parent);
create table whole (n int, t text) partition by list (n);
create table rest partition of whole default;
create table computed (n int, twice int generated always as (n * 2) stored);
create table nothing ();
-- client
insert into t (t, come) select random()::text, g from generate_series(1, 9) g returning t.*;
with a as (insert into t (t, come) values ('{client}', {i}) returning *) insert into log select come, t from a;
insert into t (id, t, come) values (3 * {i}, 'x', 2) on conflict (id) do update set t = t.t || '!' || {client};
insert into parent values ({i}, 'parent');
insert into child values ({client}, 'child');
update parent set t = t || '.' where n = {client};
insert into computed values ({i}), ({client});
update computed set n = n + 1 where n = {i};
insert into nothing default values;
-- client
begin;
create table part_{client}_{i} (n int, t text);
insert into part_{client}_{i} values (100 * {client} + {i}, 'before');
alter table whole attach partition part_{client}_{i} for values in (100 * {client} + {i});
insert into part_{client}_{i} values (100 * {client} + {i}, 'direct');
insert into whole values (100 * {client} + {i}, 'by the whole'), (-1, 'rest');
savepoint s;
insert into whole values (100 * {client} + {i}, 'undone');
rollback to s;
alter table whole detach partition part_{client}_{i};
insert into part_{client}_{i} values (-2, 'after');
delete from part_{client}_{i} where t = 'direct';
commit;
-- client
create function attached_{client}_{i}() returns int language plpgsql as $$
begin alter table whole attach partition late_{client}_{i} for values in (100 * {client} + {i}); return 100 * {client} + {i}; end $$;
create table late_{client}_{i} (n int, t text);
insert into late_{client}_{i} values (attached_{client}_{i}(), 'while it is attached');
insert into late_{client}_{i} values (100 * {client} + {i}, 'then');
update whole set n = -1 where t = 'then';

== rules
title: Rules: ALSO, INSTEAD, on views, with several actions
-- set-up
create table t (id serial primary key, n int);
create table log (id serial, what text, r float8 default random());
create view v as select id, n from t;
create rule i as on insert to v do instead insert into t (n) values (new.n) returning id, n;
create rule u as on update to v do instead (update t set n = new.n where id = old.id; insert into log (what) values ('update ' || old.id));
create rule d as on delete to t do also insert into log (what) values ('gone ' || old.id);
create table u (n int);
create rule n as on insert to u where new.n < 0 do instead nothing;
-- client
insert into v (n) values ({i}) returning id;
insert into u values (-1), ({client}), ((random() * 4)::int - 2);
update v set n = n + 1 where id % 3 = {client} % 3;
delete from t where id in (select min(id) from t);

== cascades
title: Foreign keys with CASCADE, SET NULL and SET DEFAULT, also to the own table
lost: 23503 23505
-- set-up
create table parent (id int primary key, boss int references parent on delete cascade on update cascade);
create table child (id serial primary key, parent int default 1 references parent on delete set default on update cascade, other int references parent on delete set null);
insert into parent values (1, null), (2, 1), (3, 2), (4, 2), (5, 4), (6, 1);
insert into child (parent, other) select g % 6 + 1, 6 - g % 6 from generate_series(1, 20) g;
-- client
insert into parent values (100 * {client} + {i}, 2);
insert into child (parent, other) values (100 * {client} + {i}, 1), (default, 100 * {client} + {i});
update parent set id = id + 1000 where id = 100 * {client} + {i};
delete from parent where id = 4 + {i} % 2;
delete from parent where id in (select id from parent where id > 1000 order by id limit 1);
insert into parent values (4, 2), (5, 4) on conflict do nothing;

== deferred-constraints
title: Deferred foreign keys, unique and exclusion constraints, constraint triggers at COMMIT
lost: 23503 23505
-- set-up
create table a (id int primary key, b int);
create table b (id int primary key, a int references a deferrable initially deferred, place int unique deferrable initially deferred);
alter table a add foreign key (b) references b deferrable initially deferred;
create table log (id serial, what text, at timestamptz default clock_timestamp());
create function late() returns trigger language plpgsql as 'begin insert into log (what) values (''late '' || new.id); return null; end';
create constraint trigger late after insert or update on a deferrable initially deferred for each row execute function late();
-- client
begin;
insert into a values (100 * {client} + {i}, 100 * {client} + {i});
insert into b values (100 * {client} + {i}, 100 * {client} + {i}, {client}{i});
commit;
begin;
update b set id = -id, place = place + 1 where id = 100 * {client} + {i};
update a set b = -b where id = 100 * {client} + {i};
update b set place = place - 1 where id = -100 * {client} - {i};
set constraints all immediate;
insert into a values (1000 * {client} + {i}, null);
commit;
begin;
insert into b values (99999, 12345);
commit;
\error 23503

== virtual-columns
title: Virtual generated columns, with and without a primary key
since: 18
proofs: change capture
-- set-up
create table t (a int, twice int generated always as (a * 2) virtual, r float8 default random(), thrice int generated always as (a * 3) stored);
create table k (id serial primary key, a int, twice int generated always as (a * 2));
-- client
insert into t (a) values ({i}), ({i}), ({client});
insert into k (a) values ({client});
update t set a = a + 1 where twice % 3 = {client} % 3;
update k set a = a + 1 where twice % 3 = {client} % 3;
delete from t where thrice % 7 = 0;
insert into t (a, r) values (1, 1), (1, 1), (1, null);
delete from t where ctid = (select min(ctid) from t where r = 1);
-- client
alter table t add column more{i} int generated always as (a + 1);
insert into t (a) values (3);
update t set a = 4 where more{i} = 4;

== generated-columns
title: Generated columns, checks, NOT NULL, column defaults
-- set-up
create table t (id serial primary key, n int not null, twice int generated always as (n * 2) stored, name text default 'x' check (length(name) < 10), up text generated always as (upper(name)) stored);
-- client
insert into t (n, name) values ({i}, 'c{client}');
update t set n = n + 1, name = default where id % 3 = {client} % 3;
insert into t (n, twice) values ({client}, default);
insert into t (n, name) values (1, 'much too long a name');
\error 23514

== generated-by-functions
title: Stored generated columns over functions that are replaced, or are not as IMMUTABLE as declared
lost: 40001 40P01
-- set-up
create table factor (n int);
insert into factor values (2);
create function scaled(x int) returns int language plpgsql immutable as 'begin return (select x * n from f_generated_by_functions.factor); end';
create table t (id serial primary key, x int, o text, plain int generated always as (x + 1) stored, y int generated always as (scaled(x)) stored, unique (id, y));
create table keyless (x int, o text, y int generated always as (scaled(x)) stored);
create domain small as int check (value < 1000);
-- client
insert into t (x) values ({i}), ({client});
update factor set n = n % 7 + 1;
insert into keyless (x) values (1), (1), (2), ({client});
update t set o = 'z' || {client} where id % 3 = {client} % 3;
update t set x = x + 1 where id % 5 = {client} % 5;
update keyless set o = 'z' where x = 1;
delete from keyless where ctid = (select min(ctid) from keyless where x = 1);
delete from t where id = (select min(id) from t);
create function f_{client}_{i}(x int) returns int language sql immutable as 'select x * 2';
create table g_{client}_{i} (id int primary key, x int, o text, y small generated always as (f_{client}_{i}(x)) stored);
insert into g_{client}_{i} values (1, 1, 'a'), (2, 2, 'b');
create or replace function f_{client}_{i}(x int) returns int language sql immutable as 'select x * 3';
update g_{client}_{i} set o = 'z' where id = 1;
insert into g_{client}_{i} values (3, 1, 'a');
begin;
insert into g_{client}_{i} values (4, 1, 'a');
alter table g_{client}_{i} add column more int;
update g_{client}_{i} set more = 1 where id = 2;
commit;
-- check
select count(*) from pg_attribute a join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum join pg_class k on k.oid = a.attrelid
 where k.relname in ('t', 'keyless') and k.relnamespace = 'f_generated_by_functions'::regnamespace and a.attgenerated = 's';
=> 3

== exclusion-constraints
title: Exclusion constraints
lost: 23P01
proofs: change capture
-- set-up
create table booking (id serial primary key, room int4range, during tsrange, exclude using gist (room with &&, during with &&));
-- client
insert into booking (room, during) values (int4range({client}, {client} + 1), tsrange('2020-01-01'::timestamp + {i} * interval '1 day', '2020-01-01'::timestamp + {i} * interval '1 day' + interval '20 hours'));
update booking set during = tsrange(lower(during) + interval '1 hour', upper(during)) where room @> {client};
delete from booking where id = (select min(id) from booking where room @> {client});
insert into booking (room, during) values (int4range(1, 10), '[2020-01-01, 2020-01-03)');

== partitions
title: Partitioned tables: by list, range and hash, rows that move, default partitions, hash partitions on enums
-- set-up
create table p (id int, kind text, n int, primary key (id, kind)) partition by list (kind);
create table p_a partition of p for values in ('a');
create table p_b partition of p for values in ('b') partition by range (id);
create table p_b1 partition of p_b for values from (0) to (1000);
create table p_b2 partition of p_b default;
create table p_rest partition of p default;
create type mood as enum ('sad', 'ok', 'happy');
create table h (m mood, n int) partition by hash (m);
create table h_0 partition of h for values with (modulus 3, remainder 0);
create table h_1 partition of h for values with (modulus 3, remainder 1);
create table h_2 partition of h for values with (modulus 3, remainder 2);
-- client
insert into p values (100 * {client} + {i}, 'a', 0), (100 * {client} + {i}, 'b', 0), (10000 * {client} + {i}, 'b', 0), (100 * {client} + {i}, 'c', 0);
update p set kind = case kind when 'a' then 'z' when 'b' then 'a' else 'y' end where id = 100 * {client} + {i} and kind in ('a', 'b');
update p set id = id + 100000, n = n + 1 where id = 10000 * {client} + {i};
insert into h select m, {client} from unnest(enum_range(null::mood)) m;
update h set m = 'happy', n = n + 1 where m = 'sad' and n = {client};
delete from p where id = 100 * {client} + {i} and kind = 'c';

== attach-detach
title: ATTACH and DETACH PARTITION while rows come and go
lost: 23514 42P01 42P16 42P07
proofs: change capture
-- set-up
create table p (id int, n int) partition by range (id);
create table p_1 partition of p for values from (0) to (100);
create table p_2 (id int, n int);
create table p_rest partition of p default;
-- client
insert into p values (10 * {client} + {i}, {client});
update p set n = n + 1 where id < 100;
-- client
alter table p attach partition p_2 for values from (1000) to (2000);
insert into p values (1000 + {i}, 1), (1500, 2);
alter table p detach partition p_2;
insert into p_2 values (1999, {i});

== inheritance
title: Inheritance
-- set-up
create table parent (id serial primary key, n int);
create table child (more text default md5(random()::text)) inherits (parent);
create table grandchild (primary key (id)) inherits (child);
-- client
insert into parent (n) values ({i});
insert into child (n) values ({i});
insert into grandchild (n, more) values ({client}, 'x');
update parent set n = n + 1 where n % 3 = {client} % 3;
update only parent set n = -n where id % 5 = 0;
delete from parent where id in (select id from parent order by n desc limit 1);

== row-security
title: Row security, also forced on the owner
-- set-up
create role f_tenant_1;
create role f_tenant_2;
create table t (id serial primary key, tenant text default current_user, n int);
alter table t enable row level security;
alter table t force row level security;
create policy own on t using (tenant = current_user) with check (tenant = current_user);
grant usage on schema f_row_security to f_tenant_1, f_tenant_2;
grant all on all tables in schema f_row_security to f_tenant_1, f_tenant_2;
grant all on all sequences in schema f_row_security to f_tenant_1, f_tenant_2;
-- client
set role f_tenant_1;
insert into t (n) values ({i}), ({client});
update t set n = n + 1;
insert into t (tenant, n) values ('f_tenant_2', 1);
\error 42501
reset role;
-- client
begin;
set local role f_tenant_2;
insert into t (n) values ({i}), ({client});
delete from t where n = {i};
commit;
-- check
select count(*) > 0 from t where tenant = 'f_tenant_1';
=> t
-- end
drop role f_tenant_1, f_tenant_2;

== keyless
title: Tables without a primary key, with duplicate rows, with nulls only, without columns
proofs: change capture
-- set-up
create table bag (x int, t text);
create table empty ();
create table given (x int generated always as (1 + 1) stored);
insert into bag select 1, 'same' from generate_series(1, 10);
-- client
insert into bag values (1, 'same'), (null, null), (1, 'same');
delete from bag where ctid = (select ctid from bag where x = 1 limit 1);
update bag set x = 2 where ctid in (select ctid from bag where x = 1 limit 2);
update bag set t = t || random() where x is null;
insert into empty default values;
insert into given default values;
delete from empty where ctid = (select ctid from empty limit 1 offset 1);

== key-updates
title: Updates of primary keys, of one and several columns
lost: 23505
-- set-up
create table t (id int primary key, n int);
create table t2 (a int, b text, n int, primary key (b, a));
insert into t select g, g from generate_series(1, 9) g;
insert into t2 select g, 'k' || g, g from generate_series(1, 9) g;
-- client
update t set id = id + 1000 where id % 3 = {client} % 3;
update t set id = id + 1 where id = (select max(id) from t);
update t2 set a = a + 1, b = b || '{client}', n = {i} where a % 3 = {client} % 3;

== truncate
title: TRUNCATE, CASCADE, RESTART IDENTITY, ONLY, mixed with changes in one transaction
-- set-up
create table t (id serial primary key, n int);
create table child (id serial primary key, t int references t);
insert into t (n) select g from generate_series(1, 5) g;
-- client
insert into t (n) values ({i});
insert into child (t) select max(id) from t;
-- client
begin;
insert into t (n) values (1);
truncate t cascade;
insert into t (n) values (2), (3);
savepoint s;
truncate child restart identity;
rollback to s;
commit;
truncate t restart identity cascade;
insert into t (n) values (4);

== unlogged
title: Unlogged tables
limits: After the crash of its PostgreSQL a node fills them again before it serves; after a power cut of all nodes they are empty.
-- set-up
create unlogged table t (id serial primary key, n int, r float8 default random());
-- client
insert into t (n) values ({i}), ({client});
update t set n = n + 1, r = random() where id % 3 = {client} % 3;

== temporary
title: Temporary tables, also with ON COMMIT and in the place of permanent ones
limits: A session that has one stays on the master. They are no part of the log; what is copied out of them is.
-- set-up
create table t (id serial primary key, n int);
create table result (id serial primary key, n bigint);
insert into t (n) select g from generate_series(1, 4) g;
-- client
drop table if exists pg_temp.t;
create temp table t (n int);
insert into t select g from generate_series(1, {i}) g;
insert into result (n) select sum(n) from t;
insert into f_temporary.t (n) select n + 100 * {client} from t;
begin;
create temp table gone (n int) on commit drop;
insert into gone values (1), (2);
insert into result (n) select count(*) from gone;
commit;
drop table t;

== wide
title: Tables of 1,600 columns, dropped columns
proofs: change capture
rounds: 2
-- set-up
create table wide ({repeat 1600 c# int4});
insert into wide values ({repeat 1600 #});
create table dropped (id int primary key, a text, b int, c text);
alter table dropped drop column a;
alter table dropped add column d timestamptz default clock_timestamp();
-- client
insert into dropped (id, b, c) values (10 * {client} + {i}, {i}, 'x');
update dropped set b = b + 1, d = clock_timestamp() where id = 10 * {client} + {i};
insert into wide (c1, c800, c1600) values ({client}, {i}, 1);
update wide set c1599 = coalesce(c1599, 0) + {client} where c1600 = 1600;

