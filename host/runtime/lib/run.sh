# shellcheck shell=bash
# Runs steps and gates one by one, each in a subshell whose output becomes log lines, until one fails.
FAILED=

# Waits for one process only: what it left behind in the background may hold the pipe, and is not waited for.
run_logged() { # command…; the exit code is in CODE
  local out logger pid tries
  exec {out}> >(log_lines)
  logger=$!
  (
    umask 022
    [[ -z $LOCK ]] || exec {LOCK}>&-
    "$@"
  ) </dev/null >&"$out" 2>&1 &
  pid=$!
  exec {out}>&-
  while :; do
    CODE=0
    wait "$pid" || CODE=$?
    if ((CODE <= 128)) || ! kill -0 "$pid" 2>/dev/null; then break; fi
  done
  for ((tries = 0; tries < 500; tries++)); do
    kill -0 "$logger" 2>/dev/null || break
    nap 0.002
  done
}

run_step() { # record
  local id verb object started
  split_record "$1"
  id=${FIELDS[0]} verb=${FIELDS[1]} object=$(step_object)
  journal_begin "$id"
  say step "$id" begin "$verb $object"
  started=$(milliseconds)
  run_logged "step_${verb//-/_}" "${FIELDS[@]:2}"
  journal_end "$id" "$CODE"
  if ((CODE)); then
    FAILED=$id
    say failed "$id" "$verb" "$CODE" "$(reason "$verb $object failed with exit code $CODE")"
    say_tail "step"$'\t'"$id"$'\t'begin
    return
  fi
  say step "$id" end "$verb $object" "$(($(milliseconds) - started))"
}

run_gate() { # record
  local name layer
  split_record "$1"
  name=${FIELDS[0]}
  journal_begin "gate:$name"
  say gate "$name" begin "${FIELDS[1]}"
  run_logged gate_run "${FIELDS[@]}"
  journal_end "gate:$name" "$CODE"
  ((CODE)) || return 0
  FAILED=$name layer=gate
  [[ ! -s $RUN/layer ]] || layer=$(<"$RUN/layer")
  say failed "$name" "$layer" "$CODE" "$(reason "the gate ended with exit code $CODE")"
  say_tail "gate"$'\t'"$name"$'\t'begin
}

# A request to stop is heard between two steps: the running one is finished.
stop_if_cancelled() {
  is_cancelled || return 0
  FAILED=cancel
  if ((SECONDS >= META['deadline'])); then
    say failed - deadline 124 "the job took longer than ${META[deadline]} s"
  else
    say failed - cancel 130 "cancelled"
  fi
}

run_plan() {
  local record
  for record in "${STEPS[@]}"; do
    stop_if_cancelled
    [[ -z $FAILED ]] || return 0
    run_step "$record"
    [[ -z $FAILED ]] || return 0
  done
  for record in "${GATES[@]}"; do
    stop_if_cancelled
    [[ -z $FAILED ]] || return 0
    run_gate "$record"
    [[ -z $FAILED ]] || return 0
  done
  stop_if_cancelled
}
