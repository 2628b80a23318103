#!/usr/bin/env bats
# PostgreSQL: what a job makes, dumps and takes back. Data are never lost by a job that fails.
load client

setup() {
  rm -rf "$SITE"
  install -d -m 0755 "$SITE"
  systemctl start postgresql@15-main
  forget
  new_job
}

teardown() {
  forget
}

forget() {
  sql postgres 'SET client_min_messages = warning' 'DROP DATABASE IF EXISTS shop WITH (FORCE)' 'DROP ROLE IF EXISTS shop'
  umount "$STATE/dumps/postgres/main/shop" 2>/dev/null || true
  rm -rf "$STATE/dumps"
}

sql() { # database, statements…
  printf '%s;\n' "${@:2}" | runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -d "$1"
}

# Three rows, an extension, an owner.
make_shop() {
  sql postgres 'CREATE ROLE shop LOGIN' 'CREATE DATABASE shop OWNER shop'
  sql shop 'CREATE TABLE basket (n serial)' 'INSERT INTO basket DEFAULT VALUES' 'INSERT INTO basket DEFAULT VALUES' 'INSERT INTO basket DEFAULT VALUES'
}

plan_sql() { # number, database, together or plain, statements
  printf '%s\n' "$4" | payload "$1"
  plan step "q$1" postgres-sql "$1" main "$2" "$3" "number $1"
}

apply_settings() { # line of postgresql.conf
  printf '%s\n' "$1" | payload 1
  plan touch postgres-cluster main
  plan step c1 postgres-cluster 1 main
  apply
}

give_up_settings() {
  plan touch postgres-cluster main
  plan step c1 postgres-cluster-remove main
  apply
}

plan_dump() { # number
  plan touch postgres-database main/shop
  plan step "d$1" postgres-dump main shop 5 -
}

plan_failure() {
  plan step last directory /etc/passwd 0755 root root
}

dumps() {
  find "$STATE/dumps/postgres/main/shop" -name '*.dump' 2>/dev/null | wc -l
}

has_partial() {
  [[ -n $(find "$STATE/dumps" -name '.*.partial') ]]
}

is_locked() {
  [[ $(sql shop "SELECT count(*) FROM pg_locks WHERE relation = 'basket'::regclass AND mode = 'AccessExclusiveLock' AND granted") == 1 ]]
}

# All that is in a database, and what it is; newer dumps hold a random word.
contents() {
  runuser -u postgres -- pg_dump shop | grep --invert-match restrict
  sql postgres "SELECT pg_get_userbyid(datdba), datconnlimit FROM pg_database WHERE datname = 'shop'" \
    "SELECT grantee, privilege_type FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE datname = 'shop' ORDER BY 1, 2"
}

roles() {
  runuser -u postgres -- pg_dumpall --roles-only | grep --invert-match restrict
}

no_scratch() {
  [[ $(sql postgres "SELECT count(*) FROM pg_database WHERE datname LIKE 'flotilla%'") == 0 ]]
  [[ -z $(find "$STATE/dumps" -name '.*' -type f) ]]
}

@test "a role and a database that a failed job made are gone again" {
  plan touch postgres-role main/shop
  plan touch postgres-database main/shop
  plan_sql 1 postgres together 'CREATE ROLE shop LOGIN;'
  plan_sql 2 postgres plain 'CREATE DATABASE shop OWNER shop;'
  plan_failure
  apply
  ended restored
  [[ $(sql postgres "SELECT count(*) FROM pg_database WHERE datname = 'shop'") == 0 ]]
  [[ $(sql postgres "SELECT count(*) FROM pg_roles WHERE rolname = 'shop'") == 0 ]]
}

@test "a database that somebody filled meanwhile stays, and is named" {
  plan touch postgres-role main/shop
  plan touch postgres-database main/shop
  plan_sql 1 postgres plain 'CREATE DATABASE shop;'
  plan_sql 2 shop together 'CREATE TABLE public.basket (n int);'
  plan_failure
  apply
  ended restored
  says kept 'database shop, which is not empty'
  [[ $(sql shop 'SELECT count(*) FROM basket') == 0 ]]
}

