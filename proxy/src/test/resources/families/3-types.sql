# Types and settings

== built-in-types
title: Every built-in type that a column can have
-- set-up
create table t (id int primary key, i2 int2, i4 int4, i8 int8, o oid, f4 float4, f8 float8, n numeric, m money, b bool, c "char", ch char(5), v varchar(20), tx text, nm name, by bytea,
  ts timestamp, tz timestamptz, d date, ti time, tt timetz, iv interval, u uuid, j json, jb jsonb, jp jsonpath, pt point, li line, ls lseg, bx box, pa path, po polygon, ci circle,
  ip inet, cd cidr, ma macaddr, m8 macaddr8, bt bit(8), vb varbit, tv tsvector, tq tsquery, x8 xid8, tid tid, lsn pg_lsn, rc regclass, rt regtype, snap pg_snapshot);
-- client
insert into t values ({client}{i}, -32768, 2147483647, -9223372036854775808, 4294967295, 1.1754944e-38, 2.2250738585072014e-308, 1234567890.123456789012345678901234567890, '$1,234.56', true, 'x', 'ab', 'it''s', E'tab\t nl\n bs\\ "quoted" é 漢', 'name', '\x00ff01',
  '4713-01-01 00:00:00 BC', 'infinity', '-infinity', '24:00:00', '12:00:00.123456+15:59', '-178 years 5 mons -3 days 04:05:06.789', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
  '{"b": 1,  "a":1, "b":2}', '{"b": 1,  "a":1, "b":2}', '$.a[*] ? (@ > 1)', '(1.1,2e300)', '{1,-1,0}', '[(1,2),(3,4)]', '((1,2),(3,4))', '[(1,1),(2,2)]', '((1,1),(2,2),(3,0))', '<(1,2),3>',
  '::ffff:1.2.3.4/100', '10.1.0.0/16', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', B'10101010', B'101', $$'a':1A 'fat':2B 'cat''s':3$$, $$'fat' & ('rat':AB | !'c':*)$$, '18446744073709551615', '(42,7)', '16/B374D848', 'pg_class', 'int4', '10:20:10,14,15');
update t set f4 = f4 * random(), f8 = f8 + random() * 1e-300, n = n / 3, iv = iv * 1.5, tx = tx || {i}, by = by || '\x{client}0', j = to_json(t.d), jb = jb || '{"n": 1e400}' where id % 10 = {i};
-- check
select count(*), bool_and(tz = 'infinity'), min(x8::text) from t;
=> 9|t|18446744073709551615

== special-numbers
title: NaN, infinities, zeros with a sign, numbers of many digits
-- set-up
create table t (id serial primary key, f4 float4, f8 float8, n numeric, n2 numeric(10, 2), d date, at timestamp);
-- client
insert into t (f4, f8, n, n2) values ('NaN', '-0', 'NaN', 0.005), ('-Infinity', 'Infinity', '1e-1000', -0.00), (3.4028235e38, 5e-324, 1e1000 + {client}, 99999999.99);
insert into t (n) values ('Infinity'), ('-Infinity'), (random()::numeric / 7), (0.10), (0.1000), (-0.0);
insert into t (f8, n) select 0.1::float8 * g, power(2::numeric, g * 100 + 0.5) from generate_series(1, 3) g;
update t set f8 = f8 * 1.1, n = n * 1.10 where id % 3 = {client} % 3;

== arrays
title: Arrays, of several dimensions and with bounds of their own, of any element type
-- set-up
create type pair as (a int, b text);
create table t (id serial primary key, i int[], x text[][], n numeric[], p pair[], b bytea[], tz timestamptz[], r int4range[]);
-- client
insert into t (i, x, n, p, b, tz, r) values ('[-2:0]={1,2,3}', '{{a,"b c"},{NULL,"null"},{"","\"\\"}}', '{NaN,1.10,1e50}', array[(1, 'x'), (null, null), (2, 'a,"b\)')]::pair[], array['\x00'::bytea, null], array[now(), 'infinity'], '{empty,"[1,5)"}');
update t set i[5] = {i}, x[1][2] = 'c{client}', p[1].b = 'changed ' || random(), r = r || '[7,8)'::int4range where id % 3 = {client} % 3;

== own-types
title: Enums, domains, composite types, ranges and multiranges, of users too
-- set-up
create type mood as enum ('sad', 'ok', 'it''s, "fine"');
create domain positive as numeric check (value > 0);
create domain moods as mood[] check (cardinality(value) < 5);
create type inner_t as (m mood, at timestamptz);
create type outer_t as (i inner_t, n positive, a inner_t[]);
create type floats as range (subtype = float8, subtype_diff = float8mi);
create table t (id serial primary key, m mood default 'ok', p positive, ms moods, o outer_t, f floats, nm nummultirange, fm floatsm) ;
\error 42704
create table t (id serial primary key, m mood default 'ok', p positive, ms moods, o outer_t, f floats, nm nummultirange, tm tstzmultirange);
-- client
insert into t (p, ms, o, f, nm, tm) values ({client}.50, '{sad,ok}', row(row('sad', now()), {i}, array[row('ok', null)::inner_t, null]), '[1.1,2.2)', '{[1,2),(5,)}', tstzmultirange(tstzrange(now(), 'infinity')));
update t set m = 'it''s, "fine"', o.i.m = 'sad', o.n = (o).n + 1, f = f * '[1.5,)'::floats, nm = nm - '{[1.5,1.7]}' where id % 3 = {client} % 3;
insert into t (p) values (-1);
\error 23514

== domain-constraints
title: Domains that hold what they would refuse: nulls in spite of NOT NULL, NOT VALID checks, checks by functions that read, write or tell the time
lost: 40001 40P01
-- set-up
create domain filled as int not null;
create domain positive as int check (value is not null and value > 0);
create type both_of as (f filled, p positive);
create table nothing (f filled, p positive);
create table nulls (id serial primary key, n int, f filled, p positive, fs filled[], b both_of, bs both_of[]);
create table nulls_only (f filled, p positive);
create table known (k int primary key);
create function is_known(int) returns bool language plpgsql stable as $$ begin return exists (select from f_domain_constraints.known where k = $1); end $$;
create domain reads as int check (f_domain_constraints.is_known(value));
create table a_reads (d reads, n int);
create table z_reads (id serial primary key, d reads[], n int);
create table audit (id bigserial, what int);
create function audits(int) returns bool language plpgsql as $$ begin insert into f_domain_constraints.audit (what) values ($1); return true; end $$;
create domain writes as int check (f_domain_constraints.audits(value));
create table w_writes (id serial primary key, d writes, n int default 0);
create domain fresh as timestamptz check (value >= clock_timestamp() - interval '300 ms');
create table clocks (id serial primary key, d fresh default clock_timestamp(), n int);
create domain recent as timestamptz check (value > now() - interval '1 s');
create type during as range (subtype = recent);
create table ranges (id serial primary key, r during, n int);
-- client
insert into nulls (n, f, p) values ({i}, (select f from nothing), (select p from nothing)), ({i}, 1, 1);
insert into nulls (f, p, fs, b, bs) select n.f, n.p, array[n.f], row(n.f, n.p)::both_of, array[row(n.f, n.p)::both_of] from (values (1)) v left join nothing n on true;
update nulls set n = coalesce(n, 0) + 1 where id % 3 = {client} % 3;
delete from nulls where id = (select min(id) from nulls);
insert into nulls_only select n.f, n.p from (values (1), (2)) v left join nothing n on true;
delete from nulls_only where ctid = (select min(ctid) from nulls_only);
create domain late_{client}_{i} as int;
create table l_{client}_{i} (id int primary key, x late_{client}_{i}, xs late_{client}_{i}[], n int);
insert into l_{client}_{i} values (1, 7, '{8,null}', 1), (2, null, null, 2);
alter domain late_{client}_{i} add constraint big check (value < 5) not valid;
update l_{client}_{i} set n = n + 1;
delete from l_{client}_{i} where id = 1;
insert into l_{client}_{i} values (3, 9, null, 1);
\error 23514
-- client
begin;
insert into known values ({client}{i});
insert into a_reads values ({client}{i}, 1);
insert into z_reads (d, n) values (array[{client}{i}, {client}{i}], 1);
commit;
begin;
update a_reads set n = n + 1 where d = {client}{i};
update z_reads set n = n + 1 where d[1] = {client}{i};
delete from known where k = {client}{i};
commit;
update z_reads set n = n + 1 where d[1] = {client}{i};
insert into a_reads values (-1);
\error 23514
-- client
insert into w_writes (d) values ({client}), ({i});
update w_writes set n = n + 1 where d = {client};
update w_writes set d = 100 + {i} where d = {i};
insert into clocks (n) values ({i});
update clocks set n = n + 1;
insert into ranges (r) values ('["2999-01-01","2999-02-01")');
insert into ranges (r) values (during(now(), 'infinity'));
update ranges set n = {i};
-- check
select count(*) from pg_constraint where contype = '-';
=> 0
-- check
select string_agg(typname, ',' order by typname) from pg_type where typnotnull and typnamespace = 'f_domain_constraints'::regnamespace;
=> filled

== functions-as-values
title: Functions and operators as values (regproc, regoper), overloaded ones too
lost: 40001 40P01 55P03
-- set-up
create function twice(text) returns text language sql as 'select $1 || $1';
create table t (id serial primary key, v regproc, o regoper, n int, of_v text generated always as (case when v is null then 'none' else 'some' end) stored, check (v is null or v::oid > 0));
create table keyless (v regproc, o regoper, n int);
create table by_name (v regproc, n int);
create unique index on by_name (v, (n + 1)) where v is not null;
create table later (id serial primary key, n int);
create table p (id serial, v regproc) partition by hash (id);
create table p_0 partition of p for values with (modulus 1, remainder 0);
create materialized view m as select v, o from t;
-- client
insert into t (v, o, n) values ('length(text)'::regprocedure::regproc, '+(int, int)'::regoperator::regoper, {i}), ('twice(text)'::regprocedure::regproc, null, {client}), (null, 0, 1);
insert into keyless values ('length(text)'::regprocedure::regproc, '-(int, int)'::regoperator::regoper, 1), ('length(bytea)'::regprocedure::regproc, null, 1), (null, null, {i});
update t set n = n + 1 where id % 3 = {client} % 3;
update t set v = 'length(bit)'::regprocedure where id % 5 = {client} % 5;
update keyless set n = n + 1 where v = 'length(bytea)'::regprocedure;
delete from keyless where ctid = (select min(ctid) from keyless where v = 'length(text)'::regprocedure);
insert into by_name values ('now', 10 * {client} + {i});
insert into p (v) values ('now');
create function over_{client}_{i}(text) returns text language sql as 'select $1';
create table o_{client}_{i} (id int primary key, v regproc, n int);
insert into o_{client}_{i} values (1, 'over_{client}_{i}', 1);
create function over_{client}_{i}(int) returns int language sql as 'select $1';
update o_{client}_{i} set n = 2;
alter table o_{client}_{i} add column more regoper;
update o_{client}_{i} set more = '*(int, int)'::regoperator;
-- client
refresh materialized view m;
-- check
select count(*) from pg_trigger where tgrelid = 'later'::regclass and tgnargs > 0;
=> 0
-- check
select count(*) from t where v::oid not in (select oid from pg_proc) or o <> 0 and o::oid not in (select oid from pg_operator);
=> 0
-- check
select string_agg(distinct v::regprocedure::text, ',') from t where v::oid < 16384;
=> length(bit),length(text)

== text-search-xml
title: Full text search, xml, jsonb by parts, bit strings
-- set-up
create table t (id serial primary key, body text, tv tsvector generated always as (to_tsvector('english', body)) stored, x xml, j jsonb default '{}', b varbit);
create index on t using gin (tv);
create index on t using gin (j jsonb_path_ops);
-- client
insert into t (body, x, b) values ('The fat cats sat on {client} mats', '<a b="{i}">text &amp; <c/></a>', B'1'::varbit || B'0101');
update t set body = body || ' again', j['k{client}'] = to_jsonb(random()), b = b || B'1' where id % 3 = {client} % 3;
update t set j = jsonb_set(j, '{deep}', '{"x": [1, 2.50, null]}') where id % 3 = {client} % 3;
update t set j['a']['b'][2] = '{i}' where id % 2 = 0;
update t set x = xmlelement(name e, xmlattributes({i} as n), x) where id % 3 = {client} % 3;

== extensions-types
title: hstore and citext, where the extensions are installed
-- set-up
create extension if not exists hstore schema public;
create extension if not exists citext schema public;
create table t (id serial primary key, h hstore, c citext unique);
-- client
insert into t (h, c) values ('a=>1, "b c"=>NULL, d=>"\"x"', 'Name{client}{i}');
insert into t (c) values ('NAME{client}{i}');
\error 23505
update t set h = h || hstore('k' || {client}, random()::text) || 'a=>NULL', c = upper(c) where id % 3 = {client} % 3;
-- end
drop extension hstore, citext;

== large-values
title: Large values, compressed and out of line
limits: The text of a statement may take a sixteenth of the proxy's heap, and is refused with SQLSTATE 54000 beyond; parameters, COPY data and rows may be as long as PostgreSQL takes them, up to 1 GB of text.
rounds: 1
proofs: change
-- set-up
create table t (id serial primary key, v text, b bytea, j jsonb);
alter table t alter v set storage external;
-- client
insert into t (v, b) values (repeat('{client}é', 500000), decode(repeat(md5(random()::text), 20000), 'hex'));
update t set j = jsonb_build_object('long', repeat('x', 100000), 'n', random()) where id % 3 = {client} % 3;
update t set v = v || '.' where id % 3 = {client} % 3;

== parameters
title: Parameters in text and in binary
protocols: binary extended simple
-- set-up
create table t (id int primary key, i8 int8, f8 float8, n numeric, b bool, u uuid, by bytea, tx text, ts timestamptz, a int[], j jsonb);
-- client
insert into t values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
\bind int4 {client}{i} | int8 -9223372036854775808 | float8 0.1 | numeric 1.50 | bool true | uuid a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 | bytea 00ff27 | text it's \ "x" é 漢 | any infinity | any {1,2,NULL} | any {"a": [1, 2]}
update t set i8 = i8 + ?, f8 = f8 * ?, n = n + ?, tx = tx || ?, by = by || ? where id = ?;
\bind int8 {i} | float8 1.1 | numeric 0.001 | text ' | bytea 5c | int4 {client}{i}
update t set f8 = random() * ?, ts = now() where id = ? returning *;
\bind float8 3.3 | int4 {client}{i}
insert into t (id, tx) values (?, ?) on conflict (id) do update set tx = excluded.tx || ?;
\bind int4 {i} | null | any \x41
select n + ? from t where id = ?;
\bind numeric 1 | int4 {client}{i}

== client-encodings
title: Clients with another encoding than UTF-8
protocols: simple
-- set-up
create table t (id serial primary key, v text, n name);
-- client
set client_encoding to 'LATIN1';
insert into t (v, n) values ('Grüße, {client}', 'Ünïcode');
update t set v = v || 'ß' where id % 3 = {client} % 3;
reset client_encoding;
-- client
set client_encoding to 'LATIN9';
insert into t (v) values ('€uro, {i}');
set client_encoding to 'UTF8';
-- check
select count(*) from t where v like 'Gr' || chr(252) || chr(223) || 'e, %' or v like chr(8364) || 'uro, %';
=> 9

== hostile-settings
title: Any DateStyle, TimeZone, IntervalStyle, bytea_output, extra_float_digits, client_min_messages, standard_conforming_strings, search_path
protocols: simple
-- set-up
create table t (id serial primary key, d date, tz timestamptz default now(), iv interval, by bytea, f8 float8, tx text, m money);
-- client
set timezone to 'Asia/Kathmandu';
set intervalstyle to sql_standard;
set bytea_output to escape;
set extra_float_digits to -15;
set client_min_messages to error;
set escape_string_warning to off;
set lc_monetary to 'C';
set standard_conforming_strings to off;
set datestyle to 'ISO, DMY';
insert into t (d, iv, by, f8, tx, m) values ('13/12/2024', '1-2 3 4:05:06', 'a\\000b', 1.0 / 3, 'back\\slash\'{client}', '1234.5'); reset datestyle;
reset standard_conforming_strings;
begin; set local datestyle to 'ISO, YMD'; set local datestyle to 'ISO, DMY'; insert into t (d, tz) values ('1/2/2024', '1/2/2024 13:00'); update t set tx = tz::text || f8::text || iv::text || d where id % 3 = {client} % 3; commit;
update t set d = d + 1, iv = iv + '1 day', f8 = f8 + 0.1, tz = tz + interval '1 month' where id % 3 = {client} % 3;
reset all;
set search_path to f_hostile_settings, public;
-- client
set timezone to '<+03:17>-03:17';
set intervalstyle to postgres_verbose;
set extra_float_digits to 3;
set search_path to pg_temp, f_hostile_settings;
set datestyle to 'ISO, MDY';
insert into t (d, iv, f8, tx) values ('12/13/2024', '@ 1 year 2 mons ago', 0.1, now()::text);
update t set tx = d::text || current_time || localtime where id % 3 = {client} % 3;
reset datestyle;
discard all;
set search_path to f_hostile_settings, public;

== object-ids
title: Columns of regclass, regtype and other names of objects
limits: The ids themselves of users' tables and types differ between servers: what stores or compares them as numbers, or looks them up on another node, finds something else.
-- set-up
create type mood as enum ('sad', 'ok');
create table t (id serial primary key, c regclass, ty regtype, p regproc, n regnamespace, r regrole);
create function f() returns int language sql as 'select 1';
create table bare (c regclass, client int);
-- client
insert into t (c, ty, p, n, r) values ('t', 'mood', 'f', 'f_object_ids', current_user::regrole);
update t set c = 'pg_class', ty = 'mood[]' where id % 3 = {client} % 3;
insert into bare values ('t', {client});
set quote_all_identifiers to on;
insert into bare select 'pg_class', client + 10 from bare where client = {client};
update bare set client = client + 100 where client % 10 = {client};
reset quote_all_identifiers;
delete from bare where client = {client} + 110;
