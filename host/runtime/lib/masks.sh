# shellcheck shell=bash
# Masked units: somebody's mask is taken off for a job that wants the unit, and comes back when the job fails.

unit_is_masked() { # unit
  [[ $(systemctl show --property=LoadState --value "$1") == masked ]]
}

unit_unmask() { # unit
  systemctl --quiet unmask "$1"
  systemctl --quiet --runtime unmask "$1"
  ! unit_is_masked "$1" || fail "systemctl unmask $1 left it masked"
}

restore_mask() { # unit, unit file state before
  [[ $2 == masked* ]] && ! unit_is_masked "$1" || return 0
  if [[ $2 == masked-runtime ]]; then
    systemctl --quiet --runtime mask "$1"
  else
    systemctl --quiet mask "$1"
  fi && restored
}
