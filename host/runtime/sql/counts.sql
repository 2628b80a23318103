-- Prints what a restored dump must have as well: rows of every table, state of every sequence, large objects.
SELECT format('SELECT %L, count(*) FROM ONLY %s', c.oid::regclass, c.oid::regclass)
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND (relkind = 'r' OR relkind = 'm' AND relispopulated)
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
  ORDER BY (c.oid::regclass)::text COLLATE "C" \gexec
SELECT format('SELECT %L, last_value, is_called FROM %s', c.oid::regclass, c.oid::regclass)
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname !~ '^pg_' AND relkind = 'S'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
  ORDER BY (c.oid::regclass)::text COLLATE "C" \gexec
SELECT 'large objects', count(*) FROM pg_largeobject_metadata;
