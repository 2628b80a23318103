-- Which of the two are there: `database role`, `database`, `role` or nothing.
SELECT concat_ws(' ', (SELECT 'database' FROM pg_database WHERE datname = :'database' AND datallowconn),
  (SELECT 'role' FROM pg_roles WHERE rolname = :'role'));
