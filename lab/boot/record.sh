#!/usr/bin/env bash
# Sourced by the boot scripts: writes which process this is, so that only this one is ever killed.
set -Eeuo pipefail

# record_self FILE: "PID STARTTICKS BOOTID". An exec later keeps all three.
record_self() {
  local stat fields
  stat=$(<"/proc/$BASHPID/stat")
  read -ra fields <<<"${stat##*) }"
  printf '%s %s %s\n' "$BASHPID" "${fields[19]}" "$(</proc/sys/kernel/random/boot_id)" >"$1.tmp"
  mv -f "$1.tmp" "$1"
}
