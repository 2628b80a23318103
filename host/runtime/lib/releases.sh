# shellcheck shell=bash
# Releases: immutable folders under `releases/`, and `current`, a link that is switched by rename.
# What cannot be undone (pruning, deleting) waits until the outcome of the job is on the disk.

step_release() { # payload, path, digest, keep
  local path=$2 target=$2/releases/$3 new=$2/releases/.$3.new
  install -d --mode=0755 --owner=root --group=root "$path" "$path/releases"
  release_unpack "$RUN/payload/$1" "$new"
  if [[ ! -e $target ]]; then
    mv -T "$new" "$target"
  elif release_is_as "$new" "$target"; then
    rm -rf "$new"
    touch "$target"
    [[ $(readlink "$path/current" || true) != "releases/$3" ]] || echo "unchanged: $path"
  else
    release_replace "$path" "$3" "$new"
  fi
  sync "$path/releases"
  link_durably "releases/$3" "$path/current"
}

step_release_remove() { # path
  rm -f "$1/current"
  [[ ! -d $1/releases ]] || mv -T "$1/releases" "$1/.removed-$JOB"
}

# Current and previous always stay; of the others the newest.
release_prune() { # path, digest, keep
  local release kept=2 previous=
  previous=$(release_target_before "$1")
  while IFS= read -r release; do
    case $release in
      "$2" | "${previous##*/}") ;;
      *) ((kept++ < $3)) || rm -rf "$1/releases/$release" ;;
    esac
  done < <(find "$1/releases" -mindepth 1 -maxdepth 1 -type d ! -name '.*' -printf '%T@ %f\n' | sort -rn | cut -d ' ' -f 2-)
  rm -rf "$1"/releases/.*.replaced
}

release_target_before() { # path
  local kind name target
  while IFS=$'\t' read -r kind _ name target; do
    [[ $kind != release || $name != "$1" ]] || printf '%s' "$target"
  done <"$RECORD/snapshot/index"
}

releases_clear_up() {
  local step
  for step in "${STEPS[@]}"; do
    split_record "$step"
    case ${FIELDS[1]} in
      release) release_prune "${FIELDS[3]}" "${FIELDS[4]}" "${FIELDS[5]}" ;;
      release-remove)
        rm -rf "${FIELDS[2]}"/.removed-*
        rmdir "${FIELDS[2]}" 2>/dev/null || true
        ;;
    esac
  done
}

# A release is immutable: where `current` points, and which ones were there.
snapshot_release() { # path
  local target=- release number=$((SNAPSHOT_COUNT += 1))
  [[ ! -L $1/current ]] || target=$(readlink "$1/current")
  for release in "$1"/releases/*/; do
    [[ ! -d $release ]] || printf '%s\n' "$(basename "$release")"
  done >"$RECORD/snapshot/$number"
  snapshot_missing_parents "$1/releases/x"
  index release "$number" "$1" "$target"
}
