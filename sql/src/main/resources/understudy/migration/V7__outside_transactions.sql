-- CREATE INDEX CONCURRENTLY and its kin run outside of any transaction, on the master alone; replicas follow when its end is in the log. A row stands here from before such a
-- statement runs until its entry is applied: what has a row and never gets an entry is undone. REINDEX CONCURRENTLY is every node's own: its row goes when it has run.
select set_config('understudy.trusted', (select value from understudy.secret), true);

create sequence understudy.outside_order;
revoke all on sequence understudy.outside_order from public;

create table understudy.outside(
  id uuid primary key,             -- transaction token of the entry to come
  kind text not null,              -- create, drop (an index), detach (a partition), reindex
  pid int not null,                -- the backend that runs it
  started timestamptz not null,    -- that backend's begin
  rel oid,                         -- the index dropped, the partition detached
  parent oid,
  name text,                       -- of rel
  definition text,                 -- what makes rel what it was: the index's CREATE, the partition's bound; null where replicas have no rel, '' where it is not known
  comment text,
  left_over oid[],                 -- invalid indexes that it left, looked for as soon as it had stopped; others may have made them valid since (REINDEX)
  kept oid[] not null,             -- invalid indexes that were here before; check constraints that the partition had
  begun boolean not null default false,   -- its first transaction has come to its end (of create and detach alone)
  finished bigint,                 -- which of those that came to their end it was, noted in the statement's last transaction
  done oid,                        -- the index it made or dropped, the table it detached from; null where it came to its end without doing that, because of IF EXISTS
  statements text[]);              -- what replicas are to run, as it was said in the statement's last transaction
revoke all on understudy.outside from public;

-- What its object is like before it: as in the table.
create function understudy.outside_was(of_kind text, of_rel oid, out name text, out definition text, out kept oid[]) language plpgsql security definer
  set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' set timezone = 'UTC' set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex'
  set lc_monetary = 'C' set xmloption = 'content' set quote_all_identifiers = off
as $$ begin
  name := of_rel::regclass::text;
  begin
    -- nothing of what is temporary, which replicas do not have
    definition := (select case of_kind when 'drop' then pg_get_indexdef(i.indexrelid) when 'detach' then pg_get_expr(k.relpartbound, k.oid) end
      from pg_class k left join pg_index i on i.indexrelid = k.oid where k.oid = of_rel and k.relpersistence <> 't');
  exception when internal_error then
    null;   -- dropped by others while it was read
  end;
  kept := case when of_kind in ('create', 'reindex') then array(select i.indexrelid from pg_index i where not i.indisvalid)
               else array(select c.oid from pg_constraint c where c.conrelid = of_rel and c.contype = 'c') end;
end $$;
revoke all on function understudy.outside_was(text, oid) from public;

