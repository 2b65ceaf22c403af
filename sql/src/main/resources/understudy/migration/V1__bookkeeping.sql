-- What a node keeps inside its own PostgreSQL. Everything here belongs to the node's superuser; clients reach it only through what is granted below.
grant usage on schema understudy to public;

-- Here is a row while a database is being adopted that was in use before it was a node's: others may write into it directly as long as there is. base: the log begins behind that entry, but not all of the
-- adoption's end is done.
create table understudy.adoption(begun timestamptz not null default now(), base bigint);
revoke all on understudy.adoption from public;
insert into understudy.adoption select where current_setting('understudy.adopted', true) = 'on';

-- Shared by the node and its database: proves to the functions below that the proxy is asking and not a client.
-- Set anew by the node at every start; clients cannot read it.
create table understudy.secret(value text not null);
revoke all on understudy.secret from public;
insert into understudy.secret values (gen_random_uuid()::text);

-- Which entries of the statement log this database has, written in the same transaction as their effects. A row counts only if its xid is the
-- one in the log's entry, or if it was written by understudy_apply: clients cannot set xid and by, and nothing is unique, so they can neither forge nor block a row.
-- A transaction that is prepared does not know its index yet: its row has the transaction token, and index 0 until somebody puts it there after the commit.
create table understudy.applied(
  idx bigint not null,
  token uuid,
  xid xid8 not null default pg_current_xact_id(),
  by name not null default session_user)
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0, vacuum_truncate = off);
revoke all on understudy.applied from public;
grant insert (idx, token) on understudy.applied to public;
create index applied_idx on understudy.applied(idx);

-- How far replay has come, for whoever has just read here: no more than that can have been visible. What a client may have inserted counts for nothing.
create function understudy.replayed() returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select max(idx) from understudy.applied where by = 'understudy_apply' $$;

-- Images of changed rows. An image is taken under the command id (cmin) of its moment; the transaction that made the rows reads and deletes them when
-- it is sealed, so a row that another transaction can see was written behind the proxy. Unlogged: nothing in it outlives its transaction.
-- rel alone, without images, says that the table was truncated.
create unlogged table understudy.change(
  xid xid8 not null default pg_current_xact_id(),
  rel oid not null,
  old text,
  new text)
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0,
      autovacuum_vacuum_insert_threshold = -1, vacuum_truncate = off);
revoke all on understudy.change from public;
create index change_xid on understudy.change(xid);

-- DDL of the open transactions, comparable by cmin with the images.
create unlogged table understudy.ddl_seen(
  xid xid8 not null default pg_current_xact_id(),
  tag text not null,
  nested boolean not null,
  temporary boolean not null,
  needless boolean not null,
  query text,
  tables oid[] not null,
  views oid[] not null default '{}')   -- materialized ones
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0, vacuum_truncate = off);
revoke all on understudy.ddl_seen from public;
create index ddl_seen_xid on understudy.ddl_seen(xid);

-- Written when this node opens as a master. PostgreSQL empties unlogged tables after a crash: no row means that transaction ids may be given again.
create unlogged table understudy.mark(process text not null);
revoke all on understudy.mark from public;

-- Whether the statement that asks is one of our own: the secret is in a setting for just as long as that statement runs.
create function understudy.trusted() returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select coalesce(current_setting('understudy.trusted', true), '') = value from understudy.secret $$;
revoke all on function understudy.trusted() from public;

create function understudy.require(presented text) returns void language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$ begin
  if not exists (select from understudy.secret where value = presented) then
    raise exception 'only the node itself may call this' using errcode = '42501';
  end if;
end $$;
revoke all on function understudy.require(text) from public;

-- A prepared transaction was committed: here is its index.
create function understudy.place(presented text, of_token uuid, at_index bigint) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$ begin
  perform understudy.require(presented);
  update understudy.applied set idx = at_index where idx = 0 and token = of_token;
end $$;

create function understudy.marked(of_process text) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select exists (select from understudy.mark where process = of_process) $$;

-- A position for DDL that fires no event trigger (roles and other shared objects).
create function understudy.note_ddl(presented text, command_tag text) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$ begin
  perform understudy.require(presented);
  insert into understudy.ddl_seen(tag, nested, temporary, needless, query, tables) values (command_tag, false, false, false, current_query(), '{}');
end $$;

-- Whether an expression of the catalog may come to something else than it did elsewhere, or then, or may do something besides: it is over functions that are not immutable, or users', or over casts that say
-- nothing of their functions.
create function understudy.doubtful(expression text) returns boolean language sql stable set search_path = pg_catalog, pg_temp
as $$
  select expression ~ '\{(SQLVALUEFUNCTION|COERCEVIAIO|COERCETODOMAIN|ROWCOMPARE|ROWCOMPAREEXPR|MINMAX|MINMAXEXPR) '
      or exists (select from regexp_matches(expression, ':(?:funcid|opfuncid) (\d+)', 'g') f(id) join pg_proc p on p.oid = f.id[1]::oid where p.provolatile <> 'i' or p.oid >= 16384)
