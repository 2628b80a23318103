#!/usr/bin/env bash
# Says, from a connection that was opened after the change, that the host can still be reached.
# Called by the bootstrap's confirm; refuses when no window is open or it was decided already.
set -Eeuo pipefail
umask 077
readonly RUNTIME=${BASH_SOURCE[0]%/*}
# shellcheck source=lib/context.sh
source "$RUNTIME/lib/context.sh"

# The link can be made once; a confirmation that is said twice is still one.
is_confirmed() {
  [[ -e $RUN/window ]] || return 1
  ln -s confirmed "$RUN/verdict" 2>/dev/null || [[ $(readlink "$RUN/verdict") == confirmed ]]
}

main() {
  context_open "$1"
  if is_confirmed; then
    printf 'confirmed\t%s\n' "$JOB"
    return
  fi
  printf 'no window of job %s is open: it is over, or the change was rolled back\n' "$JOB" >&2
  exit 75
}

main "$@"
