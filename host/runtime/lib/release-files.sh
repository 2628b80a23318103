# shellcheck shell=bash
# The files of one release: unpacked, compared with what is there, and put in its place.

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
