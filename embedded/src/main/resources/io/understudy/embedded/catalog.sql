select 'table ' || c.oid::regclass || ' ' || c.relkind::text || c.relpersistence::text || ' owner ' || r.rolname || ' rowsecurity ' || c.relrowsecurity || c.relforcerowsecurity
    || ' identity ' || c.relreplident::text || ' options ' || coalesce(c.reloptions::text, '') || ' part ' || coalesce(pg_get_expr(c.relpartbound, c.oid), '')
    || ' key ' || coalesce(case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end, '')
  from pg_class c join pg_roles r on r.oid = c.relowner where c.relnamespace in (select oid from mine) and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')

select 'column ' || c.oid::regclass || '.' || a.attname || ' ' || row_number() over (partition by c.oid order by a.attnum) || ' ' || format_type(a.atttypid, a.atttypmod)
    || ' notnull ' || a.attnotnull || ' identity ' || a.attidentity::text || ' generated ' || a.attgenerated::text || ' storage ' || a.attstorage::text
    || ' collation ' || coalesce((select collname from pg_collation where oid = a.attcollation), '') || ' inherited ' || a.attinhcount || a.attislocal
    || ' options ' || coalesce(a.attoptions::text, '') || ' target ' || coalesce(a.attstattarget, -1)
    || ' default ' || coalesce((select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d where d.adrelid = c.oid and d.adnum = a.attnum), '')
  from pg_class c join pg_attribute a on a.attrelid = c.oid where c.relnamespace in (select oid from mine) and a.attnum > 0 and not a.attisdropped

select 'constraint ' || coalesce(nullif(k.conrelid, 0)::regclass::text, nullif(k.contypid, 0)::regtype::text, '') || '.' || k.conname || ' ' || pg_get_constraintdef(k.oid)
    || ' valid ' || k.convalidated || ' inherited ' || k.coninhcount || k.conislocal
  from pg_constraint k where k.connamespace in (select oid from mine)

select 'index ' || coalesce(pg_get_indexdef(i.indexrelid), 'dropped meanwhile') || ' valid ' || i.indisvalid || ' clustered ' || i.indisclustered || ' identity ' || i.indisreplident
  from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace in (select oid from mine)

select 'inheritance ' || i.inhrelid::regclass || ' from ' || i.inhparent::regclass || ' ' || i.inhseqno
  from pg_inherits i join pg_class c on c.oid = i.inhrelid where c.relnamespace in (select oid from mine)

select 'function ' || p.oid::regprocedure || ' ' || case when p.prokind = 'a' then '' else pg_get_functiondef(p.oid) end || ' owner ' || r.rolname
  from pg_proc p join pg_roles r on r.oid = p.proowner where p.pronamespace in (select oid from mine)

select 'trigger ' || pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
  from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace in (select oid from mine) and not t.tgisinternal

select 'internal trigger ' || t.tgrelid::regclass || ' ' || p.proname || ' ' || t.tgtype || ' ' || t.tgenabled::text || ' ' || row_number() over (partition by t.tgrelid, p.oid, t.tgtype, t.tgenabled)
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid where c.relnamespace in (select oid from mine) and t.tgisinternal

select 'event trigger ' || e.evtname || ' ' || e.evtevent || ' ' || e.evtenabled::text || ' ' || e.evtfoid::regproc || ' ' || coalesce(e.evttags::text, '')
  from pg_event_trigger e join pg_proc p on p.oid = e.evtfoid where p.pronamespace in (select oid from mine)

select 'view ' || c.oid::regclass || ' ' || pg_get_viewdef(c.oid) || ' ' || c.relispopulated from pg_class c where c.relnamespace in (select oid from mine) and c.relkind in ('v', 'm')

select 'rule ' || pg_get_ruledef(r.oid) || ' ' || r.ev_enabled::text from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relnamespace in (select oid from mine)

select 'policy ' || p.tablename || '.' || p.policyname || ' ' || p.permissive || p.cmd || p.roles::text || coalesce(p.qual, '') || ' check ' || coalesce(p.with_check, '')
  from pg_policies p where p.schemaname in (select nspname from mine)

select 'type ' || t.oid::regtype || ' ' || t.typtype::text || ' ' || t.typnotnull || ' ' || coalesce(t.typdefault, '') || ' base ' || coalesce(nullif(t.typbasetype, 0)::regtype::text, '')
    || ' labels ' || coalesce((select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid), '')
  from pg_type t where t.typnamespace in (select oid from mine) and t.typtype in ('e', 'd', 'c', 'r')

