-- The guard: event triggers that put the capture triggers on every permanent table however it is made, keep them on, and notice DDL.

-- Some types of the catalog have values that can be written and not read: no server takes an image of such a row back. A table with such a column is refused.
create function understudy.require_readable(table_oid oid) returns void language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  of_column text;
  of_type text;
begin
  with recursive held(name, type) as (
    select attname, atttypid from pg_attribute where attrelid = table_oid and attnum > 0 and not attisdropped
    union
    select h.name, p.type from held h join pg_type t on t.oid = h.type cross join lateral (
      select t.typbasetype union all select t.typelem
      union all select a.atttypid from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) p(type)
     where p.type <> 0
  )
  select h.name, t.typname into of_column, of_type from held h join pg_type t on t.oid = h.type
    where t.typinput::text in ('pg_node_tree_in', 'pg_ndistinct_in', 'pg_dependencies_in', 'pg_mcv_list_in', 'pg_brin_bloom_summary_in',
      'pg_brin_minmax_multi_summary_in', 'gtsvectorin')
    order by h.name limit 1;
  if of_column is not null then
    raise exception 'table % cannot be replicated: no server reads the values of type % of its column "%"', table_oid::regclass, of_type, of_column
      using errcode = '0A000', hint = 'Cast them to text.';
  end if;
end $$;
revoke all on function understudy.require_readable(oid) from public;

