#!/usr/bin/env bash
# Freezes the job of one manifest as soon as its journal has one line, prints `frozen` and the unit, and ends.
# Piped into bash on a lab host by the kill sweep; without that line in $4 seconds it ends with 1.
set -Eeuo pipefail
readonly MANIFEST=$1 STEP=$2 EVENT=$3
readonly JOBS=/var/lib/flotilla/jobs
exec {NEVER}<> <(:)

nap() { read -r -t 0.002 -u "$NEVER" || true; }

# The newest job of the manifest that has no outcome.
find_job() {
  local plan
  for plan in "$JOBS"/*/plan; do
    [[ -e $plan && ! -e ${plan%/plan}/outcome ]] || continue
    if grep --quiet --line-regexp --fixed-strings "meta"$'\t'"manifest"$'\t'"$MANIFEST" "$plan"; then
      JOB=${plan%/plan}
      return
    fi
  done
  return 1
}

main() {
  local end=$((SECONDS + $1)) JOB=''
  while ((SECONDS < end)); do
    if [[ -n $JOB ]] || find_job; then
      if grep --quiet --no-messages -P "\t\Q$STEP\E\t$EVENT\t" "$JOB/journal"; then
        systemctl kill --signal=STOP "flotilla-job-${JOB##*/}.service" 2>/dev/null || exit 1
        printf 'frozen flotilla-job-%s.service\n' "${JOB##*/}"
        return
      fi
      [[ ! -e $JOB/outcome ]] || JOB=''
    fi
    nap
  done
  return 1
}

main "$4"
