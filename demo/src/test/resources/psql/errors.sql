\set VERBOSITY verbose
\set SHOW_CONTEXT always
create table e(id int primary key, n int not null check (n > 0), p int references e);
insert into e values (1,1,null);
insert into e values (1,1,null);
insert into e values (2,null,null);
insert into e values (2,-1,null);
insert into e values (2,1,77);
select * from nosuch;
select nosuch from e;
selec 1;
select 'abc'::int;
select * from e where
  id = 'x';
do $$ begin raise exception 'boom % %', 1, 2 using errcode='P1234', detail='det', hint='hin', column='c', table='t', schema='s', constraint='con', datatype='dt'; end $$;
do $$ begin raise notice 'hello'; raise warning 'warn'; raise info 'info'; raise log 'log'; raise debug 'dbg'; end $$;
create function f(i int) returns int language plpgsql as $$ begin return 1/i; end $$;
select f(0);
insert into e values(5, f(0), null);
\echo :LAST_ERROR_SQLSTATE :LAST_ERROR_MESSAGE
select f(1);
select f(2), f(0);
alter table e add column n int;
drop table nosuch;
drop table if exists nosuch;
create table e(id int);
create table if not exists e(id int);
update e set id = id/0;
delete from e where id=1 returning *;
drop function f;
drop table e;
\set ON_ERROR_STOP on
select 1/0;
select 'not reached';
