# shellcheck shell=bash disable=SC2153 # PG_… come from postgres-cluster.sh
# The server of a cluster: waiting for it, its configuration checked and read anew, and scripts run in it.
readonly PG_READY_SECONDS=60 PG_SQL=$RUNTIME/sql

postgres_answers() { # after postgres_find
  [[ $PG_STATE == online ]] && postgres_psql postgres --command='SELECT 1' >/dev/null 2>&1
}

# A server that recovers after a crash refuses connections for a while; one that systemd works on may come.
postgres_wait() { # cluster, process that is to go or nothing; fails when it never answers
  local end=$((SECONDS + PG_READY_SECONDS)) queued=maybe
  while :; do
    postgres_find "$1" && [[ $PG_STATE != missing ]] || return 1
    if [[ -z ${2-} || $PG_PID != "$2" ]] && postgres_answers; then return 0; fi
    if [[ $PG_STATE != online && -z $queued ]] || ((SECONDS >= end)); then return 1; fi
    queued=$(systemctl show --property=Job --value "$PG_UNIT")
    nap 0.05
  done
}

postgres_open() { # cluster
  postgres_wait "$1" || fail "PostgreSQL $1 does not run on this host"
}

postgres_log() { # what the server itself said last, without statements
  grep --text -E ' (LOG|WARNING|ERROR|FATAL|PANIC): ' "/var/log/postgresql/postgresql-$PG_VERSION-$1.log" 2>/dev/null | tail --lines=20 || true
}

# Debian's unit succeeds even where the server does not start, and two seconds after it did: not waited for.
# A start or restart of all that follows in the same job is done with it, where there is no other cluster.
postgres_unit() { # start or restart, cluster
  local before=$PG_PID others
  systemctl --no-block "$1" "$PG_UNIT"
  [[ $1 != start ]] || systemctl --no-block start postgresql.service
  if ! postgres_wait "$2" "$before"; then
    postgres_log "$2"
    fail "PostgreSQL $PG_VERSION $2 does not $1: $(postgres_log "$2" | tail --lines=1 | sed 's/^.*\(FATAL\|ERROR\|PANIC\): */\1: /')"
  fi
  others=$(unit_parts postgresql.service | grep --invert-match --line-regexp --fixed-strings -e "$PG_UNIT" || true)
  [[ -n $others ]] || : >"$RUN/restarted-postgresql.service"
}

postgres_loaded_at() {
  postgres_psql postgres --command='SELECT pg_conf_load_time()'
}

# Reads the files anew, and starts anew where a setting asks for it.
postgres_reload() { # cluster
  local before end=$((SECONDS + 10))
  before=$(postgres_loaded_at)
  # Not by its unit: systemd drops a reload of one that it still calls starting.
  postgres_psql postgres --command='SELECT pg_reload_conf()' >/dev/null
  until [[ $(postgres_loaded_at) != "$before" ]]; do
    ((SECONDS < end)) || fail "PostgreSQL $PG_VERSION $1 did not read its configuration within 10 s"
    nap 0.02
  done
  if [[ $(postgres_psql postgres --command='SELECT bool_or(pending_restart) FROM pg_settings') == t ]]; then
    echo "restarting $PG_UNIT: a setting asks for it"
    postgres_unit restart "$1"
  fi
}

# The whole configuration as the server would read it; access rules only where it reads ours already.
postgres_check() {
  local answer
  if ! answer=$(postgres_run "/usr/lib/postgresql/$PG_VERSION/bin/postgres" -C data_directory \
    -c "config_file=$PG_CONFIG/postgresql.conf" 2>&1); then
    printf '%s\n' "$answer"
    fail "PostgreSQL refuses the new configuration: $(grep --max-count=1 -E 'LOG|FATAL' <<<"$answer" | sed 's/^.*\(LOG\|FATAL\): *//')"
  fi
  [[ $PG_STATE == online ]] || return 0
  answer=$(postgres_psql postgres --command="SELECT format('line %s: %s', line_number, error) FROM pg_hba_file_rules WHERE error IS NOT NULL LIMIT 1")
  [[ -z $answer ]] || fail "PostgreSQL refuses the access rules, $answer"
}

postgres_script() { # database, name of a file in sql/, variables as name=value…
  local -a variables=()
  mapfile -t variables < <(printf -- '--set=%s\n' "${@:3}")
  postgres_psql "$1" "${variables[@]}" --file=- <"$PG_SQL/$2.sql"
}
