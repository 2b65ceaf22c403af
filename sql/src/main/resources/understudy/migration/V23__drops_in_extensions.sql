-- CREATE EXTENSION runs scripts that drop what older versions had. A replica runs CREATE EXTENSION and no part of it by itself.
select set_config('understudy.trusted', (select value from understudy.secret), true);

create or replace function understudy.guard() returns event_trigger language plpgsql security definer set search_path = pg_catalog, pg_temp set lc_messages = 'C'
as $$
declare
  context text;
  touched oid[];
  o oid;
  dropped text := coalesce(current_setting('understudy.dropped', true), '');
  secret text;
  anything boolean;
  temporary boolean;
  in_extension boolean;
  is_nested boolean;
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
  foreach o in array touched loop
    perform understudy.install(o);
  end loop;
  if session_user = 'understudy_apply' then
    return;
  end if;
  if not is_nested and tg_tag in ('CREATE INDEX', 'DROP INDEX', 'ALTER TABLE') and understudy.outside_finished() then
    return;
  end if;
  if tg_tag in ('CREATE MATERIALIZED VIEW', 'REFRESH MATERIALIZED VIEW') then
    perform understudy.fill_again();
  end if;
  select value into secret from understudy.secret;
  select count(*) > 0, bool_and(coalesce(d.schema_name = 'pg_temp' or k.relpersistence = 't', false)), bool_or(d.in_extension)
    into anything, temporary, in_extension
    from pg_event_trigger_ddl_commands() d
    left join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
    left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    left join pg_policy p on d.classid = 'pg_policy'::regclass and p.oid = d.objid
    left join pg_class k on k.oid in (t.tgrelid, r.ev_class, p.polrelid);
  if dropped in (secret || ':temporary', secret || ':permanent') then
    temporary := dropped = secret || ':temporary' and (temporary or not anything);
    anything := true;
  end if;
  perform set_config('understudy.dropped', '', true);
  temporary := coalesce(anything and temporary, false);
  -- What an extension's script drops is in no list. The script's frame in the call stack tells since PostgreSQL 18, the statement before that; a name or a text that looks so does
  -- not help anybody who has not made or updated an extension in this transaction.
  in_extension := coalesce(in_extension, false) or tg_tag like 'DROP %'
    and (context ~ E'\\nextension script file "[^"\\n]*", near line \\d+' or current_query() ~* E'^\\s*(create|alter)\\s+extension\\s')
    and exists (select from pg_extension e where e.xmin::text::bigint >= pg_current_xact_id()::text::bigint & 4294967295);
  insert into understudy.ddl_seen(tag, nested, temporary, extension, query, tables)
    values (tg_tag, is_nested, temporary, in_extension, current_query(), touched);
  if is_nested and not temporary and not in_extension then
    perform understudy.note_nested(tg_tag, touched, context, ran_in);
  end if;
end $$;
