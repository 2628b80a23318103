# shellcheck shell=bash disable=SC2153 # RECORD and STEPS come from context.sh and plan.sh
# What cannot be undone waits until the outcome of a job is on the disk: until it is done, the job owes it, and when it
# dies in it, the next job on the host does it first.

# Reaches the disk with the outcome, which lies in the same folder.
clear_up_owe() {
  local step
  for step in "${STEPS[@]}"; do
    split_record "$step"
    case ${FIELDS[1]} in
      release | release-remove | user-remove | postgres-dump | postgres-database-remove | postgres-role-remove) : >"$RECORD/owing" ;;
    esac
  done
}

clear_up() {
  [[ -e $RECORD/owing ]] || return 0
  releases_clear_up
  users_clear_up
  postgres_clear_up
  rm -f "$RECORD/owing"
}

is_owing() { # record of a job that does not run
  [[ -e $1/owing && -e $1/outcome ]]
}

# Of a job that has committed; what fails a second time is said, and stays.
clear_up_behind() { # its record
  local job=${1##*/}
  say log "the job $job was interrupted when it had committed: what it still had to remove goes first"
  LOG=$LOG bash "$RUNTIME/recover.sh" "$job" \
    || say note "what the job $job still had to remove could not be removed: see $1/complaints and $RECORD/complaints"
  rm -f "$1/owing"
  : >"$1/acknowledged"
}
