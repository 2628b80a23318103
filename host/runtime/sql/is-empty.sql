-- Whether nobody has made anything in this database; what extensions bring does not count.
SELECT CASE WHEN EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e'))
  OR EXISTS (SELECT FROM pg_largeobject_metadata) THEN 'no' ELSE 'yes' END;
