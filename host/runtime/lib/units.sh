# shellcheck shell=bash
# systemd units: one change each, and back to the state in which a snapshot saw them.

unit_is() { # unit, state: active, enabled
  systemctl --quiet "is-$2" "$1"
}

unit_log() { # unit, lines
  journalctl --unit="$1" --lines="$2" --output=cat --no-pager --quiet 2>/dev/null || true
}

# A unit that was restarted too often for systemd's limit is not a broken unit.
unit_do() { # verb, unit
  systemctl "$1" "$2" && return
  [[ $(systemctl show --property=Result --value "$2") == start-limit-hit ]] || return 1
  systemctl reset-failed "$2"
  systemctl "$1" "$2"
}

step_unit() { # verb, unit
  local verb=$1
  case $verb in
    enable | disable)
      systemctl --quiet "$verb" "$2" || fail "systemctl $verb $2 failed"
      return
      ;;
    unmask) unit_unmask "$2" && return ;;
    reload) verb=reload-or-restart ;;
    start | stop | restart) ;;
    *) fail "this runtime does not $verb units" ;;
  esac
  if [[ $verb == *start && -e $RUN/restarted-$2 ]]; then
    echo "unchanged: $2 was started by this job already"
    return
  fi
  if ! unit_restart "$verb" "$2"; then
    unit_log "$2" 20
    fail "$2 did not $1: $(systemctl show --property=ActiveState,Result "$2" | tr '\n' ' ')"
  fi
}

step_daemon_reload() {
  systemctl daemon-reload
}

# What the job last began to do with a unit: that tells what the unit has read.
unit_last_action() { # unit
  local step action=none
  for step in "${STEPS[@]}"; do
    split_record "$step"
    if [[ ${FIELDS[1]} == unit && ${FIELDS[3]} == "$1" && ${FIELDS[2]} != *able ]]; then
      ! journal_has_begun "${FIELDS[0]}" || action=${FIELDS[2]}
    fi
  done
  printf '%s' "$action"
}

# Unit files that a job brought or changed are read anew when they are gone or old again.
restore_unit_files() {
  local touch
  for touch in "${TOUCHES[@]}"; do
    [[ $touch == path$'\t'*/systemd/system/* ]] || continue
    systemctl daemon-reload || restore_problem "systemctl daemon-reload"
    return 0
  done
}

is_running_state() { # active state
  [[ $1 == active || $1 == activating || $1 == reloading ]]
}

# Before the files come back: what did not run or start at boot needs its unit file to be told so.
restore_unit_off() { # unit, active state before, unit file state before
  if ! is_running_state "$2" && unit_is "$1" active; then
    systemctl stop "$1" && restored || return 1
  fi
  restore_mask "$1" "$3" || return 1
  if [[ $3 != enabled && $3 != masked* && $(systemctl is-enabled "$1" 2>/dev/null) == enabled ]]; then
    systemctl --quiet disable "$1" && restored || return 1
  fi
}

# After the files came back: a service that ran goes on with its old configuration.
restore_unit_on() { # unit, active state before, unit file state before
  if [[ $3 == enabled && $(systemctl is-enabled "$1" 2>/dev/null) != enabled ]]; then
    systemctl --quiet enable "$1" && restored || return 1
  fi
  [[ $3 != masked* ]] && is_running_state "$2" || return 0
  case $(unit_last_action "$1") in
    none)
      if ! unit_is "$1" active; then
        unit_do start "$1" && restored
      elif is_started_since_snapshot "$1"; then
        unit_restart restart "$1" && restored
      fi
      ;;
    reload) unit_do reload-or-restart "$1" && restored ;;
    *) unit_restart restart "$1" && restored ;;
  esac
}

restore_units() { # function that restores one, records of the index…
  local record
  for record in "${@:2}"; do
    [[ $record == unit$'\t'* ]] || continue
    split_record "$record"
    "$1" "${FIELDS[@]:2}" || restore_problem "the unit ${FIELDS[2]}"
  done
}
