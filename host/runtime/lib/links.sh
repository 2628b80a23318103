# shellcheck shell=bash
# Symbolic links: made beside and renamed, so that a reader sees the old target or the new one.

link_durably() { # target, path
  local temporary
  temporary=$(temporary_beside "$2")
  ln -sfn "$1" "$temporary" && mv -fT "$temporary" "$2" && sync "${2%/*}"
}

step_link() { # path, target
  if [[ -L $1 && $(readlink "$1") == "$2" ]]; then
    echo "unchanged: $1"
    return
  fi
  [[ -L $1 || ! -d $1 ]] || fail "$1 is a directory: a link does not replace it"
  if is_in_home "$1"; then
    home_link "$2" "$1"
    return
  fi
  ensure_parent "$1"
  link_durably "$2" "$1"
}
