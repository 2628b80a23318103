# shellcheck shell=bash disable=SC2153 # PG_… come from postgres-cluster.sh
# Steps of PostgreSQL: a cluster's configuration, and statements in it. Clear passwords never come this far.

step_postgres_cluster() { # payload, cluster
  postgres_find "$2"
  [[ $PG_STATE != missing ]] || fail "there is no cluster '$2' in /etc/postgresql: install the package postgresql, or make one with pg_createcluster"
  step_file "$1" "$PG_CONFIG/conf.d/flotilla.conf" 0640 postgres postgres -
  postgres_check
  systemctl --quiet enable postgresql.service
  printf 'auto\n' >"$PG_CONFIG/start.conf"
  if [[ $PG_STATE == online ]]; then postgres_reload "$2"; else postgres_unit start "$2"; fi
}

step_postgres_cluster_remove() { # cluster
  postgres_find "$1"
  [[ $PG_STATE != missing ]] || { echo "unchanged: there is no cluster $1" && return; }
  rm -f "$PG_CONFIG/conf.d/flotilla.conf"
  [[ $PG_STATE != online ]] || postgres_reload "$1"
  rm -f "/etc/flotilla/postgres/$1/pg_hba.conf"
}

# Messages without the statement that they are about.
step_postgres_sql() { # payload, cluster, database, together or plain, what it is about
  local answer
  local -a how=()
  postgres_open "$2"
  [[ $4 != together ]] || how=(--single-transaction)
  if answer=$(postgres_psql "$3" "${how[@]}" --set=VERBOSITY=terse --file=- <"$RUN/payload/$1" 2>&1); then return; fi
  fail "$5: $(grep --max-count=1 -E 'ERROR|FATAL' <<<"$answer" | sed 's/^.*\(ERROR\|FATAL\): *//' || head -n 1 <<<"$answer")"
}

step_postgres_grant_remove() { # cluster, database, role
  postgres_open "$1"
  [[ $(postgres_script postgres exists database="$2" role="$3") == 'database role' ]] || { echo "unchanged: nothing to revoke" && return; }
  postgres_script "$2" revoke role="$3"
}
