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
    reload) verb=reload-or-restart ;;
    start | stop | restart) ;;
    *) fail "this runtime does not $verb units" ;;
  esac
  if ! unit_do "$verb" "$2"; then
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

units_reload_if_needed() {
  local step
  for step in "${STEPS[@]}"; do
    split_record "$step"
    if [[ ${FIELDS[1]} == daemon-reload ]] && journal_has_begun "${FIELDS[0]}"; then
      systemctl daemon-reload || restore_problem "systemctl daemon-reload"
      return 0
    fi
  done
}

restore_enabled() { # unit, state before
  local now
  now=$(systemctl is-enabled "$1" 2>/dev/null || true)
  [[ $now != "$2" ]] || return 0
  case $2:$now in
    enabled:*) systemctl --quiet enable "$1" && restored ;;
    disabled:enabled | missing:enabled) systemctl --quiet disable "$1" && restored ;;
  esac
}

restore_active() { # unit
  case $(unit_last_action "$1") in
    none) unit_is "$1" active || { unit_do start "$1" && restored; } ;;
    reload) unit_do reload-or-restart "$1" && restored ;;
    *) unit_do restart "$1" && restored ;;
  esac
}

# A service that ran goes on with its old configuration; one that did not run does not run.
restore_unit() { # unit, active state before, unit file state before
  restore_enabled "$1" "$3" || return 1
  case $2 in
    active | activating | reloading) restore_active "$1" ;;
    *) ! unit_is "$1" active || { systemctl stop "$1" && restored; } ;;
  esac
}
