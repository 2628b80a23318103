# shellcheck shell=bash
# What the machine is, and how many jobs it has finished.

observe_host() {
  local memory_kib os_id='' os_version='' name value
  local -a disk
  IFS=$' \t' read -r _ memory_kib _ </proc/meminfo
  while IFS='=' read -r name value; do
    value=${value//[\"\']/}
    case $name in
      ID) os_id=$value ;;
      VERSION_ID) os_version=$value ;;
    esac
  done </etc/os-release
  read -r -a disk <<<"$(stat -f -c '%b %S' /)"
  printf 'host\t%s\t%s\n' cpus "$(nproc)" memoryKib "$memory_kib" \
    diskKib "$((disk[0] * disk[1] / 1024))" os "${os_id:-unknown}${os_version:+ $os_version}" \
    kernel "$(</proc/sys/kernel/osrelease)" architecture "$(uname -m)" \
    hostname "$(</proc/sys/kernel/hostname)"
}

# And the runtimes that are there: a bundle need not bring them again.
observe_generation() {
  local generation=0 runtime
  [[ ! -e $STATE_DIRECTORY/generation ]] || read -r generation <"$STATE_DIRECTORY/generation"
  printf 'generation\t%s\n' "$generation"
  for runtime in "$STATE_DIRECTORY"/runtime/*/; do
    runtime=${runtime%/}
    [[ ! -d $runtime ]] || printf 'runtime\t%s\n' "${runtime##*/}"
  done
}
