#!/usr/bin/env bash
# Freezes the job of one manifest as soon as its journal has one line, prints `frozen` and the unit, and ends.
# Piped into bash on a lab host by the kill sweep; without that line in $4 seconds it ends with 1.
set -Eeuo pipefail
readonly MANIFEST=$1 STEP=$2 EVENT=$3
readonly JOBS=/var/lib/flotilla/jobs
exec {NEVER}<> <(:)

# Without a process: it looks hundreds of times in a second, beside the job that it waits for.
nap() { read -r -t 0.002 -u "$NEVER" || true; }

read_whole() { # file → TEXT
  TEXT=
  { IFS= read -r -d '' TEXT <"$1"; } 2>/dev/null || true
}

# The newest job of the manifest that has no outcome.
find_job() {
  local plan
  for plan in "$JOBS"/*/plan; do
    [[ -e $plan && ! -e ${plan%/plan}/outcome ]] || continue
    read_whole "$plan"
    [[ $TEXT == *"meta"$'\t'"manifest"$'\t'"$MANIFEST"$'\n'* ]] || continue
    JOB=${plan%/plan}
    return
  done
  return 1
}

# By the kernel's own list of its processes, at once; then by systemd, which also finds what was born meanwhile.
freeze() { # unit
  local list
  local -a pids
  for list in /sys/fs/cgroup/{systemd/,}system.slice/"$1"/cgroup.procs; do
    [[ -e $list ]] || continue
    mapfile -t pids <"$list"
    kill -STOP "${pids[@]}" 2>/dev/null || true
  done
  systemctl kill --signal=STOP "$1" 2>/dev/null
}

main() {
  local end=$((SECONDS + $1)) JOB='' TEXT unit
  while ((SECONDS < end)); do
    if [[ -n $JOB ]] || find_job; then
      read_whole "$JOB/journal"
      if [[ $TEXT == *$'\t'"$STEP"$'\t'"$EVENT"$'\t'* ]]; then
        unit=flotilla-job-${JOB##*/}.service
        freeze "$unit" || exit 1
        printf 'frozen %s\n' "$unit"
        return
      fi
      [[ ! -e $JOB/outcome ]] || JOB=''
    fi
    nap
  done
  return 1
}

main "$4"
