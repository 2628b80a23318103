# shellcheck shell=bash
# Releases: immutable folders under `releases/`, and `current`, a link that is switched by rename.
# What cannot be undone (pruning, deleting) waits until the outcome of the job is on the disk.

release_unpack() { # tar, folder
  rm -rf "$2"
  mkdir "$2"
  tar --extract --touch --no-same-owner --file="$1" --directory="$2"
  chmod -R u=rwX,go=rX "$2"
  find "$2" -type f -exec sync --data {} +
  sync "$2"
}

# Somebody edited a release: its files are replaced while `current` points to a copy, so that no request misses.
release_replace() { # path, digest, unpacked folder
  local folder=$1/releases
  cp --archive --link "$3" "$folder/.$2.copy"
  link_durably "releases/.$2.copy" "$1/current"
  mv -T "$folder/$2" "$folder/.$2.replaced"
  mv -T "$3" "$folder/$2"
  link_durably "releases/$2" "$1/current"
  rm -rf "$folder/.$2.copy"
}

release_put_back_replaced() { # path
  local replaced digest
  for replaced in "$1"/releases/.*.replaced/; do
    [[ -d $replaced ]] || continue
    digest=$(basename "$replaced" .replaced)
    rm -rf "$1/releases/${digest#.}" && mv -T "$replaced" "$1/releases/${digest#.}" && restored || return 1
  done
}

release_is_as() { # unpacked folder, folder that is there
  diff --recursive --brief --no-dereference "$1" "$2" >/dev/null \
    && cmp --silent <(release_attributes "$1") <(release_attributes "$2")
}

release_attributes() { # folder
  find "$1" -printf '%P %m %U %G\0' | sort --zero-terminated
}

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
