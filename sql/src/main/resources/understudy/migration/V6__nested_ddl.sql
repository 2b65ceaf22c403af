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
      'xmloption,standard_conforming_strings,array_nulls,backslash_quote,transform_null_equals,quote_all_identifiers,default_text_search_config,xmlbinary,'
      'lc_monetary,lc_numeric,lc_time}'::pg_catalog.text[]) as n
   where pg_catalog.current_setting(n, true) is not null), true);
end $$;

-- Before DDL: what runs outside of transactions notes that it begins. Before DDL inside a function: the images so far are described by the shapes of now. It also takes its place among other schema changes, as the proxy does for statements.
create function understudy.guard_start() returns event_trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp set lc_messages = 'C' set enable_seqscan = off set jit = off
as $$
declare
  context text;
begin
  get diagnostics context = pg_context;
  if session_user = 'understudy_apply' or tg_tag = 'REINDEX' or understudy.trusted() then
    return;
  end if;
  if context not like E'%\n%' then
    if tg_tag in ('ALTER TABLE', 'CREATE INDEX') then
      perform understudy.outside_starts();
    end if;
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
      m.amname, ' WITH (' || array_to_string(k.reloptions || (select array_agg('toast.' || o) from pg_class e, unnest(e.reloptions) o where e.oid = k.reltoastrelid), ', ') || ')')
      || coalesce((select format(' TABLESPACE %I', p.spcname) from pg_tablespace p where p.oid = k.reltablespace), '')
    from pg_class k join pg_namespace n on n.oid = k.relnamespace join pg_am m on m.oid = k.relam where k.oid = table_oid
$$;
revoke all on function understudy.table_statement(oid) from public;

-- The table that the last DDL of this transaction made of a query, as an empty one; null if it made none.
create function understudy.made_of_query(presented text) returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$ begin
  perform understudy.require(presented);
  return (select understudy.table_statement(s.tables[1]) from understudy.ddl_seen s
    where s.xid = pg_current_xact_id_if_assigned() and s.tag in ('CREATE TABLE AS', 'SELECT INTO')
    order by s.cmin::text::bigint desc limit 1);
end $$;

-- Which rows are in a partition, such that it means the same under all settings.
create function understudy.partition_bound(rel oid) returns text language sql stable set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' set timezone = 'UTC'
  set intervalstyle = 'iso_8601' set extra_float_digits = 1 set bytea_output = 'hex' set lc_monetary = 'C' set quote_all_identifiers = off
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
  computed := made or tag in ('CREATE MATERIALIZED VIEW', 'REFRESH MATERIALIZED VIEW') or tag = 'ALTER TABLE' and (coalesce(current_setting('understudy.rewritten', true), '') = secret
    or exists (select from pg_attribute a where a.attrelid = any (touched) and a.atthasmissing and not a.attisdropped
         and a.xmin::text::bigint >= pg_current_xact_id()::text::bigint & 4294967295));
  perform set_config('understudy.rewritten', '', true);
  if computed then
    perform understudy.image(secret);
  end if;
end $$;
revoke all on function understudy.note_nested(text, oid[], text, text, text) from public;

-- Roles and what else belongs to the whole server fire no event trigger, nor do event triggers themselves. Whether this transaction changed any is told by the locks that it keeps to its
-- end, or by the rows. Yes may be wrong.
create function understudy.roles_touched() returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  since bigint := pg_current_xact_id()::text::bigint & 4294967295;
begin
  if exists (select from pg_locks l where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.database = 0 and l.mode = 'RowExclusiveLock'
       and l.relation in ('pg_authid'::regclass, 'pg_auth_members'::regclass, 'pg_db_role_setting'::regclass, 'pg_shdescription'::regclass))
     or exists (select from (select xmin from pg_database union all select xmin from pg_tablespace union all
            select xmin from pg_event_trigger where ctid::text <> all (understudy.restored())) r
          where r.xmin::text::bigint >= since)
     or pg_stat_get_xact_tuples_deleted('pg_event_trigger'::regclass) > 0 then
    return true;
  end if;
  if current_setting('server_version_num')::int < 150000 then
    return false;  -- what comes after is not even read there
  end if;
  -- where the last right that is taken takes the row with it
  return pg_stat_get_xact_tuples_deleted('pg_parameter_acl'::regclass) > 0 or exists (select from pg_parameter_acl r where r.xmin::text::bigint >= since);
end $$;

-- A setting's name, that of an extension's too, as it stands in a statement.
create function understudy.setting_name(name text) returns text language sql immutable set search_path = pg_catalog, pg_temp
as $$ select string_agg(quote_ident(part), '.' order by place) from unnest(string_to_array(name, '.')) with ordinality w(part, place) $$;
revoke all on function understudy.setting_name(text) from public;

-- And its value, behind TO.
create function understudy.setting_value(name text, value text) returns text language sql immutable set search_path = pg_catalog, pg_temp
as $$ select case when name in ('search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries', 'DateStyle') then value else quote_literal(value) end $$;
revoke all on function understudy.setting_value(text, text) from public;

