# shellcheck shell=bash disable=SC2153 # PG_… come from postgres-cluster.sh
# What a job touches in PostgreSQL, as the statements that make it again what it was; data have dumps.

# What is restored later stands earlier: roles after the databases that they own, all while the server runs.
snapshot_postgres() {
  local kind touch
  for kind in postgres-cluster postgres-role postgres-database postgres-grant; do
    for touch in "${TOUCHES[@]}"; do
      [[ $touch != "$kind"$'\t'* ]] || snapshot_postgres_thing "$kind" "${touch#*$'\t'}"
    done
  done
  for touch in "${TOUCHES[@]}"; do
    [[ $touch != postgres-cluster$'\t'* ]] || snapshot_postgres_files "${touch#*$'\t'}"
  done
}

snapshot_postgres_thing() { # kind, cluster or cluster/name
  local number=$((SNAPSHOT_COUNT += 1)) cluster=${2%%/*}
  postgres_find "$cluster"
  if [[ $1 == postgres-cluster ]]; then
    printf '%s\n' "$PG_STATE" >"$RECORD/snapshot/$number"
  elif [[ $PG_STATE == missing ]]; then
    echo missing >"$RECORD/snapshot/$number"
  else
    postgres_wait "$cluster"
    postgres_before "$1" "${2#*/}" >"$RECORD/snapshot/$number"
  fi
  index "$1" "$number" "$2"
}

# Restored first: then the server reads its old configuration again.
snapshot_postgres_files() { # cluster
  postgres_find "$1"
  index postgres-configuration - "$1"
  [[ $PG_STATE == missing ]] || snapshot_path "$PG_CONFIG/conf.d/flotilla.conf"
  [[ $PG_STATE == missing ]] || snapshot_path "$PG_CONFIG/start.conf"
}

postgres_before() { # kind, name or database/role
  local database=${2%%/*} role=${2#*/} there
  case $1 in
    postgres-role) postgres_script postgres role-before role="$2" ;;
    postgres-database)
      postgres_script postgres database-before database="$2"
      there=$(postgres_script postgres exists database="$2" role=)
      [[ $there != database ]] || { printf '\\connect "%s"\n' "$2" && postgres_script "$2" extensions-before; }
      ;;
    postgres-grant)
      there=$(postgres_script postgres exists database="$database" role="$role")
      [[ $there != 'database role' ]] || postgres_script "$database" grant-before role="$role"
      ;;
  esac
}
