-- Prints the statements that make a role again what it is now; `missing` where there is none.
SELECT 'missing' WHERE NOT EXISTS (SELECT FROM pg_authid WHERE rolname = :'role');
SELECT format('ALTER ROLE %I WITH %s %s %s %s %s %s %s CONNECTION LIMIT %s VALID UNTIL %L PASSWORD %s;', rolname,
  CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END, CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END,
  CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END,
  CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END,
  CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END, rolconnlimit, coalesce(rolvaliduntil::text, 'infinity'),
  coalesce(quote_literal(rolpassword), 'NULL'))
  FROM pg_authid WHERE rolname = :'role';
SELECT format('ALTER ROLE %I %s;', :'role', coalesce((SELECT format('SET role = %L', substr(c, 6))
    FROM pg_db_role_setting s, unnest(s.setconfig) c WHERE s.setrole = r.oid AND s.setdatabase = 0 AND c LIKE 'role=%'), 'RESET role'))
  FROM pg_authid r WHERE rolname = :'role';
SELECT format($$SELECT format('REVOKE %%I FROM %%I', g.rolname, m.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname = %L AND NOT g.rolname = ANY (%L) \gexec$$,
    :'role', coalesce((SELECT array_agg(g.rolname ORDER BY g.rolname) FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid WHERE a.member = r.oid), '{}'))
  FROM pg_authid r WHERE rolname = :'role';
SELECT format('GRANT %I TO %I%s;', g.rolname, :'role', CASE WHEN a.admin_option THEN ' WITH ADMIN OPTION' END)
  FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
  WHERE m.rolname = :'role' ORDER BY 1;