$$;
revoke all on function understudy.doubtful(text) from public;

-- Whether rows that are in a table elsewhere might be refused here: by a check or NOT NULL that was never held against the rows of then, or a check that is doubtful.
create function understudy.doubtful_checks(rel oid) returns boolean language sql stable set search_path = pg_catalog, pg_temp
as $$
  select exists (select from pg_constraint k where k.conrelid = rel and k.contype in ('c', 'n') and (not k.convalidated or understudy.doubtful(k.conbin::text)))
$$;

-- Domains with constraints that a table has values of, in whatever they are held. The other checks than doubtful ones do nothing but refuse: a null that came out of a subquery, say, which no domain is asked about.
create function understudy.domains(rel oid) returns table(type oid, doubtful boolean, not_null boolean) language sql stable set search_path = pg_catalog, pg_temp
as $$
  with recursive held(type) as (
    select a.atttypid from pg_attribute a where a.attrelid = rel and a.attnum > 0 and not a.attisdropped
    union
    select p.type from held h join pg_type t on t.oid = h.type cross join lateral (
      select t.typbasetype union all select t.typelem
      union all select a.atttypid from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
      union all select r.rngsubtype from pg_range r where r.rngtypid = t.oid or r.rngmultitypid = t.oid) p(type)
     where p.type <> 0
  )
  select t.oid, coalesce(bool_or(not k.convalidated or understudy.doubtful(k.conbin::text)), false), t.typnotnull
    from held h join pg_type t on t.oid = h.type left join pg_constraint k on k.contypid = t.oid and k.contype = 'c'
   where t.typtype = 'd' and (t.typnotnull or k.oid is not null) group by t.oid, t.typnotnull order by 1
$$;

-- Nobody can write into a materialized view; what it holds is as old as its last REFRESH on the master. It is a table while its rows are put there, in one transaction that has it for itself.
create function understudy.as_table(view regclass, to_table boolean) returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$ begin
  update pg_class set relkind = case when to_table then 'r' else 'm' end::"char", relispopulated = true where oid = view;
end $$;
revoke all on function understudy.as_table(regclass, boolean) from public;

-- Event triggers of users' that are enabled for sessions of every kind, or for replication's, are off until understudy.loud, in the same transaction: for what a node does itself, and for what a replica
-- replays. Nobody else sees it, and nothing is to be seen after it. What has changed such an event trigger meanwhile has the last word: the row is another one then.
create function understudy.quiet() returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  were text := '';
begin
  if exists (select from pg_event_trigger where evtenabled in ('A', 'R') and evtfoid not in (select oid from pg_proc where pronamespace = 'understudy'::regnamespace)) then
    with loud as materialized (
      select oid, evtenabled from pg_event_trigger where evtenabled in ('A', 'R') and evtfoid not in (select oid from pg_proc where pronamespace = 'understudy'::regnamespace)
    ), quieted as (
      update pg_event_trigger e set evtenabled = 'D' from loud l where e.oid = l.oid returning e.ctid, l.evtenabled
    )
    select jsonb_object_agg(ctid::text, evtenabled) into were from quieted;
  end if;
  perform set_config('understudy.loud', were, true);
end $$;
revoke all on function understudy.quiet() from public;

-- Places of event triggers' rows that this transaction has written, but with what was there before. Signed, for a client can put anything into a setting.
create function understudy.restored() returns text[] language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  select string_to_array(coalesce((
    select substr(r.v, 65) from (select current_setting('understudy.restored', true)) r(v), understudy.secret s
     where left(r.v, 64) = encode(sha256(convert_to(s.value || pg_current_xact_id_if_assigned() || substr(r.v, 65), 'UTF8')), 'hex')), ''), ' ')
$$;
revoke all on function understudy.restored() from public;

create function understudy.loud() returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  were text := current_setting('understudy.loud', true);
  places text[];
  signed text;
begin
  if were <> '' then
    with again as (
      update pg_event_trigger e set evtenabled = (were::jsonb ->> e.ctid::text)::"char" where were::jsonb ? e.ctid::text returning e.ctid
    )
    select array_agg(ctid::text) into places from again;
    signed := array_to_string(understudy.restored() || places, ' ');
    perform set_config('understudy.loud', '', true);
    perform set_config('understudy.restored', encode(sha256(convert_to(value || pg_current_xact_id_if_assigned() || signed, 'UTF8')), 'hex') || signed, true) from understudy.secret;
  end if;
end $$;
revoke all on function understudy.loud() from public;

