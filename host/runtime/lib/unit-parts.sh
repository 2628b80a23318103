# shellcheck shell=bash
# Units that are a part of another one: systemd restarts them with it.

# systemctl does not wait for them: those that ran must run again.
unit_await_parts() { # units that ran
  local part end=$((SECONDS + 90))
  for part in "$@"; do
    until unit_is "$part" active && [[ -z $(systemctl show --property=Job --value "$part") ]]; do
      if [[ $(systemctl is-active "$part") == failed ]] || ((SECONDS >= end)); then
        echo "$part does not run again" >&2
        return 1
      fi
      nap 0.05
    done
  done
}

unit_parts() { # unit: those of its parts that run
  local part
  for part in $(systemctl show --property=ConsistsOf --value "$1"); do
    ! unit_is "$part" active || printf '%s\n' "$part"
  done
}

unit_restart() { # verb, unit
  local -a parts
  mapfile -t parts < <(unit_parts "$2")
  unit_do "$1" "$2" && unit_await_parts "${parts[@]}"
}
