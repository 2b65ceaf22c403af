\set VERBOSITY verbose
set timezone='Asia/Tokyo'; show timezone;
select '2020-01-01 00:00:00+00'::timestamptz;
set application_name='abc'; show application_name;
select current_setting('application_name');
set client_encoding='LATIN1'; show client_encoding;
\encoding
reset client_encoding;
\encoding
\encoding UTF8
set datestyle='German'; select date '2020-02-03';
reset datestyle; select date '2020-02-03';
begin; set timezone='UTC'; show timezone; rollback; show timezone;
begin; set timezone='UTC'; commit; show timezone;
begin; set local timezone='Europe/Paris'; show timezone; commit; show timezone;
begin; set timezone='Europe/Paris'; savepoint s; set timezone='Europe/London'; rollback to s; show timezone; commit; show timezone;
begin; select 1; reset timezone; show timezone; rollback;
show timezone;
reset all; 
select current_setting('application_name');
set work_mem='5MB'; show work_mem; 
set my.var='x'; show my.var; select current_setting('my.var');
select set_config('my.var','y',false); show my.var;
select set_config('my.var','z',true); show my.var;
begin; select set_config('my.var','z',true); show my.var; commit; show my.var;
set nosuch=1;
show nosuch;
set search_path=pg_catalog; show search_path; select current_schemas(true);
set search_path to default; show search_path;
create schema s1; create table s1.t(i int); set search_path=s1,public; insert into t values(1); select * from t;
reset search_path; select * from t;
drop schema s1 cascade;
discard all; show timezone;
set role postgres; reset role; show role;
set session authorization default;
set statement_timeout='100ms'; select pg_sleep(1); select 1; reset statement_timeout;
show statement_timeout;
set lock_timeout = 10; show lock_timeout;
set transaction_read_only = on; 
select 1;
show default_transaction_isolation;
set names 'UTF8';
set time zone 'Europe/Berlin'; show time zone; 
set seed to 0.5;
discard temp; discard plans; discard sequences;
