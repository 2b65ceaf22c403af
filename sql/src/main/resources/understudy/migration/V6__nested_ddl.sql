-- DDL inside functions, DO blocks and triggers. Its text is in the call stack that PostgreSQL tells the event trigger; what came before it is described before it runs.
select set_config('understudy.trusted', (select value from understudy.secret), true);

-- Of DDL that belongs in the log, in the order it ran: what a replica is to run. statement says it all; otherwise it stands in the innermost frame of the call stack, or, for
-- functions in SQL, in their body. context is as understudy.note_context leaves it.
create unlogged table understudy.nested_ddl(
  xid xid8 not null default pg_current_xact_id(),
  statement text,
  frames text not null,
  body text,
  context text not null)
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0, vacuum_truncate = off);
revoke all on understudy.nested_ddl from public;
create index nested_ddl_xid on understudy.nested_ddl(xid);

-- Shapes before such DDL, as understudy.shapes gives them.
create unlogged table understudy.shape_seen(
  xid xid8 not null default pg_current_xact_id(),
  place bigint not null,
  rel oid not null,
  at bigint not null,
  schema name not null,
  name name not null,
  attribute name,
  generated boolean,
  identity_always boolean,
  key_place int)
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0, vacuum_truncate = off);
revoke all on understudy.shape_seen from public;
create index shape_seen_xid on understudy.shape_seen(xid);

-- Who runs DDL, and under which settings: as hex, so that nothing in a value looks like something else. Runs as the client, right before the guard, which reads what it leaves.
create function understudy.note_context() returns event_trigger language plpgsql as $$ begin
  perform pg_catalog.set_config('understudy.context', (select pg_catalog.concat_ws(',',
      pg_catalog.encode(pg_catalog.convert_to(current_user::pg_catalog.text, 'UTF8'), 'hex'),
      pg_catalog.string_agg(pg_catalog.concat_ws(':', n, pg_catalog.encode(pg_catalog.convert_to(pg_catalog.current_setting(n, true), 'UTF8'), 'hex')), ','))
    from pg_catalog.unnest('{search_path,DateStyle,IntervalStyle,TimeZone,default_tablespace,default_table_access_method,check_function_bodies,extra_float_digits,bytea_output,'
      'xmloption,standard_conforming_strings,array_nulls,backslash_quote,lc_monetary,lc_numeric,lc_time}'::pg_catalog.text[]) as n
   where pg_catalog.current_setting(n, true) is not null), true);
end $$;

-- Before DDL inside a function: the images so far are described by the shapes of now. It also takes its place among other schema changes, as the proxy does for statements.
create function understudy.guard_start() returns event_trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp set lc_messages = 'C' set enable_seqscan = off set jit = off
as $$
declare
  context text;
begin
  get diagnostics context = pg_context;
  if context not like E'%\n%' or session_user = 'understudy_apply' or tg_tag = 'REINDEX' or understudy.trusted() then
    return;
  end if;
  if tg_tag ~ '^(GRANT|REVOKE|COMMENT|SECURITY LABEL|REASSIGN OWNED|DROP OWNED|IMPORT FOREIGN SCHEMA|ALTER DEFAULT PRIVILEGES|CREATE (FUNCTION|PROCEDURE|AGGREGATE|VIEW))'
     or tg_tag ~ '^(ALTER|DROP) ' and tg_tag !~ ' ((FOREIGN )?TABLE|(MATERIALIZED )?VIEW|INDEX|TRIGGER|RULE|POLICY|SEQUENCE)$' then
    perform pg_advisory_xact_lock(1970500716, 1);
  else
    perform pg_advisory_xact_lock_shared(1970500716, 1);
  end if;
  insert into understudy.shape_seen(place, rel, at, schema, name, attribute, generated, identity_always, key_place)
    select s.ordinality, s.rel, s.at, s.schema, s.name, s.attribute, s.generated, s.identity_always, s.key_place
      from understudy.shapes(null) with ordinality s
     where not exists (select from understudy.shape_seen e where e.xid = pg_current_xact_id_if_assigned() and e.at = s.at);
end $$;

-- As understudy.shapes(null); but if DDL inside a function came since the last change, then as it was before that.
create function understudy.shapes_before_ddl()
  returns table(rel oid, at bigint, schema name, name name, attribute name, generated boolean, identity_always boolean, key_place int)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off
as $$
declare
  last bigint := (select max(c.cmin::text::bigint) from understudy.change c where c.xid = pg_current_xact_id_if_assigned());