-- Whether inserted rows are taken one by one. Once so, always so.
create function understudy.by_rows(table_oid oid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select exists (select from pg_class where oid = table_oid and relispartition)
      or exists (select from pg_attribute where attrelid = table_oid and attgenerated <> '' and not attisdropped)
      or exists (select from pg_trigger where tgrelid = table_oid and tgname = ' understudy rows')
$$;
revoke all on function understudy.by_rows(oid) from public;

-- The triggers that capture a table's changes. What is inserted is taken once a statement, from its transition table: of many rows that costs a third of a trigger for each. Not so in partitions,
-- where a statement on the whole table fires no such trigger, nor where columns are generated. Rows that are updated or deleted may be reached by way of a table's parent, which fires none either.
create function understudy.captures(table_oid oid) returns table(name name, type int, args int, definition text) language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select c.name, c.type, (exists (select from pg_attribute where attrelid = table_oid and attnum > 0 and not attisdropped and understudy.signed(atttypid) is not null))::int, c.definition from (
  select ' understudy', 25, 'after update or delete on %s for each row'
  union all
  select ' understudy truncate', 32, 'after truncate on %s'
  union all
  select w.name, w.type, w.definition
    from (values (true, ' understudy rows', 5, 'after insert on %s for each row'), (false, ' understudy insert', 4, 'after insert on %s referencing new table as come')) w(by_rows, name, type, definition)
   where w.by_rows = understudy.by_rows(table_oid)) c(name, type, definition)
$$;
revoke all on function understudy.captures(oid) from public;

-- Makes sure that a table has these triggers, and that they are always on. Users' event triggers are not to see it: they do not fire in a session of this role, or are off.
create function understudy.install(table_oid oid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp set session_replication_role = replica
as $$
declare
  c record;
begin
  if session_user <> 'understudy_apply' then
    perform understudy.require_readable(table_oid);
  end if;
  perform set_config('understudy.trusted', (select value from understudy.secret), true);
  for c in select * from understudy.captures(table_oid) w where w.name not in (select t.tgname from pg_trigger t where t.tgrelid = table_oid) loop
    perform understudy.quietly(format(
      'create trigger %I ' || c.definition || ' when (session_user <> ''understudy_apply'') execute function understudy.capture(%s)', c.name, table_oid::regclass,
      case when c.args > 0 then quote_literal('signed') end));
  end loop;
  -- In the catalog itself: ALTER TABLE refuses tables that a statement around this one is using, which goes on with the triggers it began with; pg_class, so that sessions look again.
  -- A table that was made a partition keeps the trigger for statements, switched off.
  if exists (select from pg_trigger t left join understudy.captures(table_oid) w on w.name = t.tgname
       where t.tgrelid = table_oid and t.tgfoid = 'understudy.capture'::regproc and t.tgname like ' understudy%'
         and (t.tgenabled <> case when w.name is null then 'D' else 'A' end or t.tgnargs <> w.args)) then
    execute format('lock table only %s in share row exclusive mode', table_oid::regclass);
    update pg_trigger t set tgenabled = case when t.tgname in (select w.name from understudy.captures(table_oid) w) then 'A' else 'D' end,
           tgnargs = (select min(w.args) from understudy.captures(table_oid) w),
           tgargs = case when (select min(w.args) from understudy.captures(table_oid) w) > 0 then '\x7369676e656400'::bytea else '' end   -- 'signed'
     where t.tgrelid = table_oid and t.tgfoid = 'understudy.capture'::regproc and t.tgname like ' understudy%';
    update pg_class set relhastriggers = relhastriggers where oid = table_oid;
  end if;
  perform set_config('understudy.trusted', '', true);
end $$;
revoke all on function understudy.install(oid) from public;

-- Permanent tables that lack one of these. None before a master opens.
create function understudy.unguarded() returns table(rel oid, name text) language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select k.oid, format('%I.%I', n.nspname, k.relname) from pg_class k join pg_namespace n on n.oid = k.relnamespace
   where k.relkind = 'r' and k.relpersistence <> 't' and k.oid >= 16384 and n.nspname not in ('understudy', 'pg_catalog', 'information_schema')
     and exists (select w.name, w.type, w.args, true from understudy.captures(k.oid) w
                 except select t.tgname, t.tgtype, t.tgnargs, t.tgenabled = 'A' from pg_trigger t where t.tgrelid = k.oid and t.tgfoid = 'understudy.capture'::regproc)
   order by 2
$$;
revoke all on function understudy.unguarded() from public;

-- Refuses, also inside functions, DDL that replicas cannot run, or that would let later changes pass unnoticed. To be called by the guard alone.
create function understudy.refuse_ddl(tag text) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  lasting text;
begin
  if tag like '% SUBSCRIPTION' then
    raise exception '% cannot be replicated', tag
      using errcode = '0A000', hint = 'Subscriptions copy what others change past the log: let an application do that.';
  end if;
  if exists (select from pg_event_trigger_ddl_commands() d where lower(d.object_type) = 'large object') then
    raise exception 'large objects are not supported'
      using errcode = '0A000', hint = 'Store the data in a bytea column: large objects are not replicated.';
  end if;
  if exists (select from pg_event_trigger_ddl_commands() d join pg_proc p on d.classid = 'pg_proc'::regclass and p.oid = d.objid, unnest(p.proconfig) c
       where c like 'event\_triggers=%') then
    raise exception 'setting event_triggers belongs to Understudy'
      using errcode = '42501', hint = 'The node keeps there what replication needs; it cannot be changed through Understudy.';
  end if;
  if exists (select from pg_event_trigger_ddl_commands() d where d.schema_name = 'pg_toast') then
    raise exception 'what is in schema pg_toast cannot be changed through Understudy'
      using errcode = '0A000', hint = 'It has another name on each server: change the table that it belongs to.';
  end if;
  -- It would go with the session, and replicas do not have what it needs.
  select d.object_identity into lasting from pg_event_trigger_ddl_commands() d left join pg_rewrite r on d.object_type in ('view', 'materialized view') and r.ev_class = d.objid
    join pg_depend p on p.classid = d.classid and p.objid = d.objid or p.classid = 'pg_rewrite'::regclass and p.objid = r.oid
    left join pg_type t on p.refclassid = 'pg_type'::regclass and t.oid = p.refobjid
    left join pg_proc f on p.refclassid = 'pg_proc'::regclass and f.oid = p.refobjid
    left join pg_class k on p.refclassid = 'pg_class'::regclass and k.oid = p.refobjid
   where coalesce(t.typnamespace, f.pronamespace, k.relnamespace) = pg_my_temp_schema() and coalesce(d.schema_name, '') !~ '^pg_temp'
     and (d.classid in ('pg_proc'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass, 'pg_cast'::regclass)
          or d.classid = 'pg_class'::regclass and d.object_type in ('table', 'foreign table') and t.oid is not null
          or r.oid is not null) limit 1;
  if lasting is not null then
    raise exception '% needs a temporary object and cannot be replicated', lasting
      using errcode = '0A000', hint = 'Make it temporary too, in schema pg_temp, or what it needs permanent.';
  end if;
end $$;
revoke all on function understudy.refuse_ddl(text) from public;

-- A type that tables have values of has been changed: those who write them are waited for, and kept out until the transaction ends. PostgreSQL itself locks no such table, and an image of before,
-- in the log behind the change, could not be read any more. (A label that is added changes no text.) To be called by the guard alone.
create function understudy.lock_users_of_types(text_of_it text) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  plain text := regexp_replace(text_of_it, '''([^'']|'''')*''', '', 'g');
  tables text;
begin
  if plain ~* '\madd\s+value\M' and plain !~* '\mrename\M' then
    return;
  end if;
  with recursive changed(type) as (
    select coalesce(k.reltype, d.objid) from pg_event_trigger_ddl_commands() d left join pg_class k on d.classid = 'pg_class'::regclass and k.oid = d.objid
     where d.classid = 'pg_type'::regclass or k.reltype <> 0
  ), used(type) as (
    select c.type from changed c
    union
    select n.type from used u cross join lateral (
      select t.typarray from pg_type t where t.oid = u.type and t.typarray <> 0
      union all
      select d.objid from pg_depend d where d.refclassid = 'pg_type'::regclass and d.refobjid = u.type and d.classid = 'pg_type'::regclass
      union all
      select k.reltype from pg_depend d join pg_class k on k.oid = d.objid and k.reltype <> 0
       where d.refclassid = 'pg_type'::regclass and d.refobjid = u.type and d.classid = 'pg_class'::regclass) n(type)
  )
  select string_agg('only ' || k.oid::regclass, ', ' order by k.oid) into tables
    from used u join pg_type t on t.oid = u.type join pg_class k on k.oid = t.typrelid
   where k.relkind = 'r' and k.relpersistence <> 't' and u.type not in (select c.type from changed c);
  if tables is not null then
    execute 'lock table ' || tables || ' in share mode';
  end if;
end $$;
revoke all on function understudy.lock_users_of_types(text) from public;

create function understudy.guard() returns event_trigger language plpgsql security definer set search_path = pg_catalog, pg_temp set lc_messages = 'C'
as $$
declare
  context text;
  touched oid[];
  o oid;
  dropped text := coalesce(current_setting('understudy.dropped', true), '');
  secret text;
  anything boolean;
  temporary boolean;
  needless boolean;   -- in an extension's script, or it did nothing: no statement for replicas
  is_nested boolean;
  whole text;
  ran_in text := current_setting('understudy.context', true);   -- before anything here runs DDL itself
begin
  -- REINDEX (which fires since PostgreSQL 17) changes nothing that replicas must follow, and may come from a read-only session.
  if tg_tag = 'REINDEX' or understudy.trusted() then
    return;
  end if;
  get diagnostics context = pg_context;
  is_nested := context like E'%\n%';   -- more than one line: the command came from inside a function
  if context ~ E'^[^\\n]*\\nSQL statement "(CREATE TEMP|ALTER|DROP) TABLE pg_temp_\\d+\\.pg_temp_\\d+' then
    perform set_config('understudy.dropped', '', true);   -- REFRESH MATERIALIZED VIEW CONCURRENTLY at work
    return;
  end if;
  if session_user <> 'understudy_apply' and exists (select from pg_event_trigger_ddl_commands() d left join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
       where d.schema_name = 'understudy' or t.tgfoid = 'understudy.capture'::regproc or t.tgname like ' understudy%') then
    raise exception 'this belongs to Understudy' using errcode = '42501';
  end if;
  with recursive family(rel) as (
    select k.oid from pg_event_trigger_ddl_commands() d join pg_class k on d.classid = 'pg_class'::regclass and k.oid = d.objid
      where k.relkind in ('r', 'p') and k.relpersistence <> 't'
    union
    select i.inhrelid from family f join pg_inherits i on i.inhparent = f.rel   -- some commands reach the parts and name only the whole
  )
  select coalesce(array_agg(k.oid order by k.oid), '{}') into touched from family f join pg_class k on k.oid = f.rel
    where k.relkind = 'r' and k.relpersistence <> 't' and k.relnamespace <> 'understudy'::regnamespace;
  if session_user <> 'understudy_apply' then
    -- those too that are not in what the transaction sees of the catalog
    perform understudy.require_current(touched || array(select d.objid from pg_event_trigger_ddl_commands() d
      where d.classid = 'pg_class'::regclass and d.object_type in ('table', 'table column') and d.schema_name <> 'pg_temp'));
  end if;
  foreach o in array touched loop
    perform understudy.install(o);
  end loop;
  if session_user = 'understudy_apply' then
    return;
  end if;
  if not is_nested and tg_tag in ('CREATE INDEX', 'DROP INDEX', 'ALTER TABLE') and understudy.outside_finished() then
    return;
  end if;
  perform understudy.refuse_half_done();
  perform understudy.refuse_ddl(tg_tag);
  if tg_tag in ('ALTER TYPE', 'ALTER TABLE') then
    perform understudy.lock_users_of_types(case when is_nested then context else current_query() end);
  end if;
  select value into secret from understudy.secret;
  select count(*) > 0, bool_and(coalesce(d.schema_name = 'pg_temp' or k.relpersistence = 't', false)), bool_or(d.in_extension)
    into anything, temporary, needless
    from pg_event_trigger_ddl_commands() d
    left join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
    left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    left join pg_policy p on d.classid = 'pg_policy'::regclass and p.oid = d.objid
    left join pg_statistic_ext s on d.classid = 'pg_statistic_ext'::regclass and s.oid = d.objid
    left join pg_class k on k.oid in (t.tgrelid, r.ev_class, p.polrelid, s.stxrelid);
  if dropped in (secret || ':temporary', secret || ':permanent') then
    temporary := dropped = secret || ':temporary' and (temporary or not anything);
    anything := true;
  elsif starts_with(dropped, secret || ':mixed:') then
    whole := substr(dropped, length(secret || ':mixed:') + 1);
    anything := true;
    temporary := false;
  end if;
  perform set_config('understudy.dropped', '', true);
  temporary := coalesce(anything and temporary, false);
  -- What an extension's script drops is in no list. The script's frame in the call stack tells since PostgreSQL 18, the statement before that; a name or a text that looks so does
  -- not help anybody who has not made or updated an extension in this transaction.
  needless := coalesce(needless, false) or tg_tag like 'DROP %'
    and (context ~ E'\\nextension script file "[^"\\n]*", near line \\d+' or current_query() ~* E'^\\s*(create|alter)\\s+extension\\s')
    and exists (select from pg_extension e where e.xmin::text::bigint >= pg_current_xact_id()::text::bigint & 4294967295);
  -- IF EXISTS, IF NOT EXISTS: what is there, or not, may be half made by a concurrent statement, and replicas do not have it then, or have it when this comes to them.
  needless := needless or not anything
    and tg_tag in ('CREATE INDEX', 'DROP INDEX', 'ALTER INDEX', 'CREATE TABLE', 'CREATE TABLE AS', 'CREATE FOREIGN TABLE', 'CREATE SEQUENCE', 'CREATE MATERIALIZED VIEW');
  insert into understudy.ddl_seen(tag, nested, temporary, needless, query, tables, views)
    values (tg_tag, is_nested or whole is not null, temporary, needless, current_query(), touched,
      coalesce((select array_agg(k.oid) from pg_event_trigger_ddl_commands() d join pg_class k on d.classid = 'pg_class'::regclass and k.oid = d.objid
        where k.relkind = 'm'), '{}'));
  if (is_nested or whole is not null) and not temporary and not needless then
    perform understudy.note_nested(tg_tag, touched, context, ran_in, whole);
  end if;
end $$;

create function understudy.guard_drop() returns event_trigger language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$ begin
  if understudy.trusted() or session_user = 'understudy_apply' then
    return;
  end if;
  if exists (select from pg_event_trigger_dropped_objects() where original
       and (schema_name = 'understudy' or (object_type = 'schema' and object_name = 'understudy') or (object_type = 'trigger' and object_identity like '" understudy%'))) then
    raise exception 'this belongs to Understudy' using errcode = '42501';
  end if;
  if tg_tag = 'DROP INDEX' then
    perform understudy.outside_dropped();
  end if;
  -- Read by understudy.guard() at the end of the same command; the secret, because a client could put anything there. Of what is named together with temporary objects replicas drop the rest.
  -- Of which table statistics were cannot be told any more: what replicas do not have was a temporary table's.
  perform set_config('understudy.dropped', (select value from understudy.secret)
    || (select case when tg_tag = 'DROP STATISTICS' then ':mixed:DROP STATISTICS IF EXISTS ' || string_agg(object_identity, ', ')
                    when tg_tag = 'DROP INDEX' and not bool_and(is_temporary) and (understudy.outside_half_made() or understudy.keeps_snapshot())
                      then ':mixed:DROP INDEX IF EXISTS ' || string_agg(object_identity, ', ') filter (where not is_temporary) || ' CASCADE'
                    when bool_and(is_temporary or object_type = 'rule' and address_names[1] ~ '^pg_temp') then ':temporary'
                    when bool_or(is_temporary) and tg_tag like 'DROP %' and tg_tag <> 'DROP OWNED'
                      then ':mixed:' || tg_tag || ' ' || string_agg(object_identity, ', ') filter (where not is_temporary) || ' CASCADE'
                    else ':permanent' end
          from pg_event_trigger_dropped_objects() where original), true);
end $$;

-- Labels of an enum get the numbers that they have on the master: a row's place in a table that is partitioned by hash goes by the label's number.
create function understudy.number_labels(of_schema name, of_type name, labels text[], numbers oid[]) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  type_oid oid := (select t.oid from pg_type t join pg_namespace n on n.oid = t.typnamespace where n.nspname = of_schema and t.typname = of_type and t.typtype = 'e');
  places pg_enum[];
begin
  if session_user <> 'understudy_apply' then
    raise exception 'only the node itself may call this' using errcode = '42501';
  end if;
  select array_agg(e) into places from pg_enum e join unnest(labels, numbers) w(label, number) on e.enumlabel = w.label
   where e.enumtypid = type_oid and e.oid <> w.number;
  -- away first: a new number may be another label's old one
  delete from pg_enum e using unnest(places) p where e.oid = p.oid;
  insert into pg_enum(oid, enumtypid, enumsortorder, enumlabel)
    select w.number, p.enumtypid, p.enumsortorder, p.enumlabel from unnest(places) p join unnest(labels, numbers) w(label, number) on w.label = p.enumlabel;
end $$;

-- Tables that were here before. Then the guard itself; a later migration must first set understudy.trusted to the secret.
do $$ begin perform understudy.install(rel) from understudy.unguarded(); end $$;

-- The names begin with a space: before any other event trigger, so that what those change is captured after the DDL's place.
create event trigger " understudy drop" on sql_drop execute function understudy.guard_drop();
alter event trigger " understudy drop" enable always;
create event trigger " understudy" on ddl_command_end execute function understudy.guard();
alter event trigger " understudy" enable always;
