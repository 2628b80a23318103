#!/usr/bin/env bash
# One job: lock, snapshot, steps, gates; then commit, or everything as it was before.
# Is the process of the transient unit flotilla-job-<job id>; SIGTERM lets it finish the running step and restore.
set -Eeuo pipefail
shopt -s inherit_errexit
umask 077
readonly RUNTIME=${BASH_SOURCE[0]%/*}
# shellcheck source=lib/context.sh
source "$RUNTIME/lib/context.sh"
for part in plan lock journal ledger homes files links validators users user-removal accounts masks units unit-parts boot nftables window firewall sshd sshd-move sshd-window originals settings release-files releases \
  apt-lock apt deferral packages \
  postgres-cluster postgres-server postgres postgres-dump postgres-removal postgres-snapshot postgres-restore \
  snapshot restore clear-up recovery cloud-init-log gates failure run retention; do
  # shellcheck source=/dev/null
  source "$RUNTIME/lib/$part.sh"
done
OUTCOME=

end_job() { # outcome
  OUTCOME=$1
  sync "$LOG"
  if [[ $OUTCOME == committed ]]; then clear_up_owe; fi
  write_durably "$RECORD/outcome" "$OUTCOME"
  clear_up
  rm -rf "$RUN" "$RECORD/reverted" "$RECORD"/sshd-{restarted,stopped} "$RECORD"/firewall-*.old
  [[ -s $RECORD/complaints ]] || rm -f "$RECORD/complaints"
  prune_jobs
  prune_snapshots
  prune_runtimes
  prune_abandoned
  lock_release
  say end "$OUTCOME"
  exit 0
}

commit() {
  ledger_write
  firewall_record_digests
  generation_increase
  end_job committed
}

roll_back() {
  local outcome=restored
  if is_cancelled; then outcome=cancelled; fi
  restore_all
  say restored "$RESTORED"
  if ((RESTORE_PROBLEMS)); then outcome=restore-failed; fi
  generation_increase
  end_job "$outcome"
}

# The runtime's own mistakes must not leave half a job behind.
# shellcheck disable=SC2317 # the trap calls it
on_exit() {
  local code=$?
  trap - EXIT
  [[ -z $OUTCOME ]] || exit "$code"
  say failed - runtime "$code" "the host runtime itself failed: $(one_line "$(tail --lines=3 "$RECORD/complaints")")"
  set +e
  if [[ -e $RECORD/snapshot/complete ]]; then roll_back; else end_job restored; fi
}

stay_out() { # outcome, layer, exit code, sentence
  say failed - "$2" "$3" "$4"
  end_job "$1"
}

main() {
  context_open "$1"
  exec >>"$RECORD/complaints" 2>&1 </dev/null
  trap on_exit EXIT
  trap ': >"$RUN/cancel"' TERM
  trap '' HUP PIPE INT
  say job "$JOB" started
  plan_load "$RECORD/plan"
  if ! lock_acquire "${META[lockWait]}"; then
    ! is_cancelled || stay_out cancelled cancel 130 "cancelled while $LOCK_HOLDER held the lock"
    stay_out busy lock 75 "the lock of this host was held for ${META[lockWait]} s by $LOCK_HOLDER"
  fi
  deferral_end
  recover_interrupted
  if [[ -n ${META[generation]} && ${META[generation]} != "$(generation)" ]]; then
    stay_out stale generation 75 "another job has changed this host since it was read"
  fi
  snapshot_take
  run_plan
  if [[ -n $FAILED ]]; then roll_back; else commit; fi
}

main "$@"