@test "owner, limit, rights and extensions of a database are put back, and its rows stay" {
  make_shop
  before=$(contents)
  plan touch postgres-database main/shop
  plan_sql 1 postgres together 'ALTER DATABASE shop OWNER TO postgres; ALTER DATABASE shop CONNECTION LIMIT 3; REVOKE ALL ON DATABASE shop FROM PUBLIC;'
  plan_sql 2 shop together 'CREATE EXTENSION citext;'
  plan_failure
  apply
  ended restored
  [[ $(contents) == "$before" ]]
}

@test "a role is put back with its password, rights and memberships" {
  sql postgres "CREATE ROLE shop LOGIN CREATEDB CONNECTION LIMIT 7 PASSWORD 'one' VALID UNTIL '2031-01-02'" 'GRANT pg_monitor TO shop'
  before=$(roles)
  plan touch postgres-role main/shop
  plan_sql 1 postgres together "ALTER ROLE shop NOLOGIN NOCREATEDB SUPERUSER CONNECTION LIMIT -1 PASSWORD 'two' VALID UNTIL 'infinity'; REVOKE pg_monitor FROM shop; GRANT pg_read_all_data TO shop; ALTER ROLE shop SET role = 'postgres';"
  plan_failure
  apply
  ended restored
  [[ $(roles) == "$before" ]]
}

@test "a statement that fails is told without its text" {
  make_shop
  plan touch postgres-role main/shop
  plan_sql 1 postgres together "ALTER ROLE shop PASSWORD 'open sesame'; ALTER ROLE nobody PASSWORD 'open sesame';"
  apply
  ended restored
  [[ $output == *'number 1: role "nobody" does not exist'* && $output != *sesame* ]]
  never grep --recursive --quiet sesame "$STATE/jobs" /var/log/postgresql
  [[ $(sql postgres "SELECT rolpassword IS NULL FROM pg_authid WHERE rolname = 'shop'") == t ]]
}

