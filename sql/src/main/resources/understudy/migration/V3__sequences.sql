-- Sequences. Their values are not transactional, so no trigger sees them: positions are read, and ceilings logged before values above them are used.

-- Up to which value a master of the past may have given values out. By name: an entry may come before the sequence itself.
create table understudy.ceiling(schema name not null, name name not null, value bigint not null, primary key (schema, name));
revoke all on understudy.ceiling from public;

-- Where sequences stand: all permanent ones, or those that serve columns of the given tables (or of the tables they are parts of).
-- unlocked_only: leaves out those that another transaction has locked exclusively (it drops or restarts them) or has dropped meanwhile; otherwise it waits, or fails.
create function understudy.read_positions(everything boolean, rels oid[], unlocked_only boolean)
  returns table(schema name, name name, value bigint, called boolean, step bigint, least_value bigint, greatest_value bigint, cycle boolean)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  s record;
begin
  for s in
    with recursive part(rel) as (
      select unnest(rels) union select i.inhparent from part p join pg_inherits i on i.inhrelid = p.rel
    ), used(seq) as (
      select d.objid from part p join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = p.rel
        where d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
      union
      select d.refobjid from part p join pg_attrdef a on a.adrelid = p.rel
        join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = a.oid and d.refclassid = 'pg_class'::regclass
    )
    select k.oid, n.nspname, k.relname, q.seqincrement, q.seqmin, q.seqmax, q.seqcycle
      from pg_sequence q join pg_class k on k.oid = q.seqrelid join pg_namespace n on n.oid = k.relnamespace
     where k.relpersistence <> 't' and n.nspname <> 'understudy' and (everything or k.oid in (select seq from used))
     order by 2, 3
  loop
    schema := s.nspname;  name := s.relname;  step := s.seqincrement;  least_value := s.seqmin;  greatest_value := s.seqmax;  cycle := s.seqcycle;
    -- Who alters a sequence or restarts it gives it a new file under a lock that readers do not wait for; a reader who has the old one just open finds it empty or short.
    value := null;
    for attempt in 1 .. 20 loop
      if unlocked_only then
        begin
          execute format('select last_value, is_called from %s', s.oid::regclass) into value, called;
        exception
          when data_corrupted or undefined_file then continue;
          when undefined_table or syntax_error then exit;
          when lock_not_available then   -- of the sequence, or of the catalog, which is free again some time
            exit when exists (select from pg_locks l where l.relation = s.oid and l.mode = 'AccessExclusiveLock' and l.pid <> pg_backend_pid());
        end;
      else
        execute format('select last_value, is_called from %s', s.oid::regclass) into value, called;
      end if;
      exit when value is not null;
    end loop;
    if value is null then
      continue;
    end if;
    return next;
  end loop;
end $$;
revoke all on function understudy.read_positions(boolean, oid[], boolean) from public;

-- The same without ever waiting for another transaction, whose own commit may be waiting for the caller. A sequence that is left out was not moved by the caller's
-- transaction: nextval and setval hold a lock until its end.
create function understudy.positions(everything boolean, rels oid[])
  returns table(schema name, name name, value bigint, called boolean, step bigint, least_value bigint, greatest_value bigint, cycle boolean)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '10ms'
as $$ begin
  return query select * from understudy.read_positions(everything, rels, false);
exception when lock_not_available or undefined_table or syntax_error or data_corrupted or undefined_file then
  for attempt in 1 .. 500 loop
    begin
      return query select * from understudy.read_positions(everything, rels, true);
      return;
    exception when lock_not_available then   -- somebody does VACUUM FULL of the catalog, and waits for nobody
      if attempt = 500 then
        raise;
      end if;
    end;
  end loop;
end $$;
revoke all on function understudy.positions(boolean, oid[]) from public;

-- Puts a sequence exactly there; a sequence that does not exist (yet) is left out. What was reserved before no longer counts.
create function understudy.sequence_exactly(of_schema text, of_name text, to_value bigint, to_called boolean) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$ begin
  delete from understudy.ceiling c where c.schema = of_schema and c.name = of_name;
  perform setval(k.oid::regclass, to_value, to_called)
    from pg_class k join pg_namespace n on n.oid = k.relnamespace join pg_sequence q on q.seqrelid = k.oid
   where n.nspname = of_schema and k.relname = of_name and to_value between q.seqmin and q.seqmax;
end $$;
revoke all on function understudy.sequence_exactly(text, text, bigint, boolean) from public;

-- Moves a sequence there unless it is further already (positions in entries may be older than the entry before).
create function understudy.sequence_at_least(of_schema text, of_name text, to_value bigint, to_called boolean) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  p record;
  now_at bigint;
  now_called boolean;