-- Rights that were given on something of the whole server, a row each.
create function understudy.shared_rights() returns table(object text, privilege text, grantee text, grantable boolean) language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  objects text[];
  acls text[];
begin
  select array_agg(o.object), array_agg(o.acl::text) into objects, acls
    from (select format('DATABASE %I', d.datname), coalesce(d.datacl, acldefault('d', d.datdba)) from pg_database d where d.datname = current_database()
          union all
          select format('TABLESPACE %I', t.spcname), coalesce(t.spcacl, acldefault('t', t.spcowner)) from pg_tablespace t) o(object, acl);
  if current_setting('server_version_num')::int >= 150000 then
    select objects || array_agg('PARAMETER ' || understudy.setting_name(p.parname)), acls || array_agg(p.paracl::text) into objects, acls from pg_parameter_acl p;
  end if;
  return query
    select o.object, a.privilege_type, case when a.grantee = 0 then 'PUBLIC' else quote_ident(g.rolname) end, bool_or(a.is_grantable)
      from unnest(objects, acls) o(object, acl) cross join lateral aclexplode(o.acl::aclitem[]) a left join pg_authid g on g.oid = a.grantee
     where a.grantee = 0 or g.rolname is not null and g.rolname !~ '^understudy'
     group by 1, 2, 3;
end $$;
revoke all on function understudy.shared_rights() from public;

-- All that is to be said of roles and the like, a row each: of two such lists, of before and after, what is new is said by "present", what is gone by "absent". place: in which order;
-- from 20 on event triggers, whose functions come before them and go after them.
create function understudy.role_lines(presented text) returns table(place int, role oid, line text, present text, absent text)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' set timezone = 'UTC'
as $$ begin
  perform understudy.require(presented);
  return query
    with mine as materialized (select r.oid as id, r.* from pg_authid r where r.oid >= 16384 and r.rolname !~ '^understudy'),
    said(place, role, present, absent) as (
      -- Understudy's own, which nobody may change: never run, only compared.
      select 0, r.oid, 'OURS ' || r::text, '' from pg_authid r where r.rolname ~ '^understudy'
      union all
      select 0, 0::oid, 'OURS ' || s::text, '' from pg_db_role_setting s join pg_authid r on r.oid = s.setrole where r.rolname ~ '^understudy'
      union all
      select 0, 0::oid, 'OURS ' || concat_ws(' ', a.roleid::regrole, a.member::regrole), ''
        from pg_auth_members a where a.roleid::regrole::text ~ '^understudy' or a.member::regrole::text ~ '^understudy'
      union all
      select 0, 0::oid, 'OURS ' || e::text, '' from pg_event_trigger e where e.evtname ~ '^ +understudy'
      union all
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
               where (a.member >= 16384 or a.roleid >= 16384) and a.roleid::regrole::text !~ '^understudy' and a.member::regrole::text !~ '^understudy' group by a.member, g.rolname, r.rolname, r.rolinherit) m
      union all
      select 4, s.setrole, format('%s SET %s TO %s', w.whose, n.name, understudy.setting_value(n.raw, substr(c, strpos(c, '=') + 1))), format('%s RESET %s', w.whose, n.name)
        from pg_db_role_setting s left join pg_authid r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase
       cross join lateral (select case when s.setrole = 0 and s.setdatabase <> 0 then format('ALTER DATABASE %I', d.datname)
              else format('ALTER ROLE %s', coalesce(quote_ident(r.rolname), 'ALL')) || coalesce(' IN DATABASE ' || quote_ident(d.datname), '') end) w(whose)
       cross join unnest(s.setconfig) c
       cross join lateral (select split_part(c, '=', 1), understudy.setting_name(split_part(c, '=', 1))) n(raw, name)
       where (s.setdatabase = 0 or d.datname = current_database()) and (s.setrole = 0 or r.oid is not null and r.rolname !~ '^understudy')
      union all
      select 5, 0::oid, format('ALTER DATABASE %I OWNER TO %I', d.datname, pg_get_userbyid(d.datdba)), '' from pg_database d where d.datname = current_database()
      union all
      select 6, 0::oid, format('ALTER DATABASE %I WITH CONNECTION LIMIT %s IS_TEMPLATE %s', d.datname, d.datconnlimit, case when d.datistemplate then 'true' else 'false' end), ''
        from pg_database d where d.datname = current_database()
      union all
      select 7, 0::oid, format('GRANT %s ON %s TO %s', s.privilege, s.object, s.grantee), format('REVOKE %s ON %s FROM %s', s.privilege, s.object, s.grantee)
        from understudy.shared_rights() s
      union all
      select 8, 0::oid, format('GRANT %s ON %s TO %s WITH GRANT OPTION', s.privilege, s.object, s.grantee),
          format('REVOKE GRANT OPTION FOR %s ON %s FROM %s', s.privilege, s.object, s.grantee)
        from understudy.shared_rights() s where s.grantable
      union all
      select 9, 0::oid, format('COMMENT ON %s IS %L', o.object, s.description), format('COMMENT ON %s IS NULL', o.object)
        from pg_shdescription s join (
            select 'pg_authid'::regclass::oid, r.oid, format('ROLE %I', r.rolname) from pg_authid r
            union all select 'pg_database'::regclass::oid, d.oid, format('DATABASE %I', d.datname) from pg_database d where d.datname = current_database()
            union all select 'pg_tablespace'::regclass::oid, t.oid, format('TABLESPACE %I', t.spcname) from pg_tablespace t) o(classoid, objoid, object)
          on o.classoid = s.classoid and o.objoid = s.objoid
      union all
      select 20, 0::oid, format('CREATE EVENT TRIGGER %I ON %s%s EXECUTE FUNCTION %s', e.evtname, e.evtevent,
          ' WHEN TAG IN (' || (select string_agg(quote_literal(tag), ', ') from unnest(e.evttags) tag) || ')', e.evtfoid::regprocedure),
          format('DROP EVENT TRIGGER %I', e.evtname)
        from pg_event_trigger e where e.evtname !~ '^ +understudy'
      union all
      select 21, 0::oid, format('ALTER EVENT TRIGGER %I %s', e.evtname,
          case e.evtenabled when 'O' then 'ENABLE' when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA' else 'ENABLE ALWAYS' end), ''
        from pg_event_trigger e where e.evtname !~ '^ +understudy'
      union all
      select 22, 0::oid, format('ALTER EVENT TRIGGER %I OWNER TO %I', e.evtname, pg_get_userbyid(e.evtowner)), '' from pg_event_trigger e where e.evtname !~ '^ +understudy'
    )
    select x.place, x.role, x.present, x.present, x.absent from said x order by 1, 3;
