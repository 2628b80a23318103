# shellcheck shell=bash
# Accounts: made and changed by Debian's own programs, which hold the locks of passwd, group and shadow.
# A password travels by stdin alone, and only back to where it was.

has_user() { # name
  getent passwd "$1" >/dev/null
}

has_group() { # name
  getent group "$1" >/dev/null
}

step_user() { # name, home, shell, groups or -, uid or -, system or person, comment or -
  local groups=${4#-} comment=$7
  [[ $comment != - ]] || comment=
  if has_user "$1"; then
    user_change "$1" "$3" "$groups" "$comment"
  else
    user_create "$1" "$2" "$3" "$groups" "${5#-}" "$6" "$comment"
  fi
  sync /etc
}

user_create() { # name, home, shell, groups, uid, system or person, comment
  local uid=$5
  local -a options=(--home-dir "$2" --shell "$3" --comment "$7" --password '*' --user-group --no-log-init)
  if [[ -e $2 ]]; then
    uid=$(user_of_home "$2" "$uid") || fail "$uid"
    options+=(--no-create-home)
  else
    ensure_parent "$2"
    options+=(--create-home --key HOME_MODE=0700)
  fi
  [[ -z $uid ]] || options+=(--uid "$uid")
  [[ -z $4 ]] || options+=(--groups "$4")
  [[ $6 == person ]] || options+=(--system)
  useradd "${options[@]}" "$1" || fail "useradd could not make the user $1"
}

# A home that an earlier account left keeps its number, so that what lies in it has an owner again.
user_of_home() { # home, uid or nothing; prints the uid, or why it cannot be
  local owner
  owner=$(stat --format=%u "$1")
  if [[ ! -d $1 || -L $1 ]]; then
    echo "$1 exists and is no directory"
    return 1
  elif ((owner == 0)) || [[ $owner == "$2" ]]; then
    printf '%s' "$2"
  elif has_user "$owner"; then
    echo "the home $1 exists and belongs to $(id -nu "$owner")"
    return 1
  elif [[ -n $2 ]]; then
    echo "the home $1 exists and belongs to uid $owner, not $2: give it to $2 by hand, or declare uid $owner"
    return 1
  else
    printf '%s' "$owner"
  fi
}

# Keeps number and home. A password is thrown away, an end date too.
user_change() { # name, shell, groups, comment
  has_group "$1" || groupadd "$1" || fail "groupadd could not make the group $1"
  local -a options=(--shell "$2" --groups "$3" --comment "$4" --password '*' --expiredate '')
  [[ $(id -gn "$1") == "$1" ]] || options+=(--gid "$1")
  usermod "${options[@]}" "$1" || fail "usermod could not change the user $1"
}
