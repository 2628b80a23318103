# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh
# What stays on the host: five jobs of a manifest, the newest two runtimes and any that a job still needs.
readonly JOBS_KEPT=5 RUNTIMES_KEPT=2

newest_first() { # folders
  (($# == 0)) || ls --directory -t -- "$@"
}

# Under its name it is whole or not there, whatever happens meanwhile: a job without its outcome would be an interrupted one.
remove_whole() { # folder
  local aside=$STATE/.old.${1##*/}
  rm -rf "$aside"
  mv -T "$1" "$aside"
  rm -rf "$aside"
}

prune_jobs() {
  local record plan kept=0
  while IFS= read -r plan; do
    record=${plan%/plan}
    if ((++kept > JOBS_KEPT)) && [[ -e $record/outcome && ! -e $record/owing && $record != "$RECORD" ]]; then remove_whole "$record"; fi
  done < <(newest_first "$STATE"/jobs/*/plan | xargs --delimiter='\n' grep --files-with-matches --line-regexp --fixed-strings \
    "meta"$'\t'"manifest"$'\t'"${META[manifest]}")
}

# A decided job keeps no copy of a file that only its owner may read: a secret that was replaced would live on in it.
# Somebody may have made it readable by hand: only what the job leaves public was public.
prune_private_copies() { # record of a job
  local kind number name
  local -a copies=()
  local -A public=()
  [[ -e $1/snapshot/index ]] || return 0
  while IFS= read -r name; do public[$name]=1; done < <(public_paths "$1/plan")
  while IFS=$'\t' read -r kind number name _; do
    if [[ $kind == user ]]; then rm -f "$1/snapshot/$number"; fi
    [[ $kind != postgres-* || $number == - ]] || rm -f "$1/snapshot/$number"
    [[ $kind == copy ]] || continue
    if [[ ${public[$name]-} ]]; then copies+=("$1/snapshot/$number"); else rm -f "$1/snapshot/$number"; fi
  done <"$1/snapshot/index"
  ((${#copies[@]} == 0)) || find "${copies[@]}" -maxdepth 0 -type f ! -perm /077 -delete
  mv -T "$1/snapshot/index" "$1/snapshot/kept"
}

public_paths() { # plan
  local record
  while IFS= read -r record; do
    split_record "$record"
    case ${FIELDS[2]-} in
      file) FIELDS=("${FIELDS[@]:4:2}") ;;
      attributes) FIELDS=("${FIELDS[@]:3:2}") ;;
      *) continue ;;
    esac
    if ((8#${FIELDS[1]} & 077)); then printf '%s\n' "${FIELDS[0]}"; fi
  done <"$1"
}

# Where not all could be put back, the copies stay until a job of the same manifest commits; and until a job has cleared up.
prune_snapshots() {
  local record
  for record in "$STATE"/jobs/*/; do
    [[ -e $record/outcome && -e $record/snapshot/index && ! -e $record/owing ]] || continue
    if [[ $(<"$record/outcome") != restore-failed ]] || is_repaired "$record"; then prune_private_copies "$record"; fi
  done
}

is_repaired() { # record of an earlier job
  [[ $OUTCOME == committed ]] \
    && grep --quiet --line-regexp --fixed-strings "meta"$'\t'"manifest"$'\t'"${META[manifest]}" "$1/plan"
}

# Of bootstraps that were killed in the middle, and of jobs that died when their outcome was on the disk.
prune_abandoned() {
  local run job
  for run in "$VOLATILE"/jobs/*/; do
    run=${run%/} job=${run##*/}
    [[ -d $run && (! -d $STATE/jobs/$job || -e $STATE/jobs/$job/outcome) ]] || continue
    systemctl --quiet is-active "flotilla-job-$job.service" || rm -rf "$run"
  done
  find "$VOLATILE" "$STATE" "$STATE/runtime" -mindepth 1 -maxdepth 1 '(' -name 'incoming.*' -o -name '.*' ')' \
    -mmin +60 -exec rm -rf {} +
}

prune_runtimes() {
  local record runtime kept=0
  local -A used=()
  while IFS=$'\t' read -r record runtime; do
    [[ -e $record/acknowledged ]] || used["$runtime"]=1
  done < <(find "$STATE/jobs" -mindepth 2 -maxdepth 2 -name runtime -printf '%h\t%l\n')
  while IFS= read -r runtime; do
    runtime=${runtime%/}
    if ((++kept > RUNTIMES_KEPT)) && [[ -z ${used[$runtime]-} ]]; then
      remove_whole "$runtime"
    fi
  done < <(newest_first "$STATE"/runtime/*/)
}
