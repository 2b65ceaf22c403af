# COPY

== copy-in
title: COPY FROM STDIN in text, csv and with options
-- set-up
create table t (id serial primary key, n int, v text, r float8 default random());
create function f() returns trigger language plpgsql as 'begin new.n := new.n + 1; return new; end';
create trigger f before insert on t for each row execute function f();
-- client
copy t (n, v) from stdin;
{i}	plain
{client}	tab\tback\\slash\nline
\N	\N
\.
copy t (n, v) from stdin with (format csv, header true, null 'none', quote '"', force_not_null (v));
n,v
{i},"quoted ""x"", {client}"
none,
\.
begin;
copy t (n, v) from stdin (delimiter '|');
1000|rolled back
\.
rollback;
copy t (n) from stdin;
1
not a number
\.
\error 22P02
-- check
select count(*) from t where n = 1001;
=> 0

== copy-binary
title: COPY in binary, in and out
-- set-up
create table source (id serial primary key, n numeric, at timestamptz default clock_timestamp(), b bytea, a text[]);
create table t (id int, n numeric, at timestamptz, b bytea, a text[]);
insert into source (n, b, a) select g / 3.0, decode(md5(g::text), 'hex'), array['x', null, g::text] from generate_series(1, 20) g;
-- client
copy source to stdout (format binary);
\into copy t from stdin (format binary)
copy (select id, n, at, b, a from source where id % 3 = {client} % 3) to stdout (format csv);
\into copy t from stdin (format csv)
insert into source (n) values (random());
delete from t where id = {i};

== copy-partitioned
title: COPY into partitioned tables and views with triggers
-- set-up
create table p (id int, v text) partition by list (v);
create table p_a partition of p for values in ('a');
create table p_rest partition of p default;
create view w as select * from p;
create function f() returns trigger language plpgsql as 'begin insert into p values (new.id * 10, new.v); return null; end';
create trigger f instead of insert on w for each row execute function f();
-- client
copy p from stdin;
{client}{i}	a
{client}{i}	b
\.
copy w from stdin;
{client}{i}	a
\.
copy (select * from p) to stdout;
