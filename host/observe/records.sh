#!/usr/bin/env bash
# Prints what is on this host as the records of docs/runtime.md. Changes nothing and takes no lock.
# The provider pipes it, followed by the calls, into bash before it decides what a job must do.
set -Eeuo pipefail
export LC_ALL=C
umask 077
export STATE_DIRECTORY=/var/lib/flotilla UNIT_DIRECTORY=/etc/systemd/system

# A field that the host chose: `%`, TAB, CR and newline are percent-encoded. Sets $ENCODED.
encode() {
  ENCODED=${1//'%'/'%25'}
  ENCODED=${ENCODED//$'\t'/'%09'}
  ENCODED=${ENCODED//$'\r'/'%0D'}
  ENCODED=${ENCODED//$'\n'/'%0A'}
}

# attempt ITEM FUNCTION ARGUMENT…: a function that fails becomes a record and stops nothing.
attempt() {
  local item=$1 errors
  shift
  {
    errors=$("$@" 2>&1 >&3 </dev/null) || {
      encode "${errors:-no reason given}"
      printf 'problem\t%s\t%.2000s\n' "$item" "$ENCODED"
    }
  } 3>&1
}

observe_complete() {
  printf 'complete\n'
}
