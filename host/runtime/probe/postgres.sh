#!/usr/bin/env bash
# One try of a PostgreSQL gate: log in as a role; where asked, create, insert, read back and drop in a schema of its own.
# Run by lib/gates.sh under `timeout`; the password goes from its file to psql and nowhere else.
set -Eeuo pipefail

say() { # layer, detail
  printf '%s\t%s\n' "$1" "$2"
}

newest_psql() {
  local found
  for found in /usr/lib/postgresql/*/bin/psql; do :; done
  [[ -x $found ]] || { say process 'this host has no psql: install the package postgresql-client' && exit 1; }
  printf '%s' "$found"
}

# All in one transaction: what is cut in the middle leaves nothing.
questions() { # login or schema
  local schema="flotilla_gate_$$" value="$RANDOM$RANDOM"
  if [[ $1 == login ]]; then
    echo 'SELECT session_user;'
    return
  fi
  printf '%s\n' 'BEGIN;' "CREATE SCHEMA $schema;" "CREATE TABLE $schema.probe (value text);" \
    "INSERT INTO $schema.probe VALUES ('$value');" "SELECT value = '$value' FROM $schema.probe;" \
    "DROP TABLE $schema.probe;" "DROP SCHEMA $schema;" 'COMMIT;'
}

layer_of() { # what psql said
  case $1 in
    *'Connection refused'* | *'timeout expired'* | *'No route to host'* | *'could not translate host name'*) echo socket ;;
    *) echo protocol ;;
  esac
}

main() { # address, port, database, user, password file, login or schema
  local psql answer tls=prefer place="$1:$2/$3"
  psql=$(newest_psql) || { printf '%s\n' "$psql" && exit 1; }
  [[ -r $5 ]] || { say protocol "$5 cannot be read" && exit 1; }
  [[ $1 == 127.0.0.1 || $1 == ::1 ]] || tls=require
  say socket "no answer from $place"
  if ! answer=$(questions "$6" | PGPASSFILE=$5 PGSSLMODE=$tls PGCONNECT_TIMEOUT=4 PGAPPNAME=flotilla-gate \
    "$psql" --no-psqlrc --no-password --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --set=VERBOSITY=terse \
    --host="$1" --port="$2" --dbname="$3" --username="$4" 2>&1); then
    answer=${answer##*FATAL:  } answer=${answer##*ERROR:  }
    say "$(layer_of "$answer")" "$4 at $place: ${answer//$'\n'/ }"
    exit 1
  fi
  [[ $answer == "$4" || $answer == t ]] || { say protocol "$4 at $place did not get back what was inserted" && exit 1; }
  if [[ $6 == login ]]; then say protocol "$4 logs in at $place"; else say protocol "$4 creates, inserts, reads and drops at $place"; fi
}

main "$@"
