select 'table ' || c.oid::regclass, md5(c.relkind::text || c.relpersistence::text || c.relrowsecurity || c.relforcerowsecurity || c.relreplident::text || r.rolname
    || coalesce((select string_agg(x.line, ',' order by x.line) from (select coalesce((select rolname from pg_roles where oid = a.grantee), 'public') || ' ' || a.privilege_type || a.is_grantable
         from aclexplode(c.relacl) a where a.privilege_type <> 'MAINTAIN') x(line)), '')
    || coalesce((select string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || a.attnotnull || a.attidentity::text || a.attgenerated::text || a.atthasdef
         || coalesce((select collname from pg_collation where oid = a.attcollation), ''), ',' order by a.attnum)
         from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '')
    || coalesce((select string_agg(i.inhparent::regclass::text, ',' order by i.inhseqno) from pg_inherits i where i.inhrelid = c.oid), ''))
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.oid = c.relowner
 where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and c.relpersistence <> 't' and n.nspname not in ('understudy', 'information_schema') and n.nspname !~ '^pg_'

select 'constraint ' || k.conname || ' of ' || case when k.conrelid <> 0 then k.conrelid::regclass::text else k.contypid::regtype::text end,
    md5(k.contype::text || k.condeferrable || k.condeferred || k.convalidated || coalesce(nullif(k.confrelid, 0)::regclass::text, '') || k.confupdtype::text || k.confdeltype::text
    || coalesce((select string_agg(a.attname, ',' order by u.ord) from unnest(k.conkey) with ordinality u(num, ord) join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num), ''))
  from pg_constraint k join pg_namespace n on n.oid = k.connamespace
 where k.contype <> 'n' and n.nspname not in ('understudy', 'information_schema') and n.nspname !~ '^pg_'

select 'index ' || i.indexrelid::regclass, md5(i.indrelid::regclass::text || i.indisunique || i.indisprimary || i.indisvalid || i.indimmediate || (i.indpred is not null) || am.amname
    || (select string_agg(a.attname, ',' order by a.attnum) from pg_attribute a where a.attrelid = i.indexrelid))
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am am on am.oid = c.relam join pg_namespace n on n.oid = c.relnamespace
 where (i.indisvalid or c.relname !~ '_cc(new|old)\d*$')   -- REINDEX CONCURRENTLY, on its way or broken off: each node's own
   and c.relpersistence <> 't' and n.nspname not in ('understudy', 'information_schema') and n.nspname !~ '^pg_'

select 'trigger ' || quote_ident(t.tgname) || ' of ' || t.tgrelid::regclass, md5(t.tgenabled::text || t.tgtype || t.tgfoid::regproc)
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
 where not t.tgisinternal and t.tgname not like ' understudy%'   -- a table that was made a partition has one more than a copy of it; each node watches over its own
   and c.relpersistence <> 't' and n.nspname not in ('understudy', 'information_schema') and n.nspname !~ '^pg_'

select 'rule ' || quote_ident(w.rulename) || ' of ' || w.ev_class::regclass, md5(w.ev_enabled::text || w.ev_type::text || w.is_instead)
  from pg_rewrite w join pg_class c on c.oid = w.ev_class join pg_namespace n on n.oid = c.relnamespace
 where w.rulename <> '_RETURN' and c.relpersistence <> 't' and n.nspname not in ('understudy', 'information_schema') and n.nspname !~ '^pg_'

select 'policy ' || quote_ident(p.polname) || ' of ' || p.polrelid::regclass, md5(p.polcmd::text || p.polpermissive)
  from pg_policy p

select 'function ' || p.oid::regprocedure, md5(p.prosrc || p.provolatile::text || p.prosecdef || p.proisstrict || p.prokind::text || p.prorettype::regtype || l.lanname || r.rolname)
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang join pg_roles r on r.oid = p.proowner
 where n.nspname not in ('understudy', 'information_schema') and n.nspname !~ '^pg_'
   and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')

select 'type ' || t.oid::regtype, md5(t.typtype::text || t.typnotnull || coalesce(nullif(t.typbasetype, 0)::regtype::text, '')
    || coalesce((select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid), ''))
  from pg_type t join pg_namespace n on n.oid = t.typnamespace
 where t.typtype in ('e', 'd', 'r') and n.nspname not in ('understudy', 'information_schema') and n.nspname !~ '^pg_'
   and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')

select 'sequence ' || s.seqrelid::regclass, md5(s.seqtypid::regtype || ' ' || s.seqstart || ' ' || s.seqincrement || ' ' || s.seqmin || ' ' || s.seqmax || ' ' || s.seqcache || ' ' || s.seqcycle)
  from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
 where c.relpersistence <> 't' and n.nspname not in ('understudy', 'information_schema') and n.nspname !~ '^pg_'

select 'schema ' || quote_ident(n.nspname), '' from pg_namespace n where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'

select 'extension ' || e.extname, '' from pg_extension e

select 'event trigger ' || quote_ident(e.evtname), md5(e.evtenabled::text || e.evtevent || e.evtfoid::regproc) from pg_event_trigger e

select 'role ' || quote_ident(r.rolname), md5(r.rolsuper::text || r.rolinherit || r.rolcreaterole || r.rolcreatedb || r.rolcanlogin || r.rolreplication || r.rolbypassrls || r.rolconnlimit)
  from pg_roles r where r.oid >= 16384
