-- Capture: the trigger function behind every permanent table, and what reads the images.

-- Functions and operators are told by their names alone, which says nothing of overloaded ones. In these columns of a table they are told with the types that they take. (An expression in an index or a
-- bound keeps to the type that the column has when it is read: such tables have their values as they are.)
create function understudy.signatures(rel oid) returns name[] language sql stable set search_path = pg_catalog, pg_temp
as $$
  select array_agg(a.attname order by a.attnum) from pg_attribute a
   where a.attrelid = rel and a.attnum > 0 and not a.attisdropped and a.atttypid in ('regproc'::regtype, 'regoper'::regtype)
     and not exists (select from pg_class k where k.oid = rel and k.relispartition)
     and not exists (select from pg_index i where i.indrelid = rel and (i.indexprs is not null or i.indpred is not null))
$$;
revoke all on function understudy.signatures(oid) from public;

-- The type that such a column is read and written by; null of others.
create function understudy.signed(type oid) returns regtype language sql immutable set search_path = pg_catalog, pg_temp
as $$ select case type when 'regproc'::regtype then 'regprocedure'::regtype when 'regoper'::regtype then 'regoperator'::regtype end $$;
revoke all on function understudy.signed(oid) from public;

-- SQL for the image of a row.
create function understudy.image_of(rel oid, whole text) returns text language sql stable set search_path = pg_catalog, pg_temp
as $$
  select format(case when understudy.signatures(rel) is null then 'textin(record_out(%s))' else 'textin(record_out(row(%2$s)))' end, whole,
      (select string_agg(format('(%s).%I', whole, a.attname) || coalesce('::' || understudy.signed(a.atttypid), ''), ', ' order by a.attnum)
         from pg_attribute a where a.attrelid = rel and a.attnum > 0 and not a.attisdropped))
$$;
revoke all on function understudy.image_of(oid, text) from public;

-- Runs as our owner with pinned settings, so that an image never depends on the session. record_out and never ::text, because a user's own cast would
-- be called as our owner.
create function understudy.capture() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set datestyle = 'ISO, YMD'
  set timezone = 'UTC'
  set intervalstyle = 'postgres'
  set extra_float_digits = 1
  set bytea_output = 'hex'
  set lc_monetary = 'C'
  set xmloption = 'content'
  set quote_all_identifiers = off
as $$
declare
  inserted bigint;
  old_image text;
  new_image text;
begin
  if tg_name not like ' understudy%' then
    return null;   -- somebody's own trigger with our function: nothing to be forged by it
  end if;
  if tg_level = 'STATEMENT' and tg_op = 'INSERT' then
    if tg_nargs = 0 then
      insert into understudy.change(rel, new) select tg_relid, textin(record_out(c.*)) from come c;
    else
      execute 'insert into understudy.change(rel, new) select $1, ' || understudy.image_of(tg_relid, 'c.*') || ' from come c' using tg_relid;
    end if;
    get diagnostics inserted = row_count;
    if inserted = 0 then
      return null;
    end if;
  end if;
  if current_setting('understudy.sealed', true) = 'on' then
    raise exception 'a change of "%" after the transaction was sealed', tg_table_name using errcode = '55000';
  end if;
  if tg_level = 'STATEMENT' then
    if tg_op = 'TRUNCATE' then
      insert into understudy.change(rel) values (tg_relid);
    end if;
    return null;
  end if;
  if tg_nargs > 0 then
    if tg_op <> 'INSERT' then
      execute 'select ' || understudy.image_of(tg_relid, '$1') into old_image using old;
    end if;
    if tg_op <> 'DELETE' then
      execute 'select ' || understudy.image_of(tg_relid, '$1') into new_image using new;
    end if;
    insert into understudy.change(rel, old, new) values (tg_relid, old_image, new_image);
    return null;
  end if;
  insert into understudy.change(rel, old, new) values (tg_relid,
    case when tg_op <> 'INSERT' then textin(record_out(old)) end,
    case when tg_op <> 'DELETE' then textin(record_out(new)) end);
  return null;
end $$;

-- What this transaction changed. Deliberately nobody's but its own.
create view understudy.mine as
  select cmin::text::bigint as at, rel, old, new from understudy.change where xid = pg_current_xact_id_if_assigned();
revoke all on understudy.mine from public;

-- Where the table is read by xid, only the index will do, whatever the planner thought of an empty table; and no JIT, which the price put on other scans would call for.

-- How many changes this transaction made so far.
create function understudy.changes() returns bigint language sql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off
as $$ select count(*) from understudy.change where xid = pg_current_xact_id_if_assigned() $$;

-- Whether the transaction goes on looking at the snapshot it began with.
create function understudy.keeps_snapshot() returns boolean language sql stable set search_path = pg_catalog, pg_temp
as $$ select current_setting('transaction_isolation') in ('repeatable read', 'serializable') $$;
revoke all on function understudy.keeps_snapshot() from public;

-- A transaction that goes on looking at the snapshot it began with sees the catalog of then, whatever it has changed itself. Refuses to say anything of tables that others have made, or given other columns,
-- since. (A name that stands for a row is resolved by what is true now.) Of the tables named, or else of those that the transaction changed so far.
create function understudy.require_current(rels oid[]) returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off
as $$
declare
  o oid;
  seen text[];
  live text[];