begin
  if exists (select from understudy.shape_seen s where s.xid = pg_current_xact_id_if_assigned() and s.at = last) then
    return query select s.rel, s.at, s.schema, s.name, s.attribute, s.generated, s.identity_always, s.key_place
      from understudy.shape_seen s where s.xid = pg_current_xact_id_if_assigned() and s.at = last order by s.place;
  else
    return query select * from understudy.shapes(null);
  end if;
end $$;

-- What the transaction ran inside functions, in order; texts in hex. Forgotten with the answer.
create function understudy.take_nested_ddl(presented text) returns table(statement text, frames text, body text, context text)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off
as $$ begin
  perform understudy.require(presented);
  return query select encode(convert_to(n.statement, 'UTF8'), 'hex'), encode(convert_to(n.frames, 'UTF8'), 'hex'), encode(convert_to(n.body, 'UTF8'), 'hex'), n.context
    from understudy.nested_ddl n where n.xid = pg_current_xact_id_if_assigned() order by n.cmin::text::bigint;
  delete from understudy.nested_ddl n where n.xid = pg_current_xact_id_if_assigned();
end $$;

-- The shapes seen before that, one reading after another.
create function understudy.take_shapes(presented text)
  returns table(rel oid, at bigint, schema name, name name, attribute name, generated boolean, identity_always boolean, key_place int)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off
as $$ begin
  perform understudy.require(presented);
  return query select s.rel, s.at, s.schema, s.name, s.attribute, s.generated, s.identity_always, s.key_place
    from understudy.shape_seen s where s.xid = pg_current_xact_id_if_assigned() order by s.at, s.place;
  delete from understudy.shape_seen s where s.xid = pg_current_xact_id_if_assigned();
end $$;

-- An empty table like that one, as far as CREATE TABLE AS can make it: its query may name variables of the function that it ran in.
create function understudy.table_statement(table_oid oid) returns text language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select format('CREATE %sTABLE %I.%I (%s) USING %I%s', case k.relpersistence when 'u' then 'UNLOGGED ' else '' end, n.nspname, k.relname,
      (select string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod),
           (select format(' COLLATE %I.%I', cn.nspname, c.collname) from pg_collation c join pg_namespace cn on cn.oid = c.collnamespace
             where c.oid = a.attcollation and a.attcollation <> t.typcollation)), ', ' order by a.attnum)
         from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = k.oid and a.attnum > 0 and not a.attisdropped),
      m.amname, ' WITH (' || array_to_string(k.reloptions, ', ') || ')')
    from pg_class k join pg_namespace n on n.oid = k.relnamespace join pg_am m on m.oid = k.relam where k.oid = table_oid
$$;
revoke all on function understudy.table_statement(oid) from public;

-- Which rows are in a partition, such that it means the same under all settings.
create function understudy.partition_bound(rel oid) returns text language sql stable set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' set timezone = 'UTC'
  set intervalstyle = 'iso_8601' set extra_float_digits = 1 set bytea_output = 'hex' set lc_monetary = 'C'
as $$ select pg_get_expr(k.relpartbound, k.oid) from pg_class k where k.oid = rel $$;

-- A nested ALTER TABLE is about to write a table anew: its values may be computed. To be read by understudy.guard() at the end of the same command.
create function understudy.guard_rewrite() returns event_trigger language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$ begin
  if session_user <> 'understudy_apply' then
    perform set_config('understudy.rewritten', (select value from understudy.secret), true);
  end if;
end $$;

-- Notes what a replica is to run in place of DDL inside a function, or of such that a replica cannot run as it is; understudy.ddl_seen has its row already. whole: that, where it is
-- known without the call stack. To be called by the guard alone.
create function understudy.note_nested(tag text, touched oid[], frames text, context text, whole text) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  secret text := (select value from understudy.secret);
  named text[] := regexp_match(frames, E'^[^\\n]*\\nSQL function "([^\\n]*)" statement \\d+');
  bodies text;
  made boolean := tag in ('CREATE TABLE AS', 'SELECT INTO');
  computed boolean;
begin
  if whole is not null then
    null;
  elsif made and touched <> '{}' then
    whole := understudy.table_statement(touched[1]);
  elsif named is not null then
    select min(p.prosrc) into bodies from pg_proc p join pg_language l on l.oid = p.prolang
     where l.lanname = 'sql' and p.proname = named[1] having count(distinct p.prosrc) = 1;
  end if;
  insert into understudy.nested_ddl(statement, frames, body, context) values (whole, frames, bodies, context);
  computed := made or tag = 'ALTER TABLE' and (coalesce(current_setting('understudy.rewritten', true), '') = secret
    or exists (select from pg_attribute a where a.attrelid = any (touched) and a.atthasmissing and not a.attisdropped
         and a.xmin::text::bigint >= pg_current_xact_id()::text::bigint & 4294967295));
  perform set_config('understudy.rewritten', '', true);
  if computed then
    perform understudy.image(secret);
  end if;
