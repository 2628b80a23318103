-- The way back from database-put-aside.sql, wherever it stopped.
SELECT format('ALTER DATABASE %I RENAME TO %I', datname, :'database') FROM pg_database
  WHERE datname = :'removed' AND NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SELECT format('ALTER DATABASE %I ALLOW_CONNECTIONS true', datname) FROM pg_database WHERE datname = :'database' AND NOT datallowconn \gexec
