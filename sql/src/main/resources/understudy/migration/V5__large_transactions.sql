-- Transactions that changed too much for one answer of understudy.seal: once sealed, their images are read piece by piece and then deleted.
-- As understudy.seal these may be called by anybody and do nothing without the secret.
select set_config('understudy.trusted', (select value from understudy.secret), true);

-- What the transaction changed, per table and stretch between cuts (positions of DDL, ascending; stretch 0 is before the first): the position of the last image, that of
-- the last truncation, and how many images after it have an old and a new row. Tables in the order they were first changed.
create function understudy.large_tables(presented text, cuts bigint[])
  returns table(stretch int, rel oid, last_at bigint, truncated_at bigint, gone bigint, come bigint)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off
as $$ begin
  perform understudy.require(presented);
  return query
    with image as not materialized (
      select width_bucket(c.cmin::text::bigint, cuts) as stretch, c.rel, c.cmin::text::bigint as at, c.old is not null as o, c.new is not null as n
        from understudy.change c where c.xid = pg_current_xact_id_if_assigned()
    ), emptied as materialized (
      select i.stretch, i.rel, max(i.at) as at from image i where not i.o and not i.n group by 1, 2
    ), marked as materialized (
      select coalesce(jsonb_object_agg(e.stretch || ':' || e.rel, e.at), '{}') as at from emptied e
    ), counted as (
      select i.stretch, i.rel, min(i.at) as first_at, max(i.at) as last_at,
             count(*) filter (where i.o) as gone, count(*) filter (where i.n) as come
        from image i, marked m
       where m.at = '{}' or (not i.o and not i.n) or i.at > coalesce((m.at ->> (i.stretch || ':' || i.rel))::bigint, -1)
       group by 1, 2
    )
    select k.stretch, k.rel, k.last_at, e.at, k.gone, k.come
      from counted k left join emptied e on e.stretch = k.stretch and e.rel = k.rel order by k.stretch, k.first_at;
end $$;

-- Whether a row of these tables may have been changed more than once in that stretch: a text stands among its images twice (or two that look alike to a hash).
create function understudy.large_touched_twice(presented text, rels oid[], from_at bigint, to_at bigint, truncated jsonb) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashagg = off set jit = off
as $$ begin
  perform understudy.require(presented);
  return exists (
    with image as not materialized (
      select c.rel, c.old, c.new from understudy.change c
       where c.xid = pg_current_xact_id_if_assigned() and c.rel = any (rels) and c.old is distinct from c.new
         and c.cmin::text::bigint >= greatest(from_at, coalesce((truncated ->> c.rel::text)::bigint, from_at)) and c.cmin::text::bigint < to_at)
    select from (select i.rel, hashtextextended(i.old collate "C", 0) as hash from image i where i.old is not null
                 union all select i.rel, hashtextextended(i.new collate "C", 0) from image i where i.new is not null) s
     group by s.rel, s.hash having count(*) > 1);
end $$;

-- Opens a cursor over the images of that stretch, those before a table's truncation left out. As they came; or their sum: every row that is gone, then every row that has come.
create function understudy.large_open(presented text, from_at bigint, to_at bigint, truncated jsonb, summed boolean, out images refcursor, out hex boolean)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashagg = off set jit = off
as $$ begin
  perform understudy.require(presented);
  hex := pg_client_encoding() <> 'UTF8';
  if summed then
    open images no scroll for
      with image as not materialized (
        select c.rel, c.old, c.new from understudy.change c
         where c.xid = pg_current_xact_id_if_assigned() and c.old is distinct from c.new
           and c.cmin::text::bigint >= greatest(from_at, coalesce((truncated ->> c.rel::text)::bigint, from_at)) and c.cmin::text::bigint < to_at
      ), summed as (
        select s.rel, s.row, sum(s.by) as times from (
            select i.rel, i.old collate "C" as row, -1 as by from image i where i.old is not null
            union all select i.rel, i.new collate "C", 1 from image i where i.new is not null) s
         group by s.rel, s.row having sum(s.by) <> 0)
      select s.rel, case when s.times < 0 then s.row end, case when s.times > 0 then s.row end
        from summed s, generate_series(1, abs(s.times)) order by s.times > 0, s.rel;
  else
    open images no scroll for
      select c.rel, c.old, c.new from understudy.change c
       where c.xid = pg_current_xact_id_if_assigned() and c.old is distinct from c.new
         and c.cmin::text::bigint >= greatest(from_at, coalesce((truncated ->> c.rel::text)::bigint, from_at)) and c.cmin::text::bigint < to_at;
  end if;
