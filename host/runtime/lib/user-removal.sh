# shellcheck shell=bash disable=SC2153 # STEPS comes from plan.sh
# An account goes with its job; the home that is to go with it only once nothing can bring the account back.

# Its own systemd goes by itself some seconds after its last session: nobody's work is lost when it goes now.
step_user_remove() { # name, home or -, keep or purge
  local uid running
  if ! has_user "$1"; then
    echo "unchanged: there is no user $1"
    return
  fi
  uid=$(id -u "$1")
  running=$(user_processes "$uid")
  [[ -z $running ]] || fail "the user $1 still has processes, end them first: $running"
  systemctl stop "user@$uid.service" 2>/dev/null || true
  userdel "$1" || fail "userdel could not remove the user $1"
  sync /etc
}

user_processes() { # uid; prints some, without its own systemd
  local pid name names=
  while read -r pid name; do
    case $name in
      systemd | '(sd-pam)' | dbus-daemon) ;;
      *) names+=${names:+, }"$name (pid $pid)" ;;
    esac
  done < <(ps --no-headers -o pid= -o comm= -u "$1" | head -n 5)
  printf '%s' "$names"
}

# Called with the commit.
users_clear_up() {
  local step
  for step in "${STEPS[@]}"; do
    split_record "$step"
    [[ ${FIELDS[1]} == user-remove && ${FIELDS[4]} == purge ]] || continue
    has_user "${FIELDS[2]}" || rm -f "/var/spool/cron/crontabs/${FIELDS[2]}"
    user_purge_home "${FIELDS[2]}" "${FIELDS[3]}"
  done
}

# Only a folder that was the account's own, and no file system of its own; not when somebody has made the account again
# while the job that owed it was interrupted.
user_purge_home() { # name, home
  local uid
  [[ $2 != - && -d $2 && ! -L $2 ]] || return 0
  uid=$(user_number_before "$1")
  if [[ $(stat --format=%u "$2") == "$uid" ]] && ! mountpoint --quiet "$2" && ! has_user "$1"; then
    rm -rf --one-file-system "$2"
  else
    say kept "$2"
  fi
}
