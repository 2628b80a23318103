#!/usr/bin/env bash
# One boot of a lab host, in a mount and network namespace of its own: with the last process they
# are gone, and with them the mounts, the cable and the host's rules. Run by supervise.sh.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
# shellcheck source=lab/boot/record.sh
source "$here/record.sh"

# The other end of eth0 lies on the machine's bridge.
plug_in() {
  ip -batch - <<EOF
link set lo up
link add eth0 address $LAB_MAC type veth peer name $LAB_CABLE netns $PPID
EOF
  # Neighbours hear of an address when it comes: it may have been another host's.
  echo 1 >/proc/sys/net/ipv4/conf/eth0/arp_notify
  [[ ! -d /proc/sys/net/ipv6 ]] || echo 1 >/proc/sys/net/ipv6/conf/eth0/ndisc_notify
  [[ -z $LAB_ADDRESS ]] || ip address add "$LAB_ADDRESS" dev eth0
  nsenter --target "$PPID" --net ip link set "$LAB_CABLE" master "$LAB_BRIDGE" up
  ip link set eth0 up
  [[ -z $LAB_ADDRESS ]] || ip route add default via "$LAB_GATEWAY"
}

# What a cloud's host has beside: private networks, more addresses. Written by cables.ts.
plug_in_more() {
  [[ -f $LAB_FOLDER/outside.ip ]] || return 0
  sed "s/@PID@/$$/" "$LAB_FOLDER/outside.ip" | nsenter --target "$PPID" --net ip -batch -
  ip -batch "$LAB_FOLDER/inside.ip"
}

# Each host its own control group, or their systemds would stop one another's services.
enter_cgroup() {
  local hierarchy
  for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
    [[ -f $hierarchy/cgroup.procs ]] || continue
    mkdir -p "$hierarchy/$LAB_CGROUP"
    echo "$BASHPID" >"$hierarchy/$LAB_CGROUP/cgroup.procs"
  done
}

# The first LAB_CPUS of the processors that the lab itself may use; nproc in the guest counts these.
limit_processors() {
  [[ -n $LAB_CPUS ]] || return 0
  local allowed
  allowed=$(taskset --pid --cpu-list "$BASHPID")
  taskset --pid --cpu-list "$(first_processors "$LAB_CPUS" "${allowed##*: }")" "$BASHPID" >/dev/null
}

# first_processors COUNT LIST: of "0-3,8", 3 gives "0,1,2".
first_processors() {
  local part
  tr ',' '\n' <<<"$2" | while read -r part; do
    seq "${part%-*}" "${part#*-}"
  done | head -n "$1" | paste -sd,
}

# What lies below the disk, uppermost first: of a disk that was begun from a saved one, also that.
layers() {
  [[ ! -L $LAB_DISK/over ]] || printf '%s/upper:' "$(readlink "$LAB_DISK/over")"
  printf '%s' "$LAB_IMAGE"
}

main() {
  local root=$LAB_DISK/root
  plug_in
  plug_in_more
  enter_cgroup
  mkdir -p "$root"
  mount -t overlay overlay "$root" \
    -o "lowerdir=$(layers),upperdir=$LAB_DISK/upper,workdir=$LAB_DISK/work"
  record_self "$LAB_FOLDER/boot.process"
  limit_processors
  # A host's network parameters are its namespace's own.
  export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
  exec systemd-nspawn --quiet --register=no --keep-unit --directory="$root" --boot \
    --machine="$LAB_MACHINE" --hostname="$LAB_HOSTNAME" \
    --network-namespace-path=/proc/self/ns/net --capability=CAP_NET_ADMIN,CAP_NET_RAW \
    --resolv-conf=off --timezone=off --link-journal=no --console=pipe
}

main "$@"
