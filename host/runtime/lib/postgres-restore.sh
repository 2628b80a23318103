# shellcheck shell=bash disable=SC2153 # PG_… come from postgres-cluster.sh
# Puts back what a job has touched in PostgreSQL.

restore_postgres() { # kind, copy, name
  case $1 in
    postgres-configuration) restore_postgres_configuration "$3" ;;
    postgres-cluster) restore_postgres_cluster "$2" "$3" ;;
    *) restore_postgres_thing "$@" ;;
  esac
}

# Equal statements: nothing has changed, or it was put back already.
restore_postgres_thing() { # kind, copy, cluster/name
  local name=${3#*/} now
  postgres_wait "${3%%/*}" || { [[ $PG_STATE == missing ]] && return; }
  [[ $1 != postgres-database ]] || postgres_unfinished "$name" || return
  now=$(postgres_before "$1" "$name") || return
  [[ $now != "$(<"$2")" ]] || return 0
  if [[ $(<"$2") == missing ]]; then
    restore_postgres_missing "$1" "$name"
    return
  fi
  [[ $1 != postgres-grant || -z $now ]] || postgres_script "${name%%/*}" revoke role="${name#*/}" || return
  if [[ $1 == postgres-grant ]]; then
    postgres_psql "${name%%/*}" --single-transaction --file=- <"$2" || return
  else
    postgres_psql postgres --file=- <"$2" || return
  fi
  restored
}

# What this job put aside comes back; its scratch database goes.
postgres_unfinished() { # database
  scratch_drop || return
  rm -f "$DUMPS"/*/"$1"/.*"$JOB".dump.partial*
  postgres_script postgres database-put-back database="$1" removed="$(removed_name "$1")"
}

# What the job has made goes again, unless somebody keeps something in it by now.
restore_postgres_missing() { # kind, name
  case $1 in
    postgres-role) postgres_psql postgres --command="DROP ROLE \"$2\"" || return ;;
    postgres-grant) postgres_script "${2%%/*}" revoke role="${2#*/}" || return ;;
    postgres-database)
      if [[ $(postgres_script "$2" is-empty) != yes ]]; then
        say kept "database $2, which is not empty"
        return 0
      fi
      postgres_psql postgres --command="DROP DATABASE \"$2\" WITH (FORCE)" || return
      ;;
  esac
  restored
}

# After the files came back: the server reads them, if it has read others.
restore_postgres_configuration() { # cluster
  local step begun=
  for step in "${STEPS[@]}"; do
    split_record "$step"
    [[ ${FIELDS[1]} == postgres-cluster* ]] || continue
    ! journal_has_begun "${FIELDS[0]}" || begun=yes
  done
  postgres_find "$1" || return
  [[ -n $begun ]] || is_started_since_snapshot "$PG_UNIT" || return 0
  if [[ $PG_STATE == online ]]; then (postgres_reload "$1") || return; else (postgres_unit start "$1") || return; fi
  restored
}

# Last of all: a server that did not run does not run, and one that came with a package keeps none of our settings.
restore_postgres_cluster() { # copy, cluster
  postgres_find "$2" || return
  case $(<"$1") in
    down) [[ $PG_STATE != online ]] || { systemctl stop "$PG_UNIT" && restored; } ;;
    missing)
      [[ $PG_STATE != missing && -e $PG_CONFIG/conf.d/flotilla.conf ]] || return 0
      rm -f "$PG_CONFIG/conf.d/flotilla.conf"
      (postgres_unit restart "$2") && restored
      ;;
  esac
}
