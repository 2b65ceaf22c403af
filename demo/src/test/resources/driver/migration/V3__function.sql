create function migrated_count() returns bigint language plpgsql as $$
begin
    return (select count(*) from migrated);
end
$$;
alter table migrated add column note text not null default 'none';
