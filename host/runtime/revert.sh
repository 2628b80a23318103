#!/usr/bin/env bash
# Puts the old nftables table back when nobody confirmed the new one in time.
# Started by the timer flotilla-revert-<job id>, also when the job itself has died.
set -Eeuo pipefail
umask 077
readonly RUNTIME=${BASH_SOURCE[0]%/*}
# shellcheck source=lib/context.sh
source "$RUNTIME/lib/context.sh"
# shellcheck source=lib/nftables.sh
source "$RUNTIME/lib/nftables.sh"

main() {
  local table=$2 saved=$3
  context_open "$1"
  mkdir -p "$RUN"
  ln -s reverted "$RUN/verdict" 2>/dev/null || return 0
  nftables_restore "$table" "$saved"
  : >"$RECORD/reverted"
}

main "$@"