end $$;
revoke all on function understudy.note_nested(text, oid[], text, text, text) from public;

-- Rights on parameters, which PostgreSQL has since version 15. Whether this transaction gave any.
create function understudy.parameters_granted() returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  granted boolean := false;
begin
  if to_regclass('pg_catalog.pg_parameter_acl') is not null then
    execute 'select exists (select from pg_parameter_acl p where p.xmin::text::bigint >= pg_current_xact_id()::text::bigint & 4294967295)' into granted;
  end if;
  return granted;
end $$;
revoke all on function understudy.parameters_granted() from public;

-- What a transaction's code did without an event trigger that tells of it. shared: it changed roles, settings, or what is said of the database as a whole; that is told by the locks that it keeps to
-- its end, or by the rows that it wrote. made: a table that has no capture triggers, and filled: a materialized view, as EXPLAIN ANALYZE of CREATE TABLE AS and its kin leave them.
create function understudy.unnoticed(out shared boolean, out made text, out filled text) language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with mine as materialized (
    select l.relation, l.database, l.mode from pg_locks l where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.mode in ('RowExclusiveLock', 'AccessExclusiveLock')
  ), since(xid) as (select pg_current_xact_id()::text::bigint & 4294967295),
  new as (
    select k.oid, k.relkind, format('%I.%I', n.nspname, k.relname) as name from mine m join pg_class k on k.oid = m.relation join pg_namespace n on n.oid = k.relnamespace, since
     where m.database <> 0 and m.mode = 'AccessExclusiveLock' and k.relkind in ('r', 'm') and k.relpersistence <> 't' and k.relispopulated and k.xmin::text::bigint >= since.xid
       and n.nspname not in ('understudy', 'pg_catalog', 'pg_toast')
  )
  select exists (select from mine m where m.database = 0 and m.mode = 'RowExclusiveLock'
             and m.relation in ('pg_authid'::regclass, 'pg_auth_members'::regclass, 'pg_db_role_setting'::regclass, 'pg_shdescription'::regclass))
           or exists (select from pg_database d, since where d.datname = current_database() and d.xmin::text::bigint >= since.xid)
           or understudy.parameters_granted(),
         (select min(w.name) from new w where w.relkind = 'r' and not exists (select from pg_trigger t where t.tgrelid = w.oid and t.tgname = ' understudy')),
         (select min(w.name) from new w where w.relkind = 'm')
$$;