-- Before it runs. Survives a crash.
create function understudy.outside_note(of_id uuid, of_kind text, of_rel oid, of_parent oid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$ begin
  perform set_config('synchronous_commit', 'on', true);
  insert into understudy.outside(id, kind, pid, started, rel, parent, name, definition, comment, kept)
    select of_id, of_kind, a.pid, a.backend_start, of_rel, of_parent, was.name, was.definition, obj_description(of_rel, 'pg_class'), was.kept
      from pg_stat_activity a, understudy.outside_was(of_kind, of_rel) was where a.pid = pg_backend_pid();
end $$;
revoke all on function understudy.outside_note(uuid, text, oid, oid) from public;

-- Whether replicas do not have that index: a concurrent statement has not come to its end with it.
create function understudy.is_half_made(of_index oid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select exists (select from understudy.outside o join pg_index i on i.indexrelid = of_index
    where o.kind in ('create', 'reindex') and o.finished is null and (i.indexrelid = any (o.left_over) or not i.indisvalid and i.indexrelid <> all (o.kept)))
$$;
revoke all on function understudy.is_half_made(oid) from public;

-- The same of a client's statement.
create function understudy.outside_begin(presented text, of_id uuid, of_kind text, of_rel oid, of_parent oid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$ begin
  perform understudy.require(presented);
  if current_setting('event_triggers', true) = 'off' then
    raise exception '"event_triggers" cannot be set through Understudy'
      using errcode = '42501', hint = 'Changes could go unnoticed, and would be missing on the other nodes.';
  end if;
  -- PostgreSQL would say the same now; if somebody attached it before the statement runs, nobody would know what to log.
  if of_kind = 'detach' and of_rel is not null and of_parent is not null and not exists (select from pg_inherits where inhrelid = of_rel and inhparent = of_parent) then
    raise exception 'relation "%" is not a partition of relation "%"', (select relname from pg_class where oid = of_rel), (select relname from pg_class where oid = of_parent)
      using errcode = '42P01';
  end if;
  if of_kind = 'detach' and exists (select from understudy.outside o where o.kind = 'detach' and o.rel = of_rel and o.begun and o.finished is null) then
    raise exception 'partition "%" already pending detach in partitioned table "%"', (select relname from pg_class where oid = of_rel), of_parent::regclass
      using errcode = '55000';
  end if;
  -- What it would leave when it fails could not be told from what the other one leaves.
  if of_kind in ('drop', 'reindex') and understudy.is_half_made(of_rel) and not exists (select from understudy.outside d where d.kind = 'drop' and d.rel = of_rel) then
    raise exception 'index "%" is being made by a concurrent statement, or was left half done by one and is being put back', (select relname from pg_class where oid = of_rel)
      using errcode = '55006', hint = 'Retry.';
  end if;
  perform understudy.outside_note(of_id, of_kind, of_rel, of_parent);
end $$;

-- What replicas are to run for one that has come to its end; none if it changed nothing that they have. Looks at tables, and so waits for who has one for himself.
create function understudy.outside_result(of_id uuid) returns setof text language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' set timezone = 'UTC' set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex'
  set lc_monetary = 'C' set xmloption = 'content' set quote_all_identifiers = off
as $$
declare
  r understudy.outside;
begin
  select * into r from understudy.outside o where o.id = of_id;
  if r.kind = 'create' then
    return query select pg_get_indexdef(i.indexrelid) from pg_index i join pg_class k on k.oid = i.indexrelid where i.indexrelid = r.done and k.relpersistence <> 't';
  elsif r.done is null or r.definition is null then
    return;
  elsif r.kind = 'drop' then
    return query select case when understudy.outside_half_made() then 'DROP INDEX IF EXISTS ' else 'DROP INDEX ' end || r.name;
  elsif r.kind = 'detach' then
    return query select format('ALTER TABLE %s DETACH PARTITION %s', r.parent::regclass, r.rel::regclass);
    return query select format('ALTER TABLE %s ADD CONSTRAINT %I %s', r.rel::regclass, c.conname, pg_get_constraintdef(c.oid)) from pg_constraint c
      where c.conrelid = r.rel and c.contype = 'c' and c.oid <> all (r.kept) order by c.conname;
  end if;
end $$;
revoke all on function understudy.outside_result(uuid) from public;

-- What this backend runs now, outside of transactions; null if that is nothing, or has come to its end.
create function understudy.outside_running() returns uuid language sql stable set search_path = pg_catalog, pg_temp
as $$
  select o.id from understudy.outside o join pg_stat_activity a on a.pid = o.pid and a.backend_start = o.started where o.pid = pg_backend_pid() and o.finished is null
$$;
revoke all on function understudy.outside_running() from public;

-- By the guard, in the first transaction of the statement: what the partition is like when it begins, others may have attached it anew after the note. The locks are those that the statement takes itself, in its order.
create function understudy.outside_starts() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  r understudy.outside;
begin
  select * into r from understudy.outside o where o.id = understudy.outside_running();
  if r.kind = 'create' then
    update understudy.outside o set begun = true where o.id = r.id;
  elsif r.kind = 'detach' and r.rel is not null and r.parent is not null then
    begin
      execute format('lock table only %s in share update exclusive mode', r.parent::regclass);
      if exists (select from pg_class k where k.oid = r.rel and k.relkind <> 'f') then   -- of foreign tables PostgreSQL lets nobody say so
        execute format('lock table only %s in share update exclusive mode', r.rel::regclass);
      end if;
    exception when undefined_table or syntax_error then
      return;   -- gone, and so no more than a number; PostgreSQL says the same next
    end;
    update understudy.outside o set begun = true, (definition, kept) = (select was.definition, was.kept from understudy.outside_was(r.kind, r.rel) was) where o.id = r.id;
  end if;
end $$;
revoke all on function understudy.outside_starts() from public;

-- By the guard, in the last transaction of the statement. Whether it was one.
create function understudy.outside_finished() returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  it uuid := understudy.outside_running();
begin
  if it is null then
    return false;
  end if;
  update understudy.outside o set finished = nextval('understudy.outside_order'),
      done = coalesce(o.done, (select d.objid from pg_event_trigger_ddl_commands() d left join pg_index i on i.indexrelid = d.objid
        where d.classid = 'pg_class'::regclass and case o.kind when 'create' then i.indexrelid is not null else d.objid = o.parent end limit 1))
    where o.id = it;
  update understudy.outside o set statements = array(select understudy.outside_result(it)) where o.id = it;
  return true;
end $$;
revoke all on function understudy.outside_finished() from public;

-- Whether there may be indexes that are half made, by others than this backend: replicas do not have them.
create function understudy.outside_half_made() returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select exists (select from understudy.outside o where o.kind in ('create', 'reindex') and o.finished is null and o.id is distinct from understudy.outside_running())
$$;
revoke all on function understudy.outside_half_made() from public;

-- By the guard: what a statement has left half done replicas do not have, and it is undone. Nobody is to change it meanwhile, nor to complete it (DETACH PARTITION FINALIZE).
create function understudy.refuse_half_done() returns void language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  changed oid[];
  it name;
begin
  if understudy.keeps_snapshot() and exists (select from pg_event_trigger_ddl_commands() d
      where d.classid = 'pg_class'::regclass and d.object_type = 'index' and not exists (select from pg_class k where k.oid = d.objid)) then
    raise exception 'could not serialize access due to concurrent update' using errcode = '40001', hint = 'An index was made after this transaction began. Retry.';
  end if;
  if not exists (select from understudy.outside o where o.finished is null) then
    return;
  end if;
  -- what was changed; of an index and a trigger their table; the parts that an index took up; of which table it is the default partition
  select coalesce(array_agg(d.objid) || array_agg(i.indrelid) || array_agg(t.tgrelid) || array_agg(h.inhrelid) || array_agg(p.partrelid), '{}') into changed
    from pg_event_trigger_ddl_commands() d
    left join pg_index i on d.classid = 'pg_class'::regclass and i.indexrelid = d.objid
    left join pg_inherits h on h.inhparent = i.indexrelid
    left join pg_partitioned_table p on d.classid = 'pg_class'::regclass and p.partdefid = d.objid
    left join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
   where d.classid in ('pg_class'::regclass, 'pg_trigger'::regclass);
  select k.relname into it from pg_class k
   where k.oid = any (changed)
     and (k.relkind = 'i' and understudy.is_half_made(k.oid)
       or exists (select from understudy.outside o
         where o.kind = 'detach' and o.begun and o.finished is null and (k.oid = o.rel or k.oid in (select pg_partition_ancestors(o.parent))))) limit 1;
  if it is not null then
    raise exception '"%" was left half done by a concurrent statement, and is being put back', it
      using errcode = '55006', hint = 'Retry.';
  end if;
end $$;
revoke all on function understudy.refuse_half_done() from public;

-- By the guard of what is dropped, in the last transaction: which index it was in the end. Others may have made it, or another one of that name, after the note.
create function understudy.outside_dropped() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$ begin
  update understudy.outside o set done = d.objid, rel = d.objid, name = d.object_identity,
      definition = case when d.objid = o.rel then o.definition when not d.is_temporary then '' end
    from pg_event_trigger_dropped_objects() d
   where d.original and d.object_type = 'index' and o.kind = 'drop' and o.id = understudy.outside_running();
end $$;
revoke all on function understudy.outside_dropped() from public;

-- After it has run, in the transaction of its entry: what replicas are to run. Schema changes that came into the log before it may have given its tables and schemas other names since its end; where somebody
-- has one of these tables for himself by now, there was none that did. Where the index is gone by now, another concurrent statement dropped it or made it anew, whose entry comes after this one. The row goes with the
-- transaction. Does not wait long for who has a table for himself: he may wait for this entry.
create function understudy.outside_statements(presented text, of_id uuid) returns setof text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $$
declare
  r understudy.outside;
  said text[];
  now_is text[];
begin
  perform understudy.require(presented);
  select * into r from understudy.outside o where o.id = of_id;
  said := r.statements;
  if said <> '{}' and r.kind <> 'drop' then
    begin
      now_is := array(select understudy.outside_result(of_id));
    exception when lock_not_available then
      null;
    end;
    if now_is <> '{}' then
      said := now_is;
    end if;
  end if;
  delete from understudy.outside o where o.id = of_id;
  return query select unnest(said);
end $$;

-- Ends the one of that id, or all, and waits until they have surely stopped.
create function understudy.outside_stop(of_id uuid) returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$ begin
  loop
    perform pg_terminate_backend(a.pid) from understudy.outside x join pg_stat_activity a on a.pid = x.pid and a.backend_start = x.started
      where (of_id is null or x.id = of_id) and a.state <> 'idle' and a.pid <> pg_backend_pid();
    exit when not found;
    perform pg_sleep(0.01), pg_stat_clear_snapshot();
  end loop;
end $$;
revoke all on function understudy.outside_stop(uuid) from public;

-- Waits until it has surely stopped, and notes what it left.
create function understudy.outside_left(of_id uuid) returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  r understudy.outside;
  invalid oid[];
begin
  perform understudy.outside_stop(of_id);
  select * into r from understudy.outside x where x.id = of_id;
  if r.kind = 'create' and r.finished is null and r.left_over is null then
    invalid := array(
        select i.indexrelid from pg_index i join pg_class k on k.oid = i.indexrelid
         where k.relkind = 'i' and not i.indisvalid and i.indexrelid <> all (r.kept) and k.relname !~ '_cc(new|old)\d*$'
           and not exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid and p.pid <> pg_backend_pid())
           and not exists (select from understudy.outside d where d.rel = i.indexrelid));
    -- One that is not made any more, and not committed yet, is in no list: whose it is must wait.
    if exists (select from understudy.outside d join pg_stat_activity a on a.pid = d.pid and a.backend_start = d.started and a.state <> 'idle'
        where d.kind = 'create' and d.id <> of_id and d.begun and d.finished is null and exists (select from unnest(invalid) i(o) where i.o <> all (d.kept))
          and not exists (select from pg_stat_progress_create_index p where p.pid = d.pid and p.index_relid <> 0)) then
      raise exception 'another concurrent CREATE INDEX is about to come to its end' using errcode = '55P03';
    end if;
    -- it may have come to it since
    update understudy.outside x set left_over = array(select i.indexrelid from pg_index i where i.indexrelid = any (invalid) and not i.indisvalid) where x.id = of_id;
  end if;
end $$;
revoke all on function understudy.outside_left(uuid) from public;

-- Puts back what was before statements that have no entry: the one of that id, or all. Waits until they have surely stopped.
create function understudy.outside_undo(of_id uuid) returns void language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' set timezone = 'UTC' set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex'
  set lc_monetary = 'C' set xmloption = 'content' set quote_all_identifiers = off
as $$
declare
  r understudy.outside;
  o oid;
  c name;
  pending boolean;   -- a half of it is done
begin
  perform understudy.outside_stop(of_id);   -- all of them before it is looked for what any of them left
  for r in select * from understudy.outside x where of_id is null or x.id = of_id order by x.finished desc nulls first loop
    perform understudy.outside_left(r.id);
    perform set_config('understudy.trusted', (select value from understudy.secret), true);
    if r.kind = 'create' then
      for o in select i.indexrelid from pg_index i join understudy.outside x on i.indexrelid = x.done or i.indexrelid = any (x.left_over) where x.id = r.id loop
        execute 'drop index ' || o::regclass;
      end loop;
    elsif r.kind = 'reindex' then
      -- another one of the same table holds a lock on it until its indexes are valid: it is waited for, or this is tried again
      for o in select i.indexrelid from pg_index i join pg_class k on k.oid = i.indexrelid
          where k.relkind = 'i' and not i.indisvalid and i.indexrelid <> all (r.kept) and k.relname ~ '_cc(new|old)\d*$' loop
        execute 'drop index ' || o::regclass;
      end loop;
    -- What is gone, and not by this statement's last transaction, others have dropped or detached meanwhile.
    elsif r.kind = 'drop' then
      if exists (select from pg_index i where i.indexrelid = r.rel and not i.indisvalid) then
        execute 'reindex index ' || r.rel::regclass;
      elsif r.done is not null and r.definition <> '' and not exists (select from pg_index i where i.indexrelid = r.rel) then
        execute r.definition;
        if r.comment is not null then
          execute format('comment on index %s is %L', r.name, r.comment);
        end if;
      end if;
    elsif r.kind = 'detach' and r.definition is not null then
      pending := exists (select from pg_inherits h where h.inhrelid = r.rel and h.inhparent = r.parent and h.inhdetachpending)
        and not exists (select from understudy.outside d where d.rel = r.rel and d.id <> r.id);
      if pending then
        execute format('alter table %s detach partition %s finalize', r.parent::regclass, r.rel::regclass);
      end if;
      if (pending or r.done is not null) and exists (select from pg_class k where k.oid = r.rel) and not exists (select from pg_inherits h where h.inhrelid = r.rel) then
        for c in select x.conname from pg_constraint x where x.conrelid = r.rel and x.contype = 'c' and x.oid <> all (r.kept) loop
          execute format('alter table %s drop constraint %I', r.rel::regclass, c);
        end loop;
        execute format('alter table %s attach partition %s %s', r.parent::regclass, r.rel::regclass, r.definition);
      end if;
    end if;
    perform set_config('understudy.trusted', '', true);
    delete from understudy.outside x where x.id = r.id;
  end loop;
end $$;
revoke all on function understudy.outside_undo(uuid) from public;

-- Before an entry's DDL is replayed: whether it is here already, because this database is the one that ran it. What a crash has taken of it is undone first.
create function understudy.outside_here(of_id uuid) returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  r understudy.outside;
begin
  select * into r from understudy.outside x where x.id = of_id;
  if r.id is null then
    return false;
  end if;
  if r.finished is null then
    perform understudy.outside_undo(of_id);
    return false;
  end if;
  delete from understudy.outside x where x.id = of_id;
  return true;
end $$;
revoke all on function understudy.outside_here(uuid) from public;
