-- Some types of the catalog have values that can be written and not read: no server takes an image of such a row back. A table with such a column is refused.
select set_config('understudy.trusted', (select value from understudy.secret), true);

create function understudy.require_readable(table_oid oid) returns void language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  of_column text;
  of_type text;
begin
  with recursive held(name, type) as (
    select attname, atttypid from pg_attribute where attrelid = table_oid and attnum > 0 and not attisdropped
    union
    select h.name, p.type from held h join pg_type t on t.oid = h.type cross join lateral (
      select t.typbasetype union all select t.typelem
      union all select a.atttypid from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) p(type)
     where p.type <> 0
  )
  select h.name, t.typname into of_column, of_type from held h join pg_type t on t.oid = h.type
    where t.typinput::text in ('pg_node_tree_in', 'pg_ndistinct_in', 'pg_dependencies_in', 'pg_mcv_list_in', 'pg_brin_bloom_summary_in',
      'pg_brin_minmax_multi_summary_in', 'gtsvectorin')
    order by h.name limit 1;
  if of_column is not null then
    raise exception 'table % cannot be replicated: no server reads the values of type % of its column "%"', table_oid::regclass, of_type, of_column
      using errcode = '0A000', hint = 'Cast them to text.';
  end if;
end $$;
revoke all on function understudy.require_readable(oid) from public;

create or replace function understudy.install(table_oid oid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$ begin
  if session_user <> 'understudy_apply' then
    perform understudy.require_readable(table_oid);
  end if;
  perform set_config('understudy.trusted', (select value from understudy.secret), true);
  if not exists (select from pg_trigger where tgrelid = table_oid and tgname = ' understudy') then
    execute format('create trigger " understudy" after insert or update or delete on %s for each row '
      'when (session_user <> ''understudy_apply'') execute function understudy.capture()', table_oid::regclass);
  end if;
  if not exists (select from pg_trigger where tgrelid = table_oid and tgname = ' understudy truncate') then
    execute format('create trigger " understudy truncate" after truncate on %s '
      'when (session_user <> ''understudy_apply'') execute function understudy.capture()', table_oid::regclass);
  end if;
  if exists (select from pg_trigger where tgrelid = table_oid and tgname in (' understudy', ' understudy truncate') and tgenabled <> 'A') then
    execute format('alter table only %s enable always trigger " understudy", enable always trigger " understudy truncate"', table_oid::regclass);
  end if;
  perform set_config('understudy.trusted', '', true);
end $$;
