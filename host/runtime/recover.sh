#!/usr/bin/env bash
# Puts back what an interrupted job has left, and gives that job its outcome; of one that had committed, clears up.
# Run by the next job on the host, under that job's lock, with LOG naming that job's log.
set -Eeuo pipefail
umask 077
readonly RUNTIME=${BASH_SOURCE[0]%/*}
# shellcheck source=lib/context.sh
source "$RUNTIME/lib/context.sh"
for part in plan journal ledger homes files links validators users user-removal accounts masks units unit-parts boot nftables window firewall sshd sshd-move sshd-window originals settings \
  release-files releases apt-lock apt deferral packages postgres-cluster postgres-server postgres postgres-dump postgres-removal postgres-snapshot postgres-restore \
  snapshot restore clear-up retention; do
  # shellcheck source=/dev/null
  source "$RUNTIME/lib/$part.sh"
done

put_back() {
  local outcome=interrupted-restored
  units_settle
  restore_all
  generation_increase
  if ((RESTORE_PROBLEMS)); then outcome=restore-failed; fi
  rm -f "$RECORD/owing"
  write_durably "$RECORD/outcome" "$outcome"
  [[ $outcome == restore-failed ]] || prune_private_copies "$RECORD"
  say log "the job $JOB was interrupted: $RESTORED things were put back, $RESTORE_PROBLEMS could not be"
}

main() {
  context_open "$1"
  plan_load "$RECORD/plan"
  if is_owing "$RECORD"; then clear_up; else put_back; fi
  rm -rf "$RUN"
}

main "$@"
