insert into migrated default values;
