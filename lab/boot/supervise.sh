#!/usr/bin/env bash
# The power supply of one lab host: boots it, and boots it again when the guest reboots.
# Started detached by host.ts; its environment is the LAB_* variables that boot.sh reads.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
# shellcheck source=lab/boot/record.sh
source "$here/record.sh"

# systemd-nspawn's exit code when the guest asked for a reboot.
readonly rebooted=133

main() {
  local status
  record_self "$LAB_FOLDER/supervisor.process"
  while :; do
    status=0
    unshare --mount --net --propagation private -- "$here/boot.sh" || status=$?
    ((status == rebooted)) || break
  done
  rm -f "$LAB_FOLDER"/*.process
}

main "$@"