begin
  select k.oid, q.seqincrement as step, q.seqmin, q.seqmax into p
    from pg_class k join pg_namespace n on n.oid = k.relnamespace join pg_sequence q on q.seqrelid = k.oid
   where n.nspname = of_schema and k.relname = of_name;
  if not found or to_value not between p.seqmin and p.seqmax then
    return;
  end if;
  execute format('select last_value, is_called from %s', p.oid::regclass) into now_at, now_called;
  if (p.step > 0 and to_value > now_at) or (p.step < 0 and to_value < now_at) or (to_value = now_at and to_called and not now_called) then
    perform setval(p.oid::regclass, to_value, to_called);
  end if;
end $$;
revoke all on function understudy.sequence_at_least(text, text, bigint, boolean) from public;

-- A ceiling never takes a further one's place: reservations may be logged in another order than they were asked for.
create function understudy.sequence_ceiling(of_schema text, of_name text, to_value bigint, upwards boolean) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
as $$
  insert into understudy.ceiling as c values (of_schema, of_name, to_value)
    on conflict (schema, name) do update set value = excluded.value
    where case when upwards then c.value < excluded.value else c.value > excluded.value end
$$;
revoke all on function understudy.sequence_ceiling(text, text, bigint, boolean) from public;

-- A new master gives out nothing that an earlier one may have given: every sequence goes to its ceiling. Ceilings of sequences that are gone are forgotten.
create function understudy.pass_ceilings() returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  c record;
  moved bigint := 0;
begin
  delete from understudy.ceiling x where not exists (select from pg_sequence q join pg_class k on k.oid = q.seqrelid
    join pg_namespace n on n.oid = k.relnamespace where n.nspname = x.schema and k.relname = x.name);
  for c in select p.*, x.value as ceiling from understudy.ceiling x join understudy.read_positions(true, '{}', false) p on p.schema = x.schema and p.name = x.name
  loop
    c.ceiling := greatest(c.least_value, least(c.greatest_value, c.ceiling));
    if (c.step > 0 and c.value < c.ceiling) or (c.step < 0 and c.value > c.ceiling) or (c.value = c.ceiling and not c.called) then
      perform setval(format('%I.%I', c.schema, c.name)::regclass, c.ceiling, true);
      moved := moved + 1;
    end if;
  end loop;
  return moved;
end $$;
revoke all on function understudy.pass_ceilings() from public;

-- Whether the session may have changed that catalog in its present transaction. Counts everything that it tried, and since a moment ago rather than since the transaction began: no
-- is sure, yes is not. With counting switched off there is no no.
create function understudy.may_have_changed(catalogs oid[]) returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  c oid;
begin
  if not current_setting('track_counts')::boolean then
    return true;
  end if;
  foreach c in array catalogs loop
    if pg_stat_get_xact_tuples_inserted(c) + pg_stat_get_xact_tuples_updated(c) + pg_stat_get_xact_tuples_deleted(c) > 0 then
      return true;
    end if;
  end loop;
  return false;
end $$;
revoke all on function understudy.may_have_changed(oid[]) from public;

-- Refuses what no event trigger fires for and nothing captures: it would be here alone.
create function understudy.refuse_unseen(x xid8) returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  unseen text;
begin
  select k.oid::regclass into unseen from pg_class k join pg_type t on t.oid = k.reltype   -- a table has its type from the moment it is made
   where t.xmin::text::bigint >= x::text::bigint & 4294967295 and k.relkind in ('r', 'm') and k.relpersistence <> 't'
     and k.relnamespace not in ('understudy'::regnamespace, 'pg_catalog'::regnamespace, 'information_schema'::regnamespace)
     and exists (select from pg_locks l where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.relation = k.oid and l.mode = 'AccessExclusiveLock')
     and case k.relkind when 'r' then not exists (select from pg_trigger g where g.tgrelid = k.oid and g.tgname = ' understudy')
                        else not exists (select from understudy.ddl_seen d where d.xid = x and k.oid = any (d.views)) end limit 1;
  if unseen is not null then
    raise exception '% cannot be replicated: how it was made was not seen', unseen
      using errcode = '0A000', hint = 'EXPLAIN ANALYZE makes a table in a way that is not seen inside functions: leave it out, and make the table by a statement of its own.';
  end if;
  if exists (select from pg_locks l where l.pid = pg_backend_pid()
       and (l.locktype = 'relation' and l.relation = 'pg_largeobject'::regclass and l.mode = 'RowExclusiveLock' or l.locktype = 'object' and l.classid = 'pg_largeobject'::regclass))
     or exists (select from pg_largeobject_metadata m where m.xmin::text::bigint >= x::text::bigint & 4294967295) then
    raise exception 'large objects cannot be written through Understudy'
      using errcode = '0A000', hint = 'Store the data in a bytea column: large objects are not replicated.';
  end if;
