# shellcheck shell=bash
# What belongs to which manifest, and the jobs of one.

# observe_ledger MANIFEST_ID KEY…: owners of these keys, and every key of this manifest.
observe_ledger() {
  local manifest=$1 key owner
  local -A asked=()
  shift
  for key in "$@"; do asked[$key]=1; done
  [[ -e $STATE_DIRECTORY/ledger ]] || return 0
  while IFS=$'\t' read -r key owner || [[ -n $key ]]; do
    [[ -z ${asked[$key]:-} && $owner != "$manifest" ]] || printf 'owner\t%s\t%s\n' "$key" "$owner"
  done <"$STATE_DIRECTORY/ledger"
}

# observe_jobs MANIFEST_ID: its jobs, newest last.
observe_jobs() {
  local plan
  [[ -d $STATE_DIRECTORY/jobs ]] || return 0
  while IFS= read -r plan; do
    [[ ! -f $plan ]] || observe_job "$1" "${plan%/plan}"
  done < <(find "$STATE_DIRECTORY/jobs" -mindepth 2 -maxdepth 2 -name plan -printf '%C@ %p\n' \
    | sort -n | cut -d ' ' -f 2-)
}

observe_job() {
  local manifest=$1 directory=$2 record name value state outcome=- acknowledged=unacknowledged
  local -A meta=()
  while IFS=$'\t' read -r record name value && [[ $record == meta ]]; do meta[$name]=$value; done <"$directory/plan"
  [[ ${meta[manifest]:-} == "$manifest" ]] || return 0
  if [[ -e $directory/outcome && ! -e $directory/owing ]]; then
    state=finished
    read -r outcome <"$directory/outcome" || [[ -n $outcome ]] || outcome=-
  elif systemctl --quiet is-active "flotilla-job-${directory##*/}.service"; then
    state=running
  else
    state=interrupted
  fi
  [[ ! -e $directory/acknowledged ]] || acknowledged=acknowledged
  printf 'job\t%s\t%s\t%s\t%s\t%s\t%s\n' "${directory##*/}" "${meta[desired]:--}" "${meta[attempt]:-0}" \
    "$state" "$outcome" "$acknowledged"
}