create function understudy.quietly(command text) returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  around text := coalesce(current_setting('understudy.loud', true), '');   -- it may be quiet already
begin
  perform understudy.quiet();
  execute command;
  perform understudy.loud();
  perform set_config('understudy.loud', around, true);
end $$;
revoke all on function understudy.quietly(text) from public;

-- While a replica runs DDL, functions in it (checks, defaults, USING) change no rows of that table: what they changed on the master is in the log, too. Until understudy.unhush, in the same transaction.
create function understudy.unchanged() returns trigger language plpgsql as $$ begin return null; end $$;
revoke all on function understudy.unchanged() from public;

create function understudy.hush(rel regclass) returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$ begin
  perform understudy.quietly(format('create trigger " understudy hush" before insert or update or delete on %s for each row execute function understudy.unchanged()', rel));
  perform understudy.quietly(format('alter table only %s enable always trigger " understudy hush"', rel));
end $$;
revoke all on function understudy.hush(regclass) from public;

create function understudy.unhush() returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  rel regclass;
begin
  for rel in select t.tgrelid from pg_trigger t where t.tgname = ' understudy hush' loop
    perform understudy.quietly(format('drop trigger " understudy hush" on %s', rel));
  end loop;
end $$;
revoke all on function understudy.unhush() from public;

-- For rows that come from the log or another node, where they were checked: the table has no checks until understudy.resume_checks, in the same transaction. more: what else is to be run.
create function understudy.pause_checks(rel oid, more text) returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$ begin
  if more <> '' then
    perform understudy.quietly(more);
  end if;
  update pg_class set relchecks = 0 where oid = rel;
  update pg_attribute a set attnotnull = false from pg_constraint k where k.conrelid = rel and k.contype = 'n' and not k.convalidated and a.attrelid = rel and a.attnum = any (k.conkey);
end $$;
revoke all on function understudy.pause_checks(oid, text) from public;

create function understudy.resume_checks(rel oid, more text) returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$ begin
  update pg_class set relchecks = (select count(*) from pg_constraint k where k.conrelid = rel and k.contype = 'c') where oid = rel;
  update pg_attribute a set attnotnull = true from pg_constraint k where k.conrelid = rel and k.contype = 'n' and not k.convalidated and a.attrelid = rel and a.attnum = any (k.conkey);
  if more <> '' then
    perform understudy.quietly(more);
  end if;
end $$;
revoke all on function understudy.resume_checks(oid, text) from public;

-- The same of domains: these ask nothing of values until understudy.resume_domains, in the same transaction. A check of no kind that PostgreSQL knows is none.
create function understudy.pause_domains(checked oid[], not_null oid[]) returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$ begin
  update pg_constraint set contype = '-' where contypid = any (checked) and contype = 'c';
  update pg_type set typnotnull = false where oid = any (not_null);
end $$;
revoke all on function understudy.pause_domains(oid[], oid[]) from public;

create function understudy.resume_domains(checked oid[], not_null oid[]) returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$ begin
  update pg_constraint set contype = 'c' where contypid = any (checked) and contype = '-';
  update pg_type set typnotnull = true where oid = any (not_null);
end $$;
revoke all on function understudy.resume_domains(oid[], oid[]) from public;

-- Generated columns with what the log or another node has of them, until understudy.resume_generated, in the same transaction: their expression may come to something else by now.
create function understudy.pause_generated(rel oid, columns name[]) returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$ begin
  update pg_attribute set attgenerated = '' where attrelid = rel and attname = any (columns) and attgenerated = 's';
end $$;
revoke all on function understudy.pause_generated(oid, name[]) from public;

create function understudy.resume_generated(rel oid, columns name[]) returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$ begin
  update pg_attribute set attgenerated = 's' where attrelid = rel and attname = any (columns) and attgenerated = '';
end $$;
revoke all on function understudy.resume_generated(oid, name[]) from public;

-- Functions and operators are read with the types that they take in these columns, as capture writes them, until understudy.resume_signatures, in the same transaction. To the server they are the same.
create function understudy.pause_signatures(rel oid, columns name[]) returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$ begin
  update pg_attribute set atttypid = case atttypid when 'regproc'::regtype then 'regprocedure'::regtype else 'regoperator'::regtype end
   where attrelid = rel and attname = any (columns) and atttypid in ('regproc'::regtype, 'regoper'::regtype);
end $$;
revoke all on function understudy.pause_signatures(oid, name[]) from public;

create function understudy.resume_signatures(rel oid, columns name[]) returns void language plpgsql set search_path = pg_catalog, pg_temp
as $$ begin
  update pg_attribute set atttypid = case atttypid when 'regprocedure'::regtype then 'regproc'::regtype else 'regoper'::regtype end
   where attrelid = rel and attname = any (columns) and atttypid in ('regprocedure'::regtype, 'regoperator'::regtype);
end $$;
revoke all on function understudy.resume_signatures(oid, name[]) from public;
