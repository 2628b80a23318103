#!/usr/bin/env bash
# Says, from a connection that was opened under the new rules, that the host can still be reached.
# Called by the bootstrap's confirm; refuses when no window is open or it was decided already.
set -Eeuo pipefail
umask 077
readonly RUNTIME=${BASH_SOURCE[0]%/*}
# shellcheck source=lib/context.sh
source "$RUNTIME/lib/context.sh"

main() {
  context_open "$1"
  if [[ -e $RUN/window && ! -L $RUN/verdict ]] && ln -s confirmed "$RUN/verdict" 2>/dev/null; then
    printf 'confirmed\t%s\n' "$JOB"
    return
  fi
  if [[ -L $RUN/verdict && $(readlink "$RUN/verdict") == confirmed ]]; then
    printf 'confirmed\t%s\n' "$JOB"
    return
  fi
  printf 'failed\t-\tconfirm\t75\tno firewall window of job %s is open: it is over, or the rules were rolled back\n' "$JOB"
  exit 75
}

main "$@"
