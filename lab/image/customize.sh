#!/usr/bin/env bash
# Turns a bootstrapped root into a lab host's: what it gets from outside is switched off inside.
# Run by mmdebstrap as its last hook: customize.sh ROOT INGREDIENTS
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here

# Addresses, names and time come from outside.
readonly masked=(
  networking.service systemd-networkd.service systemd-networkd-wait-online.service
  systemd-resolved.service systemd-timesyncd.service systemd-udevd.service
  systemd-udev-trigger.service getty@tty1.service console-getty.service
  e2scrub_reap.service e2scrub_all.timer fstrim.timer
)

mask_units() {
  local unit
  for unit in "${masked[@]}"; do
    ln -sfn /dev/null "$1/etc/systemd/system/$unit"
  done
}

# Downloads in the background would make runs differ; who wants them can have them. The first boot enables what no
# preset disables.
disable_downloads() {
  rm -f "$1"/etc/systemd/system/timers.target.wants/apt-daily*.timer
  mkdir -p "$1/etc/systemd/system-preset"
  echo 'disable apt-daily*.timer' >"$1/etc/systemd/system-preset/00-lab.preset"
}

write_apt() {
  rm -f "$1/etc/apt/sources.list" "$1/etc/apt/apt.conf.d/99mmdebstrap" \
    "$1/etc/dpkg/dpkg.cfg.d/99mmdebstrap"
  rm -f "$1"/etc/apt/sources.list.d/*
  install -m 0644 "$2/debian.sources" "$1/etc/apt/sources.list.d/debian.sources"
  install -m 0644 "$2/apt.conf" "$1/etc/apt/apt.conf.d/80lab"
}

trust_certificates() {
  find "$2/certificates" -name '*.crt' -exec install -m 0644 -t \
    "$1/usr/local/share/ca-certificates" {} +
  install -m 0644 "$2/environment" "$1/etc/environment"
  chroot "$1" update-ca-certificates >/dev/null
}

# What must be each host's own is made at its first boot.
forget_identity() {
  rm -f "$1"/etc/ssh/ssh_host_* "$1/etc/hostname" "$1/etc/resolv.conf" "$1/var/lib/dbus/machine-id"
  : >"$1/etc/machine-id"
  printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n' >"$1/etc/hosts"
}

main() {
  local root=$1 ingredients=$2
  mask_units "$root"
  disable_downloads "$root"
  write_apt "$root" "$ingredients"
  trust_certificates "$root" "$ingredients"
  install -m 0644 "$here/90_lab.cfg" "$root/etc/cloud/cloud.cfg.d/90_lab.cfg"
  mkdir -p "$root/var/log/journal"
  echo 'LANG=C.UTF-8' >"$root/etc/default/locale"
  forget_identity "$root"
}

main "$@"
