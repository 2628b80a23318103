# shellcheck shell=bash
# What systemd says of units.

# observe_units UNIT…: one systemctl for all of them; one by one when it refuses a name.
observe_units() {
  local answer unit
  if answer=$(show_units "$@" 2>/dev/null); then
    print_units "$@" <<<"$answer"
    return
  fi
  for unit in "$@"; do attempt "$unit" observe_unit "$unit"; done
}

observe_unit() {
  local answer
  answer=$(show_units "$1") && print_units "$1" <<<"$answer"
}

show_units() {
  systemctl show --property=LoadState,ActiveState,UnitFileState,NeedDaemonReload,Job -- "$@"
}

# Systemd prints one paragraph for each unit, in the order in which they were asked.
print_units() {
  local name value
  local -A property=()
  while IFS='=' read -r name value || [[ -n ${property[LoadState]:-} ]]; do
    if [[ -n $name ]]; then
      property[$name]=$value
      continue
    fi
    # Its start waits for another one's.
    [[ ${property[ActiveState]} != inactive || -z ${property[Job]-} ]] || property[ActiveState]=activating
    printf 'unit\t%s\t%s\t%s\t%s\t%s\n' "$1" "${property[LoadState]}" "${property[ActiveState]}" \
      "${property[UnitFileState]:--}" "${property[NeedDaemonReload]}"
    property=()
    shift
  done
}
