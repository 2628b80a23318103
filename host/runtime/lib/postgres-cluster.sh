# shellcheck shell=bash disable=SC2034 # what is found is for those who source this
# Finds a cluster of Debian's PostgreSQL by its name, and speaks to it as its superuser.
# Travels twice: as a part of the runtime, and as a part of host/observe/.

# Statements of ours, which may hold verifiers, appear in no log, statistics or activity view of PostgreSQL.
PG_QUIET='-c log_statement=none -c log_min_error_statement=panic -c log_min_duration_statement=-1'
PG_QUIET+=' -c log_duration=off -c track_activities=off -c default_transaction_read_only=off'
PG_QUIET+=' -c auto_explain.log_min_duration=-1 -c pg_stat_statements.track=none -c pgaudit.log=none'
PG_QUIET+=' -c statement_timeout=0 -c lock_timeout=30s -c search_path=pg_catalog -c client_min_messages=warning'

# → PG_STATE (missing, down, online), PG_VERSION, PG_UNIT, PG_CONFIG (folder), PG_PORT, PG_PID
postgres_find() { # cluster
  local folder
  local -a versions=()
  PG_STATE=missing PG_VERSION='' PG_UNIT='' PG_CONFIG='' PG_PORT='' PG_PID=''
  for folder in /etc/postgresql/*/"$1"/postgresql.conf; do
    [[ ! -e $folder ]] || versions+=("$(cut -d / -f 4 <<<"$folder")")
  done
  ((${#versions[@]})) || return 0
  if ((${#versions[@]} > 1)); then
    echo "there are several clusters '$1' (PostgreSQL ${versions[*]}): keep one, or rename the others with pg_renamecluster" >&2
    return 1
  fi
  PG_VERSION=${versions[0]} PG_STATE=down
  PG_UNIT=postgresql@$PG_VERSION-$1.service
  PG_CONFIG=/etc/postgresql/$PG_VERSION/$1
  postgres_find_port "$1"
}

# The lock beside the socket says which port a server really uses, whatever its files say by now.
postgres_find_port() { # cluster
  local pid lock
  local -a lines
  { read -r pid <"/run/postgresql/$PG_VERSION-$1.pid"; } 2>/dev/null || return 0
  for lock in /run/postgresql/.s.PGSQL.*.lock; do
    mapfile -t lines 2>/dev/null <"$lock" || continue
    if [[ ${lines[0]-} == "$pid" && -d /proc/$pid ]]; then
      PG_PORT=${lines[3]} PG_PID=$pid
      PG_STATE=online
      return
    fi
  done
}

# As the user postgres, with nothing of our environment.
postgres_run() { # words
  setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=-all \
    env -i -C / PATH=/usr/bin:/bin LC_ALL=C.UTF-8 PGHOST=/run/postgresql ${PG_PORT:+"PGPORT=$PG_PORT"} \
    PGAPPNAME=flotilla PGCONNECT_TIMEOUT=10 PGOPTIONS="$PG_QUIET" "$@"
}

postgres_psql() { # database, arguments of psql…; SQL comes on stdin
  postgres_run "/usr/lib/postgresql/$PG_VERSION/bin/psql" --no-psqlrc --no-password --quiet --no-align --tuples-only \
    --field-separator=$'\t' --set=ON_ERROR_STOP=1 --dbname="$1" "${@:2}"
}
