-- Prints the statements that make a database again what it is now, but for its data; `missing` where there is none.
SELECT 'missing' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database');
SELECT format(E'ALTER DATABASE %1$I OWNER TO %2$I;\nALTER DATABASE %1$I CONNECTION LIMIT %3$s;\nREVOKE ALL ON DATABASE %1$I FROM PUBLIC;',
  datname, pg_get_userbyid(datdba), datconnlimit) FROM pg_database WHERE datname = :'database';
SELECT format('GRANT %s ON DATABASE %I TO PUBLIC;', a.privilege_type, datname)
  FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a
  WHERE datname = :'database' AND a.grantee = 0 ORDER BY 1;
