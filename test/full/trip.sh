# shellcheck shell=bash disable=SC2317 # job.sh calls what this wraps
# Read by each job before its own first line (BASH_ENV, set for its unit alone): the job stops where a sweep wants it,
# behind a line of its journal or behind one of the writes of its commit, and says so in `stopped`.
TRIP=/opt/flotilla-sweep

trip_point() { # function, its arguments → POINT
  case $1 in
    journal_begin) POINT="begin of $2" ;;
    journal_end) POINT="end of $2" ;;
    snapshot_take) POINT=snapshot ;;
    lock_release) POINT="lock let go, $OUTCOME" ;;
    write_durably) POINT="write of ${2##*/}" ;;
  esac
  [[ $POINT != 'write of outcome' ]] || POINT+=" $3"
}

trip_at() {
  local POINT='' line
  trip_point "$@"
  line=${META[manifest]}$'\t'$POINT
  printf '%s\n' "$line" >>"$TRIP/seen"
  grep --quiet --line-regexp --fixed-strings -e "$line" "$TRIP/wanted" 2>/dev/null || return 0
  printf '%s\t%s\n' "$JOB" "$line" >"$TRIP/stopped.new"
  mv -T "$TRIP/stopped.new" "$TRIP/stopped"
  kill -STOP "$BASHPID"
}

trip_wrap() { # functions
  local name
  for name in "$@"; do
    eval "real_$(declare -f "$name")"
    eval "$name() { real_$name \"\$@\"; trip_at $name \"\$@\"; }"
  done
}

# Once all functions are there, and before the first is called.
if [[ $0 == /var/lib/flotilla/runtime/*/job.sh ]]; then
  trap '[[ $BASH_COMMAND != main* ]] || { trap - DEBUG; trip_wrap snapshot_take journal_begin journal_end write_durably lock_release; }' DEBUG
fi
