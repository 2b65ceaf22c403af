\set VERBOSITY verbose
create table c(id int primary key, t text);
copy c from stdin;
1	one
2	two
\.
copy c from stdin;
3	three
x	bad
\.
select * from c order by 1;
copy c from stdin with (format csv, header);
id,t
4,"four, quoted"
\.
copy c to stdout;
copy (select id*2 as d from c order by 1) to stdout with csv header;
\copy c to '/dev/null'
\copy c(id,t) from program 'echo 5,five' csv
\copy (select * from c where id>3 order by 1) to stdout
begin;
copy c from stdin;
10	ten
\.
copy c from stdin;
10	dup
\.
rollback;
select count(*) from c;
begin;
copy c from stdin;
11	eleven
\.
commit;
copy c to stdout (format binary) \g /dev/null
copy c from stdin; insert into c values(100,'x');
20	twenty
\.
select * from c order by 1;
copy nosuch from stdin;
1	1
\.
select 'after';
drop table c;
