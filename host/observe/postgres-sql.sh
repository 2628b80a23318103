# shellcheck shell=bash
# The questions that host/observe/postgres.sh asks. What a host's names may hold is percent-encoded, as everywhere.

sql_encode() { # expression
  printf "replace(replace(replace(replace(%s, '%%', '%%25'), e'\\\\t', '%%09'), e'\\\\n', '%%0A'), e'\\\\r', '%%0D')" "$1"
}

# Words, limit, memberships, the role that sessions act as, verifier, comment.
sql_roles() {
  cat <<SQL
SELECT 'postgres-role', :'cluster' || '/' || name,
  CASE WHEN r.oid IS NULL THEN 'missing' ELSE 'present' END,
  coalesce(nullif(concat_ws(' ', CASE WHEN rolcanlogin THEN 'login' END, CASE WHEN rolsuper THEN 'superuser' END,
    CASE WHEN rolcreatedb THEN 'createdb' END, CASE WHEN rolcreaterole THEN 'createrole' END,
    CASE WHEN rolreplication THEN 'replication' END, CASE WHEN rolbypassrls THEN 'bypassrls' END,
    CASE WHEN NOT rolinherit THEN 'noinherit' END,
    CASE WHEN rolvaliduntil IS NOT NULL AND rolvaliduntil <> 'infinity' THEN 'expires' END), ''), '-'),
  coalesce(rolconnlimit::text, '-'),
  coalesce($(sql_encode "(SELECT string_agg(g.rolname, ',' ORDER BY g.rolname) FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid)"), '-'),
  coalesce($(sql_encode "(SELECT substr(c, 6) FROM pg_db_role_setting s, unnest(s.setconfig) c WHERE s.setrole = r.oid AND s.setdatabase = 0 AND c LIKE 'role=%')"), '-'),
  coalesce($(sql_encode rolpassword), '-'),
  coalesce($(sql_encode "shobj_description(r.oid, 'pg_authid')"), '-')
FROM unnest(string_to_array(:'names', ',')) name LEFT JOIN pg_authid r ON r.rolname = name;
SQL
}

# Owner, encoding, order and classes of characters, limit, what everybody may do, comment.
sql_databases() {
  cat <<SQL
SELECT 'postgres-database', :'cluster' || '/' || name,
  CASE WHEN d.oid IS NULL THEN 'missing' ELSE 'present' END,
  coalesce($(sql_encode "pg_get_userbyid(datdba)"), '-'), coalesce(pg_encoding_to_char(encoding), '-'),
  coalesce(datcollate || CASE WHEN datctype <> datcollate THEN ' ' || datctype ELSE '' END, '-'),
  coalesce(datconnlimit::text, '-'),
  CASE WHEN d.oid IS NULL THEN '-' ELSE coalesce((SELECT string_agg(privilege_type, ',' ORDER BY privilege_type)
    FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE grantee = 0), '-') END,
  coalesce($(sql_encode "shobj_description(d.oid, 'pg_database')"), '-')
FROM unnest(string_to_array(:'names', ',')) name LEFT JOIN pg_database d ON d.datname = name;
SQL
}

sql_grant_ends() {
  cat <<'SQL'
SELECT CASE WHEN NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') THEN 'role-missing'
  WHEN NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') THEN 'database-missing' ELSE 'present' END;
SQL
}

# What a role has of its own: scope, number of objects, on every one, on some, on those to come.
sql_privileges() {
  cat <<SQL
WITH me AS (SELECT oid FROM pg_roles WHERE rolname = :'role'),
here AS (SELECT * FROM pg_database WHERE datname = current_database()),
schemas AS (SELECT oid, nspname, nspacl FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
objects AS (
  SELECT c.oid, relnamespace, CASE relkind WHEN 'S' THEN 'sequences' ELSE 'tables' END AS class, relacl
  FROM pg_class c WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relpersistence <> 't'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')),
held AS (
  SELECT o.relnamespace, o.class, a.privilege_type, count(DISTINCT o.oid) AS number
  FROM objects o, aclexplode(o.relacl) a, me WHERE a.grantee = me.oid GROUP BY 1, 2, 3),
future AS (
  SELECT defaclnamespace AS namespace, CASE defaclobjtype WHEN 'S' THEN 'sequences' ELSE 'tables' END AS class, a.privilege_type
  FROM pg_default_acl, here, me, aclexplode(defaclacl) a
  WHERE defaclrole = here.datdba AND defaclobjtype IN ('r', 'S') AND a.grantee = me.oid),
classes AS (
  SELECT s.oid, s.nspname, class, (SELECT count(*) FROM objects o WHERE o.relnamespace = s.oid AND o.class = c.class) AS total
  FROM schemas s, (VALUES ('tables'), ('sequences')) c (class))
SELECT 'postgres-privilege', :'key', 'database', '1', coalesce(string_agg(DISTINCT privilege_type, ',' ORDER BY privilege_type), '-'), '-', '-'
  FROM me LEFT JOIN (SELECT a.grantee, a.privilege_type FROM here, aclexplode(datacl) a) held ON grantee = me.oid
UNION ALL
SELECT 'postgres-privilege', :'key', 'schema ' || $(sql_encode nspname), '1', coalesce(string_agg(DISTINCT privilege_type, ',' ORDER BY privilege_type), '-'), '-', '-'
  FROM schemas s CROSS JOIN me LEFT JOIN LATERAL (SELECT a.privilege_type FROM aclexplode(s.nspacl) a WHERE a.grantee = me.oid) held ON true
  GROUP BY nspname HAVING count(privilege_type) > 0 OR nspname = ANY (string_to_array(:'schemas', ','))
UNION ALL
SELECT 'postgres-privilege', :'key', class || ' ' || $(sql_encode nspname), total::text,
  coalesce((SELECT string_agg(privilege_type, ',' ORDER BY privilege_type) FROM held h WHERE h.relnamespace = c.oid AND h.class = c.class AND number = total), '-'),
  coalesce((SELECT string_agg(privilege_type, ',' ORDER BY privilege_type) FROM held h WHERE h.relnamespace = c.oid AND h.class = c.class AND number < total), '-'),
  coalesce((SELECT string_agg(privilege_type, ',' ORDER BY privilege_type) FROM future f WHERE f.namespace = c.oid AND f.class = c.class), '-')
  FROM classes c
  WHERE nspname = ANY (string_to_array(:'schemas', ',')) OR EXISTS (SELECT FROM held h WHERE h.relnamespace = c.oid AND h.class = c.class)
    OR EXISTS (SELECT FROM future f WHERE f.namespace = c.oid AND f.class = c.class);
SQL
}
