-- Prints the statements that give a role back what it has of its own in this database.
WITH me AS (SELECT oid FROM pg_roles WHERE rolname = :'role'),
held (object, privilege, owner) AS (
  SELECT format('DATABASE %I', datname), a.privilege_type, datdba FROM pg_database, aclexplode(datacl) a, me
    WHERE datname = current_database() AND a.grantee = me.oid
  UNION SELECT format('SCHEMA %I', nspname), a.privilege_type, nspowner FROM pg_namespace, aclexplode(nspacl) a, me
    WHERE nspname !~ '^pg_' AND a.grantee = me.oid
  UNION SELECT format('%s %s', CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass), a.privilege_type, relowner
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace, aclexplode(relacl) a, me
    WHERE nspname !~ '^pg_' AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND a.grantee = me.oid)
SELECT format('GRANT %s ON %s TO %I;', string_agg(privilege, ', ' ORDER BY privilege), object, :'role')
  FROM held, me WHERE owner <> me.oid GROUP BY object ORDER BY object COLLATE "C";
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s GRANT %s ON %s TO %I;', pg_get_userbyid(defaclrole),
  CASE WHEN defaclnamespace <> 0 THEN format('IN SCHEMA %I', (SELECT nspname FROM pg_namespace WHERE oid = defaclnamespace)) END,
  string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type),
  CASE defaclobjtype WHEN 'S' THEN 'SEQUENCES' ELSE 'TABLES' END, :'role')
  FROM pg_default_acl d, aclexplode(defaclacl) a
  WHERE defaclobjtype IN ('r', 'S') AND a.grantee = (SELECT oid FROM pg_roles WHERE rolname = :'role')
  GROUP BY d.oid, defaclrole, defaclnamespace, defaclobjtype ORDER BY 1;
