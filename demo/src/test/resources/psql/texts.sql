-- What servers say of texts that break off, where they find fault, and the texts that they show.
\set VERBOSITY verbose
\set ECHO all
select 10 + ;
select 10 +
\g
create table  ;
drop rule ;
insert into;
  /* before */ select nowhere;
/* é 😀 */ select nowhere from pg_class;
select 'é 😀' as "ü"\; select nowhere;
select 1\;  insert into missing values (1) ;
create table texts (x int)\; insert into texts values ('a');
begin\; select nowhere\; commit;
rollback;
create table texts (x int primary key) ;
insert into texts values (1), (2), (3) ; -- behind
alter table texts add column y int ; /* behind */
alter table texts add column z nowhere ;
comment on table texts is 'it''s; a text' ;
select obj_description('texts'::regclass);
begin;
declare plain cursor for select x from texts order by x;
declare held cursor with hold for  select x from texts order by x  ;
select name, statement from pg_cursors order by name;
fetch 2 from plain;
commit;
select name, statement from pg_cursors order by name;
fetch 2 from held ;
close all ;
prepare ready as select x from texts ;
select statement from pg_prepared_statements where name = 'ready';
begin;
create temp table emptied (col int primary key) on commit delete rows;
create temp table refers (col int references emptied);
commit;
select 1;
drop table texts;