-- All that is to be said of roles and of the database as a whole, a row each: of two such lists, of before and after, what is new is said by "present", what is gone by "absent". place: in which order.
create function understudy.role_lines(presented text) returns table(place int, role oid, line text, present text, absent text)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' set timezone = 'UTC'
as $$ begin
  perform understudy.require(presented);
  return query
    with every as materialized (select r.oid as id, r.* from pg_authid r where r.rolname !~ '^understudy'),
    mine as (select * from every where id >= 16384),
    here as materialized (select d.* from pg_database d where d.datname = current_database()),
    said(place, role, present, absent) as (
      select 1, r.id, format('CREATE ROLE %I', r.rolname), format('DROP ROLE %I', r.rolname) from mine r
      union all
      select 2, r.id, format('ALTER ROLE %I WITH %s CONNECTION LIMIT %s%s PASSWORD %L', r.rolname,
          concat_ws(' ', case when r.rolsuper then 'SUPERUSER' else 'NOSUPERUSER' end, case when r.rolinherit then 'INHERIT' else 'NOINHERIT' end,
            case when r.rolcreaterole then 'CREATEROLE' else 'NOCREATEROLE' end, case when r.rolcreatedb then 'CREATEDB' else 'NOCREATEDB' end,
            case when r.rolcanlogin then 'LOGIN' else 'NOLOGIN' end, case when r.rolreplication then 'REPLICATION' else 'NOREPLICATION' end,
            case when r.rolbypassrls then 'BYPASSRLS' else 'NOBYPASSRLS' end),
          r.rolconnlimit, ' VALID UNTIL ' || quote_literal(r.rolvaliduntil), r.rolpassword), '' from mine r
      union all
      select 3, m.member, format('GRANT %I TO %I%s', m.granted, m.to_role, case
            when m.set_it is null or m.set_it and m.inherits = m.rolinherit then case when m.admin then ' WITH ADMIN OPTION' else '' end
            else format(' WITH ADMIN %s, INHERIT %s, SET %s', m.admin, m.inherits, m.set_it) end),
          format('REVOKE %I FROM %I', m.granted, m.to_role)
        from (select a.member, g.rolname as granted, r.rolname as to_role, r.rolinherit, bool_or(a.admin_option) as admin,
                     bool_or((to_jsonb(a) ->> 'inherit_option')::boolean) as inherits, bool_or((to_jsonb(a) ->> 'set_option')::boolean) as set_it
                from pg_auth_members a join pg_authid g on g.oid = a.roleid join pg_authid r on r.oid = a.member
               where a.member >= 16384 or a.roleid >= 16384 group by a.member, g.rolname, r.rolname, r.rolinherit) m
      union all
      select 4, s.setrole, format('%s SET %I TO %s', of_whom.words, split_part(c, '=', 1),
            case when split_part(c, '=', 1) in ('search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries', 'DateStyle')
                 then substr(c, strpos(c, '=') + 1) else quote_literal(substr(c, strpos(c, '=') + 1)) end),
          format('%s RESET %I', of_whom.words, split_part(c, '=', 1))
        from pg_db_role_setting s left join every r on r.id = s.setrole left join pg_database d on d.oid = s.setdatabase, unnest(s.setconfig) c,
             lateral (select case when s.setrole = 0 then 'ALTER DATABASE ' || quote_ident(d.datname)
                                  else 'ALTER ROLE ' || quote_ident(r.rolname) || coalesce(' IN DATABASE ' || quote_ident(d.datname), '') end) of_whom(words)
       where r.id is not null or s.setrole = 0 and s.setdatabase in (select h.oid from here h)
      union all
      select 5, 0, format('ALTER DATABASE %I OWNER TO %I', h.datname, pg_get_userbyid(h.datdba)), '' from here h
      union all
      select 5, 0, format('ALTER DATABASE %I CONNECTION LIMIT %s', h.datname, h.datconnlimit), '' from here h
      union all
      select 6, a.grantee, g.present, g.absent
        from here h, aclexplode(coalesce(h.datacl, acldefault('d', h.datdba))) a left join every r on r.id = a.grantee,
             lateral (select format('%s ON DATABASE %I', a.privilege_type, h.datname), coalesce(quote_ident(r.rolname), 'PUBLIC')) w(what, whom),
             lateral (values (format('GRANT %s TO %s', what, whom), format('REVOKE %s FROM %s', what, whom), true),
                             (format('GRANT %s TO %s WITH GRANT OPTION', what, whom), format('REVOKE GRANT OPTION FOR %s FROM %s', what, whom), a.is_grantable)) g(present, absent, so)
       where g.so and (a.grantee = 0 or r.id is not null)
      union all
      select 7, p.role, p.present, p.absent from understudy.parameter_lines() p
      union all
      select 8, c.objoid, format('COMMENT ON %s IS %L', w.what, c.description), format('COMMENT ON %s IS NULL', w.what)
        from pg_shdescription c,
             lateral (select format('ROLE %I', r.rolname) from every r where c.classoid = 'pg_authid'::regclass and r.id = c.objoid
                      union all select format('DATABASE %I', h.datname) from here h where c.classoid = 'pg_database'::regclass and h.oid = c.objoid) w(what)
    )
    select x.place, x.role, x.present, x.present, x.absent from said x order by 1, 3;
end $$;

-- Of rights on parameters.
create function understudy.parameter_lines() returns table(role oid, present text, absent text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$ begin
  if to_regclass('pg_catalog.pg_parameter_acl') is not null then
    return query execute $query$
      select a.grantee, g.present, g.absent
        from pg_parameter_acl p, aclexplode(p.paracl) a left join pg_authid r on r.oid = a.grantee,
             lateral (select format('%s ON PARAMETER %s', a.privilege_type, p.parname), coalesce(quote_ident(r.rolname), 'PUBLIC')) w(what, whom),
             lateral (values (format('GRANT %s TO %s', what, whom), format('REVOKE %s FROM %s', what, whom), true),
                             (format('GRANT %s TO %s WITH GRANT OPTION', what, whom), format('REVOKE GRANT OPTION FOR %s FROM %s', what, whom), a.is_grantable)) g(present, absent, so)
       where g.so and (a.grantee = 0 or r.rolname !~ '^understudy') $query$;
  end if;
end $$;
revoke all on function understudy.parameter_lines() from public;

-- The context's name begins with two spaces: it comes before the guard.
create event trigger "  understudy context" on ddl_command_end execute function understudy.note_context();
alter event trigger "  understudy context" enable always;
create event trigger " understudy start" on ddl_command_start execute function understudy.guard_start();
alter event trigger " understudy start" enable always;
create event trigger " understudy rewrite" on table_rewrite execute function understudy.guard_rewrite();
alter event trigger " understudy rewrite" enable always;
