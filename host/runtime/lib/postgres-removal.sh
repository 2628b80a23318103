# shellcheck shell=bash disable=SC2153 # PG_… come from postgres-cluster.sh
# Databases and roles that go: out of use at once, gone only when the outcome of the job is on the disk.

removed_name() { # database
  printf 'flotilla_removed_%s' "$(sha256sum <<<"$1" | cut -c 1-12)"
}

# Nobody comes in any more, and who is in is sent away; then it can be renamed.
step_postgres_database_remove() { # cluster, database
  local try
  postgres_open "$1"
  [[ $(postgres_script postgres exists database="$2" role=) == database ]] || { echo "unchanged: there is no database $2" && return; }
  for try in 1 2 3 4 5; do
    if postgres_script postgres database-put-aside database="$2" removed="$(removed_name "$2")"; then return; fi
    nap "0.$try"
  done
  fail "database $2 is still in use"
}

step_postgres_role_remove() { # cluster, role, heir or -
  postgres_open "$1"
  postgres_script postgres role-lock role="$2"
}

# What a role leaves goes to its heir; privileges are taken from it where it owns nothing.
role_drop() { # cluster, role, heir or -
  local database owned=''
  [[ $(postgres_script postgres exists database= role="$2") == role ]] || return 0
  while IFS= read -r database; do
    [[ $3 == - ]] || postgres_script "$database" role-reassign role="$2" heir="$3" || return
    owned+=$(postgres_script "$database" role-release role="$2") || return
  done < <(postgres_psql postgres --command='SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1')
  if [[ -n $owned ]]; then
    say note "role $2 stays, without login: it owns $(one_line "${owned%,}")"
    return
  fi
  postgres_psql postgres --command="DROP ROLE \"$2\""
}

# Databases first: what owned them may go only then.
postgres_clear_up() {
  local step verb
  for verb in postgres-dump postgres-database-remove postgres-role-remove; do
    for step in "${STEPS[@]}"; do
      split_record "$step"
      [[ ${FIELDS[1]} == "$verb" ]] || continue
      postgres_clear_up_step "${FIELDS[@]:1}" || say note "${FIELDS[3]} could not be cleared up: see $RECORD/complaints"
    done
  done
}

postgres_clear_up_step() { # verb, cluster, name, heir or number of dumps, what a dump is for
  postgres_wait "$2" || return
  case $1 in
    postgres-dump) [[ ${5:--} == - ]] || write_durably "$DUMPS/$2/$3/for" "$5" ;;
    postgres-database-remove) postgres_psql postgres --command="DROP DATABASE IF EXISTS \"$(removed_name "$3")\" WITH (FORCE)" ;;
    postgres-role-remove) role_drop "$2" "$3" "$4" ;;
  esac
}