select 'sequence ' || s.seqrelid::regclass || ' ' || s.seqtypid::regtype || ' ' || s.seqstart || ' ' || s.seqincrement || ' ' || s.seqmin || ' ' || s.seqmax || ' ' || s.seqcache || ' ' || s.seqcycle
    || ' owned by ' || coalesce((select d.refobjid::regclass || '.' || d.refobjsubid from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = s.seqrelid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')), '')
  from pg_sequence s join pg_class c on c.oid = s.seqrelid where c.relnamespace in (select oid from mine)

select 'grant on ' || what || ': ' || coalesce((select rolname from pg_roles where oid = x.grantee), 'public') || ' ' || x.privilege_type || ' ' || x.is_grantable
    || ' by ' || coalesce((select rolname from pg_roles where oid = x.grantor), '?')
  from (select c.oid::regclass::text as what, c.relacl as acl from pg_class c where c.relnamespace in (select oid from mine)
        union all select p.oid::regprocedure::text, p.proacl from pg_proc p where p.pronamespace in (select oid from mine)
        union all select t.oid::regtype::text, t.typacl from pg_type t where t.typnamespace in (select oid from mine)
        union all select n.nspname, n.nspacl from pg_namespace n where n.oid in (select oid from mine)
        union all select c.oid::regclass || '.' || a.attname, a.attacl from pg_class c join pg_attribute a on a.attrelid = c.oid where c.relnamespace in (select oid from mine)
        union all select 'new ' || d.defaclobjtype::text || ' in ' || n.nspname, d.defaclacl from pg_default_acl d join pg_namespace n on n.oid = d.defaclnamespace where n.oid in (select oid from mine)
       ) o, aclexplode(o.acl) x

select 'comment on ' || (pg_identify_object(d.classoid, d.objoid, d.objsubid)).identity || ' ' || d.description
  from pg_description d where (d.objoid >= 16384 or d.classoid = 'pg_namespace'::regclass and d.objoid = to_regnamespace('public')) and (pg_identify_object(d.classoid, d.objoid, d.objsubid)).identity not like '%understudy%'

select 'statistics ' || pg_get_statisticsobjdef(s.oid) from pg_statistic_ext s where s.stxnamespace in (select oid from mine)

select 'schema ' || n.nspname || ' owner ' || r.rolname from pg_namespace n join pg_roles r on r.oid = n.nspowner where n.oid in (select oid from mine)

select 'role ' || r.rolname || ' ' || r.rolsuper || r.rolinherit || r.rolcreaterole || r.rolcreatedb || r.rolcanlogin || r.rolreplication || r.rolbypassrls || r.rolconnlimit
    || coalesce(r.rolvaliduntil::text, '') || coalesce(r.rolpassword, '')
    || ' settings ' || coalesce((select string_agg(s.setconfig::text, ',' order by s.setdatabase) from pg_db_role_setting s where s.setrole = r.oid), '')
    || ' member of ' || coalesce((select string_agg(g.rolname, ',' order by g.rolname) from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid), '')
  from pg_authid r where r.oid >= 16384 and r.rolname not like 'understudy%'

select 'setting of ' || coalesce(pg_get_userbyid(nullif(s.setrole, 0)), 'all') || ' in ' || case s.setdatabase when 0 then 'all' else 'the database' end || ' ' || c
  from pg_db_role_setting s, unnest(s.setconfig) c where s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))

select 'database of ' || pg_get_userbyid(d.datdba) || ' limit ' || d.datconnlimit from pg_database d where d.datname = current_database()

select 'grant on the database: ' || coalesce((select rolname from pg_roles where oid = x.grantee), 'public') || ' ' || x.privilege_type || ' ' || x.is_grantable
  from pg_database d, aclexplode(d.datacl) x where d.datname = current_database()

select 'comment on ' || case when d.classoid = 'pg_authid'::regclass then pg_get_userbyid(d.objoid) else 'the database' end || ' ' || d.description
  from pg_shdescription d where d.classoid = 'pg_authid'::regclass or d.classoid = 'pg_database'::regclass and d.objoid = (select b.oid from pg_database b where b.datname = current_database())
