# shellcheck shell=bash disable=SC2153 # PG_… come from postgres-cluster.sh
# Dumps of databases: one counts only when it was restored into a scratch database and holds the same rows.
readonly DUMPS=$STATE/dumps/postgres

scratch_name() {
  printf 'flotilla_scratch_%s' "$(sha256sum <<<"$JOB" | cut -c 1-12)"
}

scratch_drop() {
  postgres_psql postgres --command="DROP DATABASE IF EXISTS \"$(scratch_name)\" WITH (FORCE)"
}

# The dump itself and the restored copy beside the data: each at most as large as what is there.
dump_ensure_space() { # database, folder
  local bytes free place
  bytes=$(postgres_psql postgres --command="SELECT pg_database_size('$1')")
  for place in "$2" "$(postgres_psql postgres --command='SHOW data_directory')"; do
    free=$(df --output=avail --block-size=1 "$place" | tail --lines=1)
    ((free > 2 * bytes + 67108864)) \
      || fail "too little room at $place for a dump of $1 and a copy to prove it: $((free >> 20)) MiB are free, $(((2 * bytes >> 20) + 64)) MiB are needed"
  done
}

# Dump and counts see the same moment: one transaction exports its view, pg_dump works under it.
dump_write() { # database, file
  local view line to from
  coproc VIEW { postgres_psql "$1" 2>&1; }
  from=${VIEW[0]} to=${VIEW[1]}
  printf 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\nSELECT pg_export_snapshot();\n' >&"$to"
  IFS= read -r view <&"$from" || fail "no view of database $1 could be taken"
  [[ $view =~ ^[0-9A-F-]+$ ]] || fail "no view of database $1 could be taken: $view"
  postgres_run "/usr/lib/postgresql/$PG_VERSION/bin/pg_dump" --format=custom --no-password \
    --snapshot="$view" --dbname="$1" >"$2" || fail "pg_dump of database $1 failed"
  { cat "$PG_SQL/counts.sql" && printf '\\echo end of counts\n'; } >&"$to"
  while IFS= read -r line <&"$from"; do
    [[ $line != 'end of counts' ]] || break
    printf '%s\n' "$line"
  done >"$2.counts"
  exec {to}>&-
  [[ $line == 'end of counts' ]] || fail "the rows of database $1 could not be counted: $(tail --lines=1 "$2.counts")"
}

dump_prove() { # database, file
  local scratch
  scratch=$(scratch_name)
  postgres_psql postgres --file=- < <(
    postgres_script postgres scratch-create database="$1" scratch="$scratch"
  ) || fail "no scratch database could be made to prove the dump of $1"
  postgres_run "/usr/lib/postgresql/$PG_VERSION/bin/pg_restore" --exit-on-error --no-publications --no-subscriptions \
    --no-password --dbname="$scratch" <"$2" || fail "the dump of database $1 cannot be restored: it is not kept, and nothing was changed"
  postgres_script "$scratch" counts >"$2.restored"
  diff "$2.counts" "$2.restored" \
    || fail "the dump of database $1 was restored with other rows: it is not kept, and nothing was changed"
}

dump_prune() { # folder, how many stay
  local dump
  while IFS= read -r dump; do rm -f "$dump"; done \
    < <(find "$1" -maxdepth 1 -name '*.dump' | sort --reverse | tail --lines="+$(($2 + 1))")
}

step_postgres_dump() { # cluster, database, how many stay, what for or -
  local folder=$DUMPS/$1/$2 name file rows
  umask 077
  postgres_open "$1"
  install -d -m 0700 "$DUMPS" "$DUMPS/$1" "$folder"
  name=$(date --utc +%Y%m%dT%H%M%SZ)-$JOB.dump
  file=$folder/.$name.partial
  # shellcheck disable=SC2064 # as it is now
  trap "scratch_drop >/dev/null || true; rm -f '$folder'/.*.partial*" EXIT
  dump_ensure_space "$2" "$folder"
  dump_write "$2" "$file"
  dump_prove "$2" "$file"
  rows=$(awk -F '\t' 'NF == 2 && $1 != "large objects" { tables++; rows += $2 } END { printf "%d rows in %d tables", rows, tables }' "$file.counts")
  sync "$file"
  mv -T "$file" "$folder/$name"
  sync "$folder"
  dump_prune "$folder" "$3"
  say note "database $2 was dumped to $folder/$name and restored from it into a scratch database: $rows"
}