begin
  if not understudy.keeps_snapshot() then
    return;
  end if;
  if rels is null then
    rels := array(select distinct c.rel from understudy.change c where c.xid = pg_current_xact_id_if_assigned());
  end if;
  foreach o in array rels loop
    if pg_table_is_visible(o) is not null then   -- null: it is dropped
      select array_agg(a.attname::text order by a.attname::text collate "C") into seen
        from pg_class k join pg_type t on t.oid = k.reltype left join pg_attribute a on a.attrelid = k.oid and a.attnum > 0 and not a.attisdropped
       where k.oid = o having count(*) > 0;
      execute format('select array(select key from jsonb_object_keys(to_jsonb(x)) key order by key collate "C") from (select (null::%s).*) x', o::regclass) into live;
      if seen is null or array_remove(seen, null) <> live then
        raise exception 'could not serialize access: % was changed by others since this transaction began', o::regclass using errcode = '40001',
          hint = 'Run it again; in a READ COMMITTED transaction this does not happen.';
      end if;
    end if;
  end loop;
end $$;
revoke all on function understudy.require_current(oid[]) from public;

-- How tables look to this transaction now, a row per column (or one without column for a table that has none). Of the tables named, or else of those
-- that it changed so far; "at" is then the position of the last change.
create function understudy.shapes(rels oid[])
  returns table(rel oid, at bigint, schema name, name name, attribute name, generated boolean, identity_always boolean, key_place int)
  language sql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off
as $$
  select understudy.require_current(rels);
  select k.oid, w.at, n.nspname, k.relname, a.attname, a.attgenerated <> '', a.attidentity = 'a', array_position(i.indkey::int2[], a.attnum)
    from (select r as rel, null::bigint as at from unnest(rels) r
          union all
          select m.rel, (select max(x.cmin::text::bigint) from understudy.change x where x.xid = pg_current_xact_id_if_assigned())
            from (select distinct c.rel from understudy.change c where c.xid = pg_current_xact_id_if_assigned()) m where rels is null) w
    join pg_class k on k.oid = w.rel
    join pg_namespace n on n.oid = k.relnamespace
    left join pg_attribute a on a.attrelid = k.oid and a.attnum > 0 and not a.attisdropped
    left join pg_index i on i.indrelid = k.oid and i.indisprimary
   order by k.oid, a.attnum
$$;

-- Whether somebody committed since this transaction's snapshot, which a REPEATABLE READ transaction goes on looking at.
create function understudy.outdated() returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  s pg_snapshot := pg_current_snapshot();
  first bigint := pg_snapshot_xmax(s)::text::bigint;
  newest bigint;
begin
  if not understudy.keeps_snapshot() then
    return false;
  end if;
  begin
    -- the id of a subtransaction is the newest there is
    insert into understudy.ddl_seen(tag, nested, temporary, needless, tables) values ('', false, true, false, '{}') returning xmin::text::bigint into newest;
    raise exception 'undo' using errcode = 'U0001';
  exception when sqlstate 'U0001' then
    null;
  end;
  newest := newest + first - first % 4294967296;
  if newest < first then
    newest := newest + 4294967296;
  end if;
  return exists (select from generate_series(pg_snapshot_xmin(s)::text::bigint, newest) x
    where not pg_visible_in_snapshot(x::text::xid8, s) and pg_xact_status(x::text::xid8) = 'committed');
end $$;
revoke all on function understudy.outdated() from public;

-- Records the whole contents of the tables and materialized views that the last DDL of this transaction touched, as if they had been emptied and filled again: for DDL that
-- computes rows which a replica would compute differently.
create function understudy.image(presented text) returns bigint language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set datestyle = 'ISO, YMD'
  set timezone = 'UTC'
  set intervalstyle = 'postgres'
  set extra_float_digits = 1
  set bytea_output = 'hex'
  set lc_monetary = 'C'
  set xmloption = 'content'
  set quote_all_identifiers = off
as $$
declare
  o oid;
  n bigint;
  total bigint := 0;
begin
  perform understudy.require(presented);
  -- ALTER TABLE changes rows that the transaction's snapshot does not show, and they would be missing in what is recorded
  if exists (select from understudy.ddl_seen s where s.xid = pg_current_xact_id_if_assigned() and s.tag = 'ALTER TABLE'
       and s.cmin::text::bigint = (select max(l.cmin::text::bigint) from understudy.ddl_seen l where l.xid = pg_current_xact_id_if_assigned()))
     and understudy.outdated() then
    raise exception 'could not serialize access: others have committed since this transaction began' using errcode = '40001',
      hint = 'Run it again; in a READ COMMITTED transaction this does not happen.';
  end if;
  for o in select k.oid from understudy.ddl_seen s cross join lateral unnest(s.tables || s.views) t(rel) join pg_class k on k.oid = t.rel
            where s.xid = pg_current_xact_id_if_assigned() and k.relispopulated
              and s.cmin::text::bigint = (select max(l.cmin::text::bigint) from understudy.ddl_seen l where l.xid = pg_current_xact_id_if_assigned())
  loop
    insert into understudy.change(rel) values (o);
    execute format('insert into understudy.change(rel, new) select %s, %s from only %s x', o, understudy.image_of(o, 'x.*'), o::regclass);
    get diagnostics n = row_count;
    total := total + n;
  end loop;
  return total;
end $$;
revoke all on function understudy.capture() from public;
grant execute on function understudy.capture() to public;
