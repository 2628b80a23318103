# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh
# Snapshot and restore of accounts. The copy holds the line of shadow: it is root's alone, and goes when the job is decided.

# First of all things, so that they are restored last: what lies in their homes goes before them.
snapshot_users() {
  local touch
  for touch in "${TOUCHES[@]}"; do
    [[ $touch != user$'\t'* ]] || snapshot_user "$(cut -f 2 <<<"$touch")" "$(cut -f 3 <<<"$touch")"
  done
}

# Lines of passwd and shadow, names of its groups, and whether the group of its name existed.
snapshot_user() { # name, home
  local number=$((SNAPSHOT_COUNT += 1)) own=missing
  [[ $2 == - ]] || snapshot_path "$2"
  ! has_group "$1" || own=$(getent group "$1" | cut -d : -f 3)
  if has_user "$1"; then
    account_print "$1" >"$RECORD/snapshot/$number"
    index user "$number" "$1" present "$own"
  else
    index user - "$1" missing "$own"
  fi
}

account_print() { # name
  getent passwd "$1"
  getent shadow "$1" || echo "$1:*:::::::"
  id -gn "$1"
  account_groups "$1"
}

account_groups() { # name; prints its supplementary groups, separated by commas
  local one primary names=
  primary=$(id -gn "$1")
  for one in $(id -Gn "$1"); do
    [[ $one == "$primary" ]] || names+=${names:+,}$one
  done
  printf '%s\n' "$names"
}

user_number_before() { # name; prints its uid in the snapshot
  local kind number name
  while IFS=$'\t' read -r kind number name _; do
    [[ $kind != user || $name != "$1" || $number == - ]] || head -n 1 "$RECORD/snapshot/$number" | cut -d : -f 3
  done <"$RECORD/snapshot/index"
}

restore_user() { # copy, name, present or missing, gid of the group of its name or missing
  if [[ $3 == missing ]]; then
    restore_no_user "$2" || return 1
  elif ! has_user "$2" || [[ $(account_print "$2") != "$(<"$1")" ]]; then
    restore_account "$1" "$2" && restored || return 1
  fi
  if [[ $4 == missing ]] && has_group "$2"; then groupdel "$2"; fi
}

restore_no_user() { # name
  local home
  has_user "$1" || return 0
  home=$(getent passwd "$1" | cut -d : -f 6)
  userdel "$1" && restored || return 1
  remove_skeleton "$home"
}

# What useradd laid into the home, as long as nobody changed it: the rest is somebody's work.
remove_skeleton() { # home
  local file
  is_in_home "$1/x" || return 0
  for file in /etc/skel/.[!.]* /etc/skel/*; do
    [[ -f $file && -f $1/${file##*/} ]] || continue
    ! as_owner cmp --silent "$file" "$1/${file##*/}" || as_owner rm -f "$1/${file##*/}"
  done
}

restore_account() { # copy, name
  local -a lines passwd shadow
  mapfile -t lines <"$1"
  IFS=: read -r -a passwd <<<"${lines[0]}:"
  IFS=: read -r -a shadow <<<"${lines[1]}:::::::::"
  if ! has_user "$2"; then
    has_group "${lines[2]}" || groupadd --gid "${passwd[3]}" "${lines[2]}" || return 1
    useradd --uid "${passwd[2]}" --gid "${passwd[3]}" --home-dir "${passwd[5]}" --no-create-home --no-log-init "$2" || return 1
  fi
  usermod --gid "${passwd[3]}" --groups "${lines[3]}" --comment "${passwd[4]}" --shell "${passwd[6]}" "$2" || return 1
  chpasswd --encrypted <<<"$2:${shadow[1]}" || return 1
  chage --lastday "${shadow[2]:--1}" --mindays "${shadow[3]:--1}" --maxdays "${shadow[4]:--1}" --warndays "${shadow[5]:--1}" \
    --inactive "${shadow[6]:--1}" --expiredate "${shadow[7]:--1}" "$2"
}