end $$;
revoke all on function understudy.refuse_unseen(xid8) from public;

-- Ends the transaction's capture: its images, DDL and sequence positions in one answer; the rows are deleted, and a later change raises 55000.
--   kind 'x': first row; before = xid or null, after = 'on' if images are in hex (a client encoding other than UTF8 might not hold them);
--     flags, if there are too many images for one answer: how many, their bytes, then the tables' oids, comma-separated; such images stay, to be read by understudy.large_*
--   kind 'c': an image (at, rel, before, after)
--   kind 'd': DDL (at; before = tag; after = query; flags: nested, temporary, extension, then the tables' oids, comma-separated)
--   kind 's': a sequence (at = value; before = schema; after = name; flags: called, step, least, greatest, cycle)
-- sequences: 'none', 'touched' (those of tables with images), 'all'.
create function understudy.seal(presented text, max_bytes bigint, row_max_bytes bigint, sequences text)
  returns table(kind text, at bigint, rel oid, before text, after text, flags text)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off
as $$
declare
  x xid8 := pg_current_xact_id_if_assigned();
  hex boolean := pg_client_encoding() <> 'UTF8';
  n bigint := 0;
  bytes bigint := 0;
  greatest_row bigint := 0;
  rels oid[] := '{}';
begin
  perform understudy.require(presented);
  -- From here on the log decides. What would cut off the commit, or end the session while it waits, would only have the transaction replayed, and others rolled back for it.
  perform set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true);
  if current_setting('transaction_timeout', true) is not null then
    perform set_config('transaction_timeout', '0', true);
  end if;
  if current_setting('event_triggers', true) = 'off' then
    raise exception '"event_triggers" cannot be set through Understudy'
      using errcode = '42501', hint = 'Changes could go unnoticed, and would be missing on the other nodes.';
  end if;
  if x is not null then
    -- pg_class, pg_largeobject, pg_largeobject_metadata
    if understudy.may_have_changed('{1259, 2613, 2995}') then
      perform understudy.refuse_unseen(x);
    end if;
    -- roles, memberships, settings, databases, tablespaces, rights on parameters, comments on all these, event triggers
    if understudy.may_have_changed('{1260, 1261, 2964, 1262, 1213, 6243, 2396, 3466}') then
      at := 1;
    end if;
    select count(*), coalesce(sum(octet_length(c.old)), 0) + coalesce(sum(octet_length(c.new)), 0),
           coalesce(max(greatest(octet_length(c.old), octet_length(c.new))), 0), coalesce(array_agg(distinct c.rel), '{}')
      into n, bytes, greatest_row, rels from understudy.change c where c.xid = x;
    if greatest_row > row_max_bytes then
      raise exception 'a changed row is too large to be replicated: % bytes as text; the bound is % bytes', greatest_row, row_max_bytes
        using errcode = '54000', hint = 'Store the value in several rows, or outside of the database.';
    end if;
  end if;
  kind := 'x';  before := x::text;  after := case when hex then 'on' else 'off' end;
  if bytes + n * 64 > max_bytes then
    flags := concat_ws(',', n, bytes, array_to_string(rels, ','));
  end if;
  return next;
  if n > 0 and flags is null then
    if hex then
      return query select 'c', c.cmin::text::bigint, c.rel, encode(convert_to(c.old, 'UTF8'), 'hex'), encode(convert_to(c.new, 'UTF8'), 'hex'), null::text
        from understudy.change c where c.xid = x;
    else
      return query select 'c', c.cmin::text::bigint, c.rel, c.old, c.new, null::text from understudy.change c where c.xid = x;
    end if;
    delete from understudy.change c where c.xid = x;
  end if;
  if x is not null then
    if exists (select from understudy.ddl_seen d where d.xid = x) then
      return query select 'd', d.cmin::text::bigint, null::oid,
          case when hex then encode(convert_to(d.tag, 'UTF8'), 'hex') else d.tag end,
          case when hex then encode(convert_to(d.query, 'UTF8'), 'hex') else d.query end,
          concat_ws(',', d.nested::int, d.temporary::int, d.needless::int, array_to_string(d.tables, ','))
        from understudy.ddl_seen d where d.xid = x;
      delete from understudy.ddl_seen d where d.xid = x;
    end if;
    perform set_config('understudy.sealed', 'on', true);
  end if;
  if sequences <> 'none' then
    return query select 's', p.value, null::oid,
        case when hex then encode(convert_to(p.schema::text, 'UTF8'), 'hex') else p.schema::text end,
        case when hex then encode(convert_to(p.name::text, 'UTF8'), 'hex') else p.name::text end,
        concat_ws(',', p.called::int, p.step, p.least_value, p.greatest_value, p.cycle::int)
      from understudy.positions(sequences = 'all', rels) p;
  end if;
end $$;
