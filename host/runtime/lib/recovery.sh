# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh
# Finds jobs whose unit went without an outcome (power, kill) and has their snapshots put back, and such as went before
# they had cleared up. Called under the lock.

# Only the holder of the lock has a snapshot and no outcome, or clears up; every other one has been interrupted.
recover_interrupted() {
  local record job
  for record in "$STATE"/jobs/*/; do
    record=${record%/} job=${record##*/}
    ! is_owing "$record" || clear_up_behind "$record"
    [[ $record != "$RECORD" && -f $record/plan && ! -e $record/outcome ]] || continue
    if [[ -e $record/snapshot/complete ]]; then
      say log "the job $job was interrupted: its snapshot is put back first"
      LOG=$LOG bash "$RUNTIME/recover.sh" "$job"
    elif ! systemctl --quiet is-active "flotilla-job-$job.service"; then
      write_durably "$record/outcome" interrupted-restored
      prune_private_copies "$record"
      rm -rf "${VOLATILE:?}/jobs/$job"
    fi
  done
}
