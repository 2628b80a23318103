# shellcheck shell=bash
# Accounts, as the host's databases have them. Of a password only whether one opens the account.

# observe_users NAME…
observe_users() {
  local name entry
  for name in "$@"; do
    if entry=$(getent passwd "$name"); then
      observe_user "$name" "$entry"
    else
      printf 'user-missing\t%s\n' "$name"
    fi
  done
}

observe_user() { # name, its line of passwd
  local uid gid comment home shell hash='' expiry='' group groups='' password=locked expires=no one
  IFS=: read -r _ _ uid gid comment home shell <<<"$2"
  IFS=: read -r _ hash _ _ _ _ _ expiry _ < <(getent shadow "$1") || true
  case $hash in
    '') password=empty ;;
    '*'* | '!'*) ;;
    *) password='set' ;;
  esac
  [[ -z $expiry ]] || expires=yes
  group=$(getent group "$gid") || group=$gid:
  for one in $(id -Gn "$1"); do
    [[ $one == "${group%%:*}" ]] || groups+=${groups:+,}$one
  done
  printf 'user\t%s\t%s\t%s\t%s\t%s\t%s' "$1" "$uid" "${group%%:*}" "${groups:--}" "$password" "$expires"
  for one in "$home" "$shell" "$comment"; do
    encode "$one"
    printf '\t%s' "$ENCODED"
  done
  printf '\n'
}

# observe_groups NAME…: those that exist.
observe_groups() {
  local name
  while IFS=: read -r name _; do printf 'group\t%s\n' "$name"; done < <(getent group "$@" || true)
}

# observe_uids NUMBER…: those that are taken, and by whom.
observe_uids() {
  local name uid
  while IFS=: read -r name _ uid _; do printf 'uid\t%s\t%s\n' "$uid" "$name"; done < <(getent passwd "$@" || true)
}