end $$;

-- Images too long to be given out whole. As understudy.change, nothing in it outlives its transaction.
create unlogged table understudy.piece(
  xid xid8 not null default pg_current_xact_id(),
  number bigint not null,
  piece text not null)
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0, autovacuum_vacuum_insert_threshold = -1, vacuum_truncate = off);
-- neither is it worth the time to compress it
alter table understudy.piece alter column piece set storage external;
revoke all on understudy.piece from public;
create index piece_number on understudy.piece(xid, number);

-- Cuts an image; whole characters stay whole. Returns the number after that of the last piece.
create function understudy.cut(image text, max_bytes bigint, first_number bigint) returns bigint language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  b bytea := convert_to(image, 'UTF8');
  bytes bigint := length(b);
  from_at bigint := 0;
  to_at bigint;
begin
  while from_at < bytes loop
    to_at := least(from_at + max_bytes, bytes);
    while to_at < bytes and get_byte(b, to_at::int) & 192 = 128 loop
      to_at := to_at - 1;
    end loop;
    insert into understudy.piece(number, piece) values (first_number, convert_from(substr(b, from_at::int + 1, (to_at - from_at)::int), 'UTF8'));
    first_number := first_number + 1;
    from_at := to_at;
  end loop;
  return first_number;
end $$;
revoke all on function understudy.cut(text, bigint, bigint) from public;

-- The next images of that cursor, until they are so many bytes; none: it is at its end, and closed. Of a row with much longer ones only their lengths are given, in bytes (-1: none), and the rows end
-- there; its images, the one before first, are then to be had by understudy.large_piece, numbered on from first_piece.
create function understudy.large_next(presented text, images refcursor, max_bytes bigint, first_piece bigint)
  returns table(rel oid, before text, after text, before_bytes bigint, after_bytes bigint)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  hex boolean := pg_client_encoding() <> 'UTF8';
  bytes bigint := 0;
  next_piece bigint := first_piece;
begin
  perform understudy.require(presented);
  loop
    fetch images into rel, before, after;
    if not found then
      if bytes = 0 then
        close images;
      end if;
      return;
    end if;
    if coalesce(octet_length(before), 0) + coalesce(octet_length(after), 0) > 4 * max_bytes then
      before_bytes := coalesce(octet_length(before), -1);
      after_bytes := coalesce(octet_length(after), -1);
      if before is not null then
        next_piece := understudy.cut(before, max_bytes, next_piece);
      end if;
      if after is not null then
        next_piece := understudy.cut(after, max_bytes, next_piece);
      end if;
      before := null;
      after := null;
      return next;
      return;
    end if;
    bytes := bytes + 16 + coalesce(octet_length(before), 0) + coalesce(octet_length(after), 0);
    if hex then
      before := encode(convert_to(before, 'UTF8'), 'hex');
      after := encode(convert_to(after, 'UTF8'), 'hex');
    end if;
    return next;
    exit when bytes >= max_bytes;
  end loop;
end $$;

create function understudy.large_piece(presented text, of_number bigint) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off
as $$
declare
  hex boolean := pg_client_encoding() <> 'UTF8';
  found_piece text;
begin
  perform understudy.require(presented);
  select p.piece into strict found_piece from understudy.piece p where p.xid = pg_current_xact_id_if_assigned() and p.number = of_number;
  return case when hex then encode(convert_to(found_piece, 'UTF8'), 'hex') else found_piece end;
end $$;

-- All has been read.
create function understudy.large_forget(presented text) returns void language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set jit = off
as $$ begin
  perform understudy.require(presented);
  delete from understudy.change c where c.xid = pg_current_xact_id_if_assigned();
  delete from understudy.piece p where p.xid = pg_current_xact_id_if_assigned();
end $$;
