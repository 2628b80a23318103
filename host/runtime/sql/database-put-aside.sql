-- Takes a database out of use under another name.
ALTER DATABASE :"database" ALLOW_CONNECTIONS false;
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = :'database' \g /dev/null
ALTER DATABASE :"database" RENAME TO :"removed";
