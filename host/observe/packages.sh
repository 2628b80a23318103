# shellcheck shell=bash
# What dpkg knows of packages.

# observe_packages NAME…: one dpkg-query for all of them.
observe_packages() {
  local name status flag version
  local -A seen=()
  # shellcheck disable=SC2016 # dpkg-query's own variables
  local -r format='${Package} ${db:Status-Status} ${db:Status-Eflag} ${Version}\n'
  command -v dpkg-query >/dev/null || { echo 'this host has no dpkg' >&2 && return 1; }
  while read -r name status flag version; do
    case $status:$flag in
      installed:ok) seen[$name]=$'installed\t'$version$'\tok' ;;
      not-installed:* | config-files:*) ;;
      *) seen[$name]=${seen[$name]:-$'missing\t'${version:--}$'\tbroken'} ;;
    esac
  done < <(dpkg-query -W -f "$format" -- "$@" 2>/dev/null)
  for name in "$@"; do printf 'package\t%s\t%s\n' "$name" "${seen[$name]:-$'missing\t-\tok'}"; done
}
