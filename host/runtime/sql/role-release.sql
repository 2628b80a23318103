-- Takes its privileges from a role that owns nothing here; prints what it owns, with a comma behind it.
WITH owned AS (
  SELECT CASE WHEN dbid = 0 THEN (SELECT format('database %s', datname) FROM pg_database WHERE oid = objid AND classid = 'pg_database'::regclass)
    ELSE format('things in database %s', current_database()) END AS what
  FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o' AND classid <> 'pg_default_acl'::regclass
    AND refobjid = (SELECT oid FROM pg_roles WHERE rolname = :'role')
    AND (dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) OR dbid = 0 AND current_database() = 'postgres'))
SELECT coalesce(string_agg(DISTINCT what, ', ') || ',', '') AS owned FROM owned \gset
SELECT :'owned' WHERE :'owned' <> '';
SELECT format('DROP OWNED BY %I', :'role') WHERE :'owned' = '' AND NOT EXISTS (
  SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o' AND dbid = 0
    AND refobjid = (SELECT oid FROM pg_roles WHERE rolname = :'role')) \gexec
