#!/usr/bin/env bash
# Starts a received job as a transient unit, once, and follows it; an id that is known is attached to instead.
# Called by the bootstrap with the job's id and the folder that its bundle was unpacked into.
set -Eeuo pipefail
umask 077
readonly RUNTIME=${BASH_SOURCE[0]%/*}
# shellcheck source=lib/context.sh
source "$RUNTIME/lib/context.sh"
# shellcheck source=lib/plan.sh
source "$RUNTIME/lib/plan.sh"

attach_to_known() { # incoming folder
  local outcome=-
  rm -rf "$1"
  if [[ -e $RECORD/acknowledged ]]; then
    [[ ! -e $RECORD/outcome ]] || outcome=$(<"$RECORD/outcome")
    printf 'failed\t-\tjob\t73\tjob %s has run already (%s): an id is never run twice\nend\trefused\n' "$JOB" "$outcome"
    exit 73
  fi
  exec bash "$RECORD/runtime/follow.sh" "$JOB" 0 attached
}

# There whole or not at all, also after a power cut: what is called by this id must be a job.
record_job() { # incoming folder
  local record
  record=$(mktemp -d "$STATE/.job.XXXXXX")
  mv "$1/plan" "$record/plan"
  ln -s "$RUNTIME" "$record/runtime"
  : >"$record/log"
  sync "$record/plan" "$record"
  mv -T "$record" "$RECORD"
  rm -rf "$RUN"
  mv -T "$1" "$RUN"
}

start_unit() {
  local seconds=$((META['deadline'] + META['lockWait']))
  systemd-run --quiet --collect --unit="flotilla-job-$JOB" --description="Flotilla job $JOB" \
    -p Type=exec -p RuntimeMaxSec="$seconds" -p TimeoutStopSec=600 -p KillMode=mixed \
    -p OOMPolicy=continue -p UMask=0077 -p Environment=LC_ALL=C \
    bash "$RUNTIME/job.sh" "$JOB" </dev/null 2>"$RUN/refusal"
}

# The address that this host sees updates come from. sudo forgets it, the process that called it does not.
controller_address() {
  local variable
  if [[ -n ${SSH_CONNECTION-} ]]; then
    printf '%s' "${SSH_CONNECTION%% *}"
    return
  fi
  while IFS= read -r -d '' variable; do
    [[ $variable != SSH_CONNECTION=* ]] || printf '%s' "${variable#*=}" | cut -d ' ' -f 1
  done <"/proc/$PPID/environ"
}

# The newest five, newest first: who bans addresses asks this list first.
remember_controller() {
  local address
  address=$(controller_address) || return 0
  [[ $address =~ ^[0-9A-Fa-f.:]+$ ]] || return 0
  {
    printf '%s\n' "$address"
    grep --no-messages --invert-match --line-regexp --fixed-strings -e "$address" "$STATE/controllers" || true
  } | head -n 5 >"$STATE/controllers.new"
  mv -fT "$STATE/controllers.new" "$STATE/controllers"
}

main() {
  local incoming=$2 starting refusal
  context_open "$1"
  exec {starting}>"$VOLATILE/start.lock"
  flock "$starting"
  [[ ! -e $RECORD ]] || attach_to_known "$incoming"
  plan_load "$incoming/plan"
  if [[ -n $PLAN_PROBLEM ]]; then
    rm -rf "$incoming"
    printf 'failed\t-\tplan\t65\t%s\nend\trefused\n' "$PLAN_PROBLEM"
    exit 65
  fi
  record_job "$incoming"
  remember_controller
  if ! start_unit; then
    refusal=$(one_line "$(<"$RUN/refusal")")
    rm -rf "$RECORD" "$RUN"
    printf 'failed\t-\tsystemd-run\t71\t%s\nend\trefused\n' "$refusal"
    exit 71
  fi
  exec {starting}>&-
  exec bash "$RUNTIME/follow.sh" "$JOB" 0
}

main "$@"