@test "five proven dumps are kept, each of which restores" {
  make_shop
  for try in 1 2 3 4 5 6; do
    sql shop 'INSERT INTO basket DEFAULT VALUES'
    new_job
    plan_dump 1
    apply
    ended committed
    [[ $output == *"restored from it into a scratch database: $((3 + try)) rows in 1 tables"* ]]
    [[ $try != 1 ]] || first=$(ls "$STATE"/dumps/postgres/main/shop/*.dump)
  done
  [[ $(dumps) == 5 && ! -e $first && -z $(find "$STATE/dumps" -type f -perm /077) ]]
  no_scratch
  newest=$(find "$STATE/dumps/postgres/main/shop" -name '*.dump' | sort | tail -n 1)
  sql postgres 'DROP DATABASE shop' 'CREATE DATABASE shop OWNER shop'
  runuser -u postgres -- pg_restore -d shop <"$newest"
  [[ $(sql shop 'SELECT count(*), max(n) FROM basket') == '9|9' ]]
}

@test "a dump that cannot be restored is not kept, and the change does not begin" {
  make_shop
  sql shop 'CREATE FUNCTION fits(int) RETURNS bool LANGUAGE sql AS $$ SELECT EXISTS (SELECT FROM basket) $$' \
    'CREATE TABLE crate (n int CHECK (fits(n)))' 'INSERT INTO crate VALUES (1)'
  plan_dump 1
  plan_sql 2 shop together 'DROP TABLE basket CASCADE;'
  apply
  ended restored
  [[ $output == *'the dump of database shop cannot be restored: it is not kept, and nothing was changed'* ]]
  [[ $(dumps) == 0 && $(sql shop 'SELECT count(*) FROM basket') == 3 ]]
  no_scratch
}

@test "without room for a dump and its proof the change does not begin" {
  make_shop
  install -d -m 0700 "$STATE/dumps/postgres/main/shop"
  mount -t tmpfs -o size=1m tmpfs "$STATE/dumps/postgres/main/shop"
  plan_dump 1
  plan_sql 2 shop together 'DROP TABLE basket;'
  apply
  ended restored
  [[ $output == *'too little room at '*' for a dump of shop and a copy to prove it'* ]]
  [[ $(sql shop 'SELECT count(*) FROM basket') == 3 ]]
}

@test "a job that was killed while it dumped leaves nothing of it" {
  make_shop
  exec {hold}> >(runuser -u postgres -- psql -XAtq -d shop >/dev/null)
  echo 'BEGIN; LOCK TABLE basket;' >&"$hold"
  wait_until is_locked
  plan_dump 1
  apply_detached
  wait_until has_partial
  systemctl kill --signal=KILL "flotilla-job-$JOB.service"
  exec {hold}>&-
  new_job other
  plan_file 1 "$SITE/a" a
  apply
  [[ $output == *stale* ]]
  no_scratch
  [[ $(dumps) == 0 && $(sql shop 'SELECT count(*) FROM basket') == 3 ]]
}

@test "a database is dropped with the commit, after a dump" {
  make_shop
  plan_dump 1
  plan step r1 postgres-database-remove main shop
  apply
  ended committed
  [[ $(sql postgres "SELECT count(*) FROM pg_database WHERE datname = 'shop'") == 0 && $(dumps) == 1 ]]
  no_scratch
}

@test "what a job has committed to drop, and what its dump was for, is done by the next job when it dies before" {
  make_shop
  plan touch postgres-role main/shop
  plan touch postgres-database main/shop
  plan step d1 postgres-dump main shop 5 goodbye
  plan step r1 postgres-database-remove main shop
  plan step r2 postgres-role-remove main shop -
  die_when_decided
  apply
  ends_owing
  [[ $(sql postgres "SELECT count(*) FROM pg_database WHERE datname LIKE 'flotilla_removed_%'") == 1 ]]
  next_job_clears_up
  [[ $(cat "$STATE/dumps/postgres/main/shop/for") == goodbye ]]
  [[ $(sql postgres "SELECT count(*) FROM pg_database WHERE datname LIKE '%shop%' OR datname LIKE 'flotilla_%'") == 0 ]]
  [[ $(sql postgres "SELECT count(*) FROM pg_roles WHERE rolname = 'shop'") == 0 ]]
}

@test "a database that a failed job would have dropped is in use again" {
  make_shop
  plan_dump 1
  plan step r1 postgres-database-remove main shop
  plan_failure
  apply
  ended restored
  [[ $(sql shop 'SELECT count(*) FROM basket') == 3 ]]
  no_scratch
}

@test "a role that owns something stays without login, and is named" {
  make_shop
  plan touch postgres-role main/shop
  plan step r1 postgres-role-remove main shop -
  apply
  ended committed
  [[ $output == *'role shop stays, without login: it owns database shop'* ]]
  [[ $(sql postgres "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'shop'") == f ]]
}

@test "settings that PostgreSQL refuses are refused in its words, and the old ones stay" {
  apply_settings 'work_mem = 8MB'
  ended committed
  [[ $(sql postgres 'SHOW work_mem') == 8MB ]]
  new_job
  apply_settings 'work_mem = many'
  ended restored
  [[ $output == *'PostgreSQL refuses the new configuration: invalid value for parameter "work_mem": "many"'* ]]
  [[ $(</etc/postgresql/15/main/conf.d/flotilla.conf) == 'work_mem = 8MB' ]]
  new_job
  give_up_settings
  ended committed
  [[ $(sql postgres 'SHOW work_mem') == 4MB ]]
}

@test "a server that is not up yet is checked, and started with its settings" {
  systemctl stop postgresql@15-main
  apply_settings 'shared_buffers = nonsense'
  ended restored
  says failed c1 postgres-cluster 1 'PostgreSQL refuses the new configuration: invalid value for parameter "shared_buffers": "nonsense"'
  new_job
  apply_settings 'work_mem = 5MB'
  ended committed
  [[ $(sql postgres 'SHOW work_mem') == 5MB ]]
  new_job
  give_up_settings
  ended committed
}

@test "a server that does not start with new settings runs with the old ones again" {
  apply_settings "shared_buffers = 100000GB"
  ended restored
  [[ $(sql postgres 'SHOW shared_buffers') == 128MB ]]
}
