-- A sequence was read as nothing at all, or as damaged, at the moment when another transaction's new file for it took the old one's place.
select set_config('understudy.trusted', (select value from understudy.secret), true);

-- Where sequences stand: all permanent ones, or those that serve columns of the given tables (or of the tables they are parts of).
-- unlocked_only: leaves out those that another transaction has locked exclusively (it drops or restarts them) or has dropped meanwhile; otherwise it waits, or fails.
create or replace function understudy.read_positions(everything boolean, rels oid[], unlocked_only boolean)
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
          when lock_not_available or undefined_table or syntax_error then exit;
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

-- The same without ever waiting for another transaction, whose own commit may be waiting for the caller. A sequence that is left out was not moved by the caller's
-- transaction: nextval and setval hold a lock until its end.
create or replace function understudy.positions(everything boolean, rels oid[])
  returns table(schema name, name name, value bigint, called boolean, step bigint, least_value bigint, greatest_value bigint, cycle boolean)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '10ms'
as $$ begin
  return query select * from understudy.read_positions(everything, rels, false);
exception when lock_not_available or undefined_table or syntax_error or data_corrupted or undefined_file then
  return query select * from understudy.read_positions(everything, rels, true);
end $$;
