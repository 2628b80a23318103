# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh
# What stays on the host: five jobs of a manifest, the newest two runtimes and any that a job still needs.
readonly JOBS_KEPT=5 RUNTIMES_KEPT=2

newest_first() { # folders
  (($# == 0)) || ls --directory -t -- "$@"
}

prune_jobs() {
  local record plan kept=0
  while IFS= read -r plan; do
    record=${plan%/plan}
    if ((++kept > JOBS_KEPT)) && [[ -e $record/outcome && $record != "$RECORD" ]]; then rm -rf "$record"; fi
  done < <(newest_first "$STATE"/jobs/*/plan | xargs --delimiter='\n' grep --files-with-matches --line-regexp --fixed-strings \
    "meta"$'\t'"manifest"$'\t'"${META[manifest]}")
}

# Of bootstraps that were killed in the middle.
prune_abandoned() {
  find "$VOLATILE" "$STATE/runtime" -mindepth 1 -maxdepth 1 '(' -name 'incoming.*' -o -name '.*' ')' \
    -mmin +60 -exec rm -rf {} +
}

prune_runtimes() {
  local record runtime kept=0
  local -A used=()
  for record in "$STATE"/jobs/*/; do
    runtime=$(readlink "$record/runtime" || true)/
    [[ -e $record/acknowledged ]] || used[$runtime]=1
  done
  while IFS= read -r runtime; do
    if ((++kept > RUNTIMES_KEPT)) && [[ -z ${used[$runtime]-} ]]; then rm -rf "$runtime"; fi
  done < <(newest_first "$STATE"/runtime/*/)
}
