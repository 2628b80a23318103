# shellcheck shell=bash
# Takes what a job will touch, before its first step, and makes sure that it is on the disk.
# `snapshot/index` has one record per thing: kind, number of its copy, name, what else must come back.
readonly FIREWALL=$STATE/firewall
readonly BOOT_UNIT=/etc/systemd/system/flotilla-firewall.service
readonly BOOT_LINK=/etc/systemd/system/sysinit.target.wants/flotilla-firewall.service
SNAPSHOT_COUNT=0

index() { # fields
  local IFS=$'\t'
  printf '%s\n' "$*" >>"$RECORD/snapshot/index"
}

# The folders above a path that a step will have to make.
snapshot_missing_parents() { # path
  local parent=${1%/*}
  [[ -n $parent && ! -e $parent ]] || return 0
  snapshot_missing_parents "$parent"
  index missing - "$parent"
}

snapshot_path() { # path
  local number=$((SNAPSHOT_COUNT += 1))
  if [[ -L $1 || -f $1 ]]; then
    cp --archive --reflink=auto "$1" "$RECORD/snapshot/$number"
    index copy "$number" "$1"
  elif [[ -d $1 ]]; then
    index directory - "$1" "$(stat --format='%a %u %g' "$1")"
  elif [[ -e $1 ]]; then
    index other - "$1"
  else
    snapshot_missing_parents "$1"
    index missing - "$1"
  fi
}

# One call for all units; systemd answers in the order of the question.
snapshot_units() { # units
  local -a units=("$@")
  local line number=0 active='' enabled=''
  ((${#units[@]})) || return 0
  while IFS= read -r line; do
    case $line in
      ActiveState=*) active=${line#*=} ;;
      UnitFileState=*) enabled=${line#*=} ;;
      '')
        index unit - "${units[number]}" "${active:-inactive}" "${enabled:-missing}"
        number=$((number + 1)) active='' enabled=''
        ;;
    esac
  done < <(systemctl show --property=ActiveState,UnitFileState -- "${units[@]}" && echo)
  ((number == ${#units[@]}))
}

snapshot_nft() { # table
  local number=$((SNAPSHOT_COUNT += 1)) suffix
  for suffix in nft digest loaded; do snapshot_path "$FIREWALL/$1.$suffix"; done
  snapshot_path "$BOOT_UNIT"
  snapshot_path "$BOOT_LINK"
  nftables_print "$1" >"$RECORD/snapshot/$number"
  index nft "$number" "$1"
}

snapshot_sysctl() { # name
  local value=-
  [[ ! -f $(sysctl_file "$1") ]] || value=$(one_line "$(<"$(sysctl_file "$1")")")
  index sysctl - "$1" "${value:--}"
}

snapshot_take() {
  local touch name
  local -a units=()
  mkdir -p "$RECORD/snapshot"
  snapshot_postgres
  snapshot_path "$LEDGER"
  snapshot_path "$ORIGINALS"
  snapshot_users
  for touch in "${TOUCHES[@]}"; do
    name=${touch#*$'\t'}
    case ${touch%%$'\t'*} in
      path) snapshot_path "$name" ;;
      unit) units+=("$name") ;;
      release) snapshot_release "$name" ;;
      nft) snapshot_nft "$name" ;;
      sshd) snapshot_sshd "$name" ;;
      sysctl) snapshot_sysctl "$name" ;;
    esac
  done
  snapshot_units "${units[@]}"
  find "$RECORD" ! -type l -exec sync "$STATE/jobs" {} +
  : >"$RECORD/snapshot/complete"
  sync "$RECORD/snapshot/complete" "$RECORD/snapshot"
}
