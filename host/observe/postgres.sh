# shellcheck shell=bash disable=SC2153 # PG_… come from the runtime's lib/postgres-cluster.sh, which travels with this
# PostgreSQL: a cluster and its files, and what the SQL of postgres-sql.sh says of the objects in it.

# observe_postgres_cluster NAME
observe_postgres_cluster() {
  local boot=disabled pending=no server=missing
  postgres_find "$1"
  if [[ $PG_STATE != missing ]]; then
    if systemctl --quiet is-enabled postgresql.service && grep --quiet --line-regexp auto "$PG_CONFIG/start.conf"; then
      boot=enabled
    fi
    server=$PG_STATE
  fi
  if [[ $PG_STATE == online ]]; then
    pending=$(postgres_psql postgres --command="SELECT CASE WHEN bool_or(pending_restart) THEN 'yes' ELSE 'no' END FROM pg_settings") \
      || server=failing pending=no
  fi
  printf 'postgres-cluster\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "${PG_VERSION:--}" "$server" "$boot" \
    "$(postgres_file "$PG_CONFIG/conf.d/flotilla.conf")" "$(postgres_file "/etc/flotilla/postgres/$1/pg_hba.conf")" "$pending"
}

# `0640 postgres:postgres SHA-256`, or `-`
postgres_file() { # path
  local attributes hash
  [[ -f $1 && ! -L $1 ]] || { printf -- - && return; }
  attributes=$(stat --format='0%a %U:%G' "$1")
  hash=$(sha256sum <"$1")
  printf '%s %s' "$attributes" "${hash%% *}"
}

# What is asked of a cluster that is not there is not there either; of one that is down nothing is known.
postgres_ready() { # cluster, record, fields of a missing thing, names…
  local name
  postgres_find "$1"
  case $PG_STATE in
    online) return 0 ;;
    down) echo "PostgreSQL $PG_VERSION $1 is not running" >&2 && exit 1 ;;
  esac
  for name in "${@:4}"; do printf '%s\t%s/%s\t%s\n' "$2" "$1" "$name" "$3"; done
  return 1
}

# observe_postgres_roles CLUSTER NAME…
observe_postgres_roles() {
  local IFS=,
  postgres_ready "$1" postgres-role $'missing\t-\t-\t-\t-\t-\t-' "${@:2}" || return 0
  sql_roles | postgres_psql postgres --set=cluster="$1" --set=names="${*:2}"
}

# observe_postgres_databases CLUSTER NAME…
observe_postgres_databases() {
  local cluster=$1 record name extensions
  local IFS=,
  postgres_ready "$1" postgres-database $'missing\t-\t-\t-\t-\t-\t-\t-' "${@:2}" || return 0
  while IFS= read -r record; do
    name=${record#postgres-database$'\t'"$cluster"/} extensions=-
    if [[ $name != *$'\t'missing$'\t'* ]]; then
      extensions=$(postgres_psql "${name%%$'\t'*}" \
        --command="SELECT coalesce(string_agg(extname, ',' ORDER BY extname COLLATE \"C\"), '-') FROM pg_extension")
    fi
    printf '%s\t%s\n' "$record" "$extensions"
  done < <(sql_databases | postgres_psql postgres --set=cluster="$cluster" --set=names="${*:2}")
  for name in "${@:2}"; do
    postgres_dump_record "$cluster/$name"
  done
}

# For whom a database was last dumped, and the dumps that there are.
postgres_dump_record() { # cluster/database
  local folder=$STATE_DIRECTORY/dumps/postgres/$1 purpose=- dump names=''
  [[ -d $folder ]] || return 0
  [[ ! -e $folder/for ]] || read -r purpose <"$folder/for" || true
  for dump in "$folder"/*.dump; do
    [[ ! -e $dump ]] || names+=${names:+,}${dump##*/}
  done
  printf 'postgres-dumps\t%s\t%s\t%s\n' "$1" "$purpose" "${names:--}"
}

# observe_postgres_grants CLUSTER DATABASE ROLE SCHEMAS: schemas with commas between them, or `-`
observe_postgres_grants() {
  local state
  postgres_ready "$1" postgres-grant missing "$2/$3" || return 0
  state=$(postgres_psql postgres --set=database="$2" --set=role="$3" < <(sql_grant_ends))
  printf 'postgres-grant\t%s/%s/%s\t%s\n' "$1" "$2" "$3" "$state"
  [[ $state == present ]] || return 0
  sql_privileges | postgres_psql "$2" --set=key="$1/$2/$3" --set=role="$3" --set=schemas="$4"
}
