-- Takes from a role all that it has of its own in this database: on the database, its schemas, what is in them, and what is to come.
BEGIN;
WITH me AS (SELECT oid FROM pg_roles WHERE rolname = :'role'),
held (object) AS (
  SELECT format('DATABASE %I', datname) FROM pg_database, aclexplode(datacl) a, me
    WHERE datname = current_database() AND a.grantee = me.oid AND datdba <> me.oid
  UNION SELECT format('SCHEMA %I', nspname) FROM pg_namespace, aclexplode(nspacl) a, me
    WHERE nspname !~ '^pg_' AND a.grantee = me.oid AND nspowner <> me.oid
  UNION SELECT format('%s %s', CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass)
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace, aclexplode(relacl) a, me
    WHERE nspname !~ '^pg_' AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND a.grantee = me.oid AND relowner <> me.oid)
SELECT format('REVOKE ALL ON %s FROM %I', object, :'role') FROM held ORDER BY 1 \gexec
SELECT DISTINCT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s REVOKE ALL ON %s FROM %I', pg_get_userbyid(defaclrole),
  CASE WHEN defaclnamespace <> 0 THEN format('IN SCHEMA %I', (SELECT nspname FROM pg_namespace WHERE oid = defaclnamespace)) END,
  CASE defaclobjtype WHEN 'S' THEN 'SEQUENCES' ELSE 'TABLES' END, :'role')
  FROM pg_default_acl, aclexplode(defaclacl) a
  WHERE defaclobjtype IN ('r', 'S') AND a.grantee = (SELECT oid FROM pg_roles WHERE rolname = :'role') ORDER BY 1 \gexec
COMMIT;
