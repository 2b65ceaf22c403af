\set VERBOSITY verbose
create temp table tt(i int); insert into tt values(1),(2); select * from tt; 
\d tt
begin; insert into tt values(3); rollback; select count(*) from tt;
create table real(i int); insert into real select * from tt; select count(*) from real; select count(*) from real join tt using(i);
discard temp; select * from tt;
create temp table tt(i int) on commit drop; select * from tt;
begin; create temp table tt(i int) on commit drop; insert into tt values(1); select * from tt; commit; select * from tt;
create temp table tt(i int); 
discard all; select * from tt;
select pg_advisory_lock(77); select pg_advisory_unlock(77); select pg_advisory_unlock(77);
select pg_try_advisory_lock(78); select count(*) from pg_locks where locktype='advisory'; select pg_advisory_unlock_all(); select count(*) from pg_locks where locktype='advisory';
listen ch; notify ch, 'hello'; select 1; unlisten ch; notify ch,'no'; select 1;
listen ch; begin; notify ch, 'in tx'; commit; unlisten *;
begin; declare hc cursor with hold for select i from real order by i; commit; fetch 1 from hc; fetch all from hc; close hc; fetch 1 from hc;
begin; declare c scroll cursor for select i from real order by i; fetch 1 from c; fetch last from c; fetch backward 1 from c; move 1 in c; update real set i=i+10 where current of c; commit;
begin; declare c cursor for select i from real order by i for update; fetch 1 from c; update real set i=i+10 where current of c; select * from real order by i; commit;
create temp sequence ts; select nextval('ts'); select currval('ts'); 
create sequence sq; select nextval('sq'); select currval('sq'); select lastval(); 
drop sequence sq; drop table real;
execute a; deallocate a;
create temp view tv as select 1 as x; select * from tv;
