# shellcheck shell=bash
# Files, links and directories: written beside, synced, validated and renamed, so that a reader sees old or new.

temporary_beside() { # path; hidden, and with an ending that no program includes
  printf '%s/.%s.flotilla' "${1%/*}" "${1##*/}"
}

remove_temporary_files() {
  local touch
  for touch in "${TOUCHES[@]}"; do
    [[ $touch != path$'\t'* ]] || rm -f "$(temporary_beside "${touch#*$'\t'}")"
  done
}

is_same_path() { # copy, path: same type, content, mode and owner
  if [[ -L $1 ]]; then
    [[ -L $2 && $(readlink "$1") == "$(readlink "$2")" ]]
  else
    [[ -f $2 && ! -L $2 ]] && cmp --silent "$1" "$2" \
      && [[ $(stat --format='%a %u %g' "$1") == "$(stat --format='%a %u %g' "$2")" ]]
  fi
}

has_attributes() { # path, mode, owner, group
  [[ $(stat --format='%a %U %G' "$1") == "$(printf '%o' "0$2") $3 $4" ]]
}

ensure_parent() { # path
  [[ -d ${1%/*}/ ]] || install -d -m 0755 "${1%/*}"
}

link_durably() { # target, path
  local temporary
  temporary=$(temporary_beside "$2")
  ln -sfn "$1" "$temporary" && mv -fT "$temporary" "$2" && sync "${2%/*}"
}

step_file() { # payload, path, mode, owner, group, validator
  local payload=$RUN/payload/$1 path=$2 temporary
  if [[ -f $path && ! -L $path ]] && cmp --silent "$payload" "$path" && has_attributes "$path" "$3" "$4" "$5"; then
    echo "unchanged: $path"
    return
  fi
  ensure_parent "$path"
  temporary=$(temporary_beside "$path")
  install --mode="$3" --owner="$4" --group="$5" -T "$payload" "$temporary"
  sync "$temporary"
  if ! validate "$6" "$temporary" "$path"; then
    rm -f "$temporary"
    fail "$6 refuses the new $path; the old one is still in place"
  fi
  mv -fT "$temporary" "$path"
  sync "${path%/*}"
}

step_directory() { # path, mode, owner, group
  if [[ -d $1 && ! -L $1 ]] && has_attributes "$@"; then
    echo "unchanged: $1"
    return
  fi
  [[ ! -e $1 || -d $1 ]] || fail "$1 exists and is not a directory"
  ensure_parent "$1"
  install -d --mode="$2" --owner="$3" --group="$4" "$1"
  sync "${1%/*}/"
}

step_attributes() { # path, mode, owner, group
  chown "$3:$4" "$1"
  chmod "$2" "$1"
}

step_link() { # path, target
  if [[ -L $1 && $(readlink "$1") == "$2" ]]; then
    echo "unchanged: $1"
    return
  fi
  [[ -L $1 || ! -d $1 ]] || fail "$1 is a directory: a link does not replace it"
  ensure_parent "$1"
  link_durably "$2" "$1"
}

step_remove() { # path
  if [[ -L $1 || -f $1 ]]; then
    rm -f "$1"
    sync "${1%/*}/"
  elif [[ -d $1 ]]; then
    rmdir "$1" 2>/dev/null || say kept "$1"
  elif [[ -e $1 ]]; then
    fail "$1 is neither a file nor a link nor a directory: it stays"
  else
    echo "unchanged: $1 does not exist"
  fi
}
