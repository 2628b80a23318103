# shellcheck shell=bash
# Files and directories: written beside, synced, validated and renamed, so that a reader sees old or new.

temporary_beside() { # path; hidden, and with an ending that no program includes
  printf '%s/.%s.flotilla' "${1%/*}" "${1##*/}"
}

remove_temporary_files() {
  local touch
  for touch in "${TOUCHES[@]}"; do
    [[ $touch != @(path|sshd)$'\t'* ]] || rm -f "$(temporary_beside "${touch#*$'\t'}")"
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

step_file() { # payload, path, mode, owner, group, validator
  local payload=$RUN/payload/$1 path=$2 temporary
  if is_in_home "$path"; then
    home_file "$payload" "$path" "$3" "$4" "$6"
    return
  fi
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
  if is_in_home "$1"; then
    ensure_owner "$1" "$3"
    home_directory "$1" "$2"
    return
  fi
  ensure_parent "$1"
  install -d --mode="$2" --owner="$3" --group="$4" "$1"
  sync "${1%/*}/"
}

step_attributes() { # path, mode, owner, group
  ! is_in_home "$1" || fail "$1 lies in a folder that is not root's: its attributes are set with its content"
  chown "$3:$4" "$1"
  chmod "$2" "$1"
}

step_remove() { # path
  local -a as=()
  if is_in_home "$1"; then as=(as_owner); fi
  if [[ -L $1 || -f $1 ]]; then
    "${as[@]}" rm -f "$1"
    sync "${1%/*}/"
  elif [[ -d $1 ]]; then
    "${as[@]}" rmdir "$1" 2>/dev/null || say kept "$1"
  elif [[ -e $1 ]]; then
    fail "$1 is neither a file nor a link nor a directory: it stays"
  else
    echo "unchanged: $1 does not exist"
  fi
}