end $$;

-- Definitions that this transaction has written, as PostgreSQL tells them: whatever holds an expression.
create function understudy.definitions(presented text) returns setof text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
  set datestyle = 'ISO, YMD' set intervalstyle = 'postgres' set extra_float_digits = 1 set quote_all_identifiers = off
as $$
declare
  own xid[] := array(select l.transactionid from pg_locks l where l.pid = pg_backend_pid() and l.locktype = 'transactionid' and l.granted);   -- those of its savepoints, too
begin
  perform understudy.require(presented);
  return query
    select format('default %s %s %s', d.adrelid::regclass, d.adnum, pg_get_expr(d.adbin, d.adrelid)) from pg_attrdef d where d.xmin = any (own)
    union all
    select format('missing %s %s %s', a.attrelid::regclass, a.attnum, a.attmissingval) from pg_attribute a where a.atthasmissing and a.xmin = any (own)
    union all
    select format('constraint %s %s %s %s', c.conrelid::regclass, c.contypid::regtype, c.conname, pg_get_constraintdef(c.oid)) from pg_constraint c where c.xmin = any (own)
    union all
    select format('rule %s %s', r.ev_class::regclass, pg_get_ruledef(r.oid)) from pg_rewrite r where r.xmin = any (own)
    union all
    select format('index %s', pg_get_indexdef(i.indexrelid)) from pg_index i join pg_class k on k.oid = i.indexrelid
     where k.relnamespace <> 'pg_toast'::regnamespace and i.xmin = any (own)   -- those are named after numbers
    union all
    select format('trigger %s', pg_get_triggerdef(t.oid)) from pg_trigger t where not t.tgisinternal and t.xmin = any (own)
    union all
    select format('policy %s %s %s %s', p.polrelid::regclass, p.polname, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      from pg_policy p where p.xmin = any (own)
    union all
    select format('function %s %s %s %s %s', p.oid::regprocedure, pg_get_function_arguments(p.oid), p.proconfig, p.prosrc, pg_get_function_sqlbody(p.oid))
      from pg_proc p where p.xmin = any (own)
    union all
    select format('aggregate %s %s %s', a.aggfnoid::regprocedure, a.agginitval, a.aggminitval) from pg_aggregate a where a.xmin = any (own)
    union all
    select format('partition %s %s', k.oid::regclass, pg_get_expr(k.relpartbound, k.oid)) from pg_class k where k.relpartbound is not null and k.xmin = any (own)
    union all
    select format('partitioned %s %s', k.partrelid::regclass, pg_get_partkeydef(k.partrelid)) from pg_partitioned_table k where k.xmin = any (own)
    union all
    select format('type %s %s %s', t.oid::regtype, t.typdefault, pg_get_expr(t.typdefaultbin, 0)) from pg_type t where t.typdefault is not null and t.xmin = any (own)
    union all
    select format('statistics %s', pg_get_statisticsobjdef(s.oid)) from pg_statistic_ext s where s.xmin = any (own);
  if current_setting('server_version_num')::int >= 150000 then
    return query
      select format('published %s %s', p.prrelid::regclass, pg_get_expr(p.prqual, p.prrelid)) from pg_publication_rel p where p.xmin = any (own);
  end if;
end $$;

-- The context's name begins with two spaces: it comes before the guard.
create event trigger "  understudy context" on ddl_command_end execute function understudy.note_context();
alter event trigger "  understudy context" enable always;
create event trigger " understudy start" on ddl_command_start execute function understudy.guard_start();
alter event trigger " understudy start" enable always;
create event trigger " understudy rewrite" on table_rewrite execute function understudy.guard_rewrite();
alter event trigger " understudy rewrite" enable always;
