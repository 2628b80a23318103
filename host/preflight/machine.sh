# shellcheck shell=bash
# What a machine must have: its system by name, room on its disk, a name that it knows.

preflight_system() {
  local name value system=-
  while IFS='=' read -r name value; do
    [[ $name != PRETTY_NAME ]] || system=${value//[\"\']/}
  done </etc/os-release
  encode "$system"
  printf 'host\t%s\t%s\n' system "$ENCODED" init "$(</proc/1/comm)"
}

# Free room and inodes where packages and data go; /var counts where it is a disk of its own.
preflight_space() {
  local path device free inodes free_inodes
  local -A seen=()
  for path in / /var; do
    device=$(stat -c %d "$path")
    [[ -z ${seen[$device]-} ]] || continue
    seen[$device]=yes
    read -r free inodes free_inodes <<<"$(stat -f -c '%a*%S/1024 %c %d' "$path")"
    printf 'space\t%s\t%s\t%s\t%s\n' "$path" "$((free))" "$inodes" "$free_inodes"
  done
}

# The host's own name, what it resolves to, and the addresses that are its own.
preflight_hostname() {
  local name
  name=$(</proc/sys/kernel/hostname)
  resolve hostname "$name"
  printf 'addresses\t%s\n' "$(hostname --all-ip-addresses)"
}

# The name of the first package source that has one: what this host has to find in the world.
preflight_dns() {
  local name
  read -r name < <(grep -hsE '^(deb\b|URIs:)' /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} \
    | grep -oE 'https?://[^/[:space:]]+' | sed -E 's#^.*//##; s#^.*@##; s#:[0-9]+$##' | grep '[a-z]') || return 0
  resolve dns "$name"
}

# resolve ITEM NAME: the first address, `-` for none.
resolve() {
  local address rest
  read -r address rest < <(timeout 5 getent ahosts "$2") || address=
  printf 'resolve\t%s\t%s\t%s\n' "$1" "$2" "${address:--}"
}

# Other programs that filter packets beside Flotilla's rules.
preflight_firewalls() {
  if grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf; then printf 'firewall\tufw\n'; fi
  if systemctl --quiet is-active firewalld.service; then printf 'firewall\tfirewalld\n'; fi
}

# preflight_disk_speed MIB: writes that much past the cache, for two seconds at most, and removes it.
preflight_disk_speed() {
  local file begin bytes
  file=$(mktemp /var/tmp/flotilla-preflight-XXXXXXXX) || return
  # shellcheck disable=SC2064 # the name as it is now
  trap "rm -f -- '$file'" EXIT
  begin=${EPOCHREALTIME/./}
  timeout --signal=INT 2 dd if=/dev/zero of="$file" bs=1M count="$1" oflag=direct status=none \
    || (($? == 124)) || return
  bytes=$(stat -c %s "$file")
  printf 'disk-write\t%s\t%s\n' "$bytes" "$((${EPOCHREALTIME/./} - begin))"
}
