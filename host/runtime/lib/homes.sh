# shellcheck shell=bash
# Files below a folder that is an account's own. Its owner may put a link there at any moment: so everything is done
# as that owner, who gains nothing by it, and never as root.
readonly FIRST_PERSON=1000
OWNER=''
HOME_FOLDER=''

# Sets OWNER (uid:gid) and HOME_FOLDER for the first folder above a path that is no system account's. What lies above that
# one nobody but root can exchange, so that the answer stays true.
is_in_home() { # path
  local folder='' part owner
  local -a parts
  OWNER='' HOME_FOLDER=''
  IFS=/ read -r -a parts <<<"${1%/*}"
  for part in "${parts[@]:1}"; do
    folder+=/$part
    owner=$(stat --format=%u:%g "$folder" 2>/dev/null) || return 1
    if ((${owner%:*} >= FIRST_PERSON)); then
      OWNER=$owner HOME_FOLDER=$folder
      return 0
    fi
  done
  return 1
}

as_owner() { # command…
  setpriv --reuid="${OWNER%:*}" --regid="${OWNER#*:}" --clear-groups -- "$@"
}

ensure_owner() { # path, owner
  [[ $(id -u "$2") == "${OWNER%:*}" ]] \
    || fail "$1 lies in a folder of $(id -nu "${OWNER%:*}" 2>/dev/null || echo "uid ${OWNER%:*}"): only its owner can own it, not $2"
}

home_file() { # content, path, mode, owner, validator
  ensure_owner "$2" "$4"
  validate "$5" "$1" "$2" || fail "$5 refuses the new $2; the old one is still in place"
  home_write "$1" "$2" "$3"
}

home_write() { # content, path, mode
  local temporary
  temporary=$(temporary_beside "$2")
  as_owner mkdir -p "${2%/*}" && as_owner rm -f "$temporary" \
    && as_owner tee "$temporary" <"$1" >/dev/null && as_owner chmod "$3" "$temporary" \
    && as_owner sync "$temporary" && as_owner mv -fT "$temporary" "$2" && as_owner sync "${2%/*}"
}

# Nobody but root can exchange the home itself: what lies directly in it may be given back to its owner by root.
home_directory() { # path, mode
  [[ ${1%/*} != "$HOME_FOLDER" || ! -d $1 ]] || chown --no-dereference "$OWNER" "$1"
  as_owner mkdir -p "$1" && as_owner chmod "$2" "$1"
}

home_link() { # target, path
  local temporary
  temporary=$(temporary_beside "$2")
  as_owner ln -sfn "$1" "$temporary" && as_owner mv -fT "$temporary" "$2"
}

home_restore_copy() { # copy, path
  if is_same_path "$1" "$2"; then return 0; fi
  if [[ -L $1 ]]; then
    home_link "$(readlink "$1")" "$2"
  else
    home_write "$1" "$2" "$(stat --format=%a "$1")"
  fi && restored
}
