#!/usr/bin/env bash
# Puts the old nftables table, or the old settings of sshd, back when nobody confirmed the new ones in time.
# Started by the timer flotilla-revert-<job id>, also when the job itself has died.
set -Eeuo pipefail
umask 077
readonly RUNTIME=${BASH_SOURCE[0]%/*}
# shellcheck source=lib/context.sh
source "$RUNTIME/lib/context.sh"
# shellcheck source=lib/nftables.sh
source "$RUNTIME/lib/nftables.sh"
# shellcheck source=lib/sshd.sh
source "$RUNTIME/lib/sshd.sh"

# What a window of sshd's opened besides, as it was before.
restore_tables() {
  local old table
  for old in "$RECORD"/firewall-*.old; do
    [[ -f $old ]] || continue
    table=${old##*/firewall-}
    nftables_restore "${table%.old}" "$old"
  done
}

main() { # job, nft, table, file with the old table | job, sshd, paths that are covered…
  local path
  context_open "$1"
  mkdir -p "$RUN"
  ln -s reverted "$RUN/verdict" 2>/dev/null || return 0
  case $2 in
    nft) nftables_restore "$3" "$4" ;;
    sshd)
      for path in "${@:3}"; do sshd_uncover "$path"; done
      restore_tables
      sshd_start_again
      ;;
  esac
  : >"$RECORD/reverted"
}

main "$@"
