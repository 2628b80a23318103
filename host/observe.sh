#!/usr/bin/env bash
# Prints what is on this host as the records of docs/runtime.md. Changes nothing and takes no lock.
# The provider pipes it, followed by the calls, into bash before it decides what a job must do.
set -Eeuo pipefail
export LC_ALL=C
umask 077
readonly state_directory=/var/lib/flotilla

# A field that the host chose: `%`, TAB, CR and newline are percent-encoded. Sets $encoded.
encode() {
  encoded=${1//'%'/'%25'}
  encoded=${encoded//$'\t'/'%09'}
  encoded=${encoded//$'\r'/'%0D'}
  encoded=${encoded//$'\n'/'%0A'}
}

# attempt ITEM FUNCTION ARGUMENT…: a function that fails becomes a record and stops nothing.
attempt() {
  local item=$1 errors
  shift
  {
    errors=$("$@" 2>&1 >&3 </dev/null) || {
      encode "${errors:-no reason given}"
      printf 'problem\t%s\t%.2000s\n' "$item" "$encoded"
    }
  } 3>&1
}

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

observe_generation() {
  local generation=0
  [[ ! -e $state_directory/generation ]] || read -r generation <"$state_directory/generation"
  printf 'generation\t%s\n' "$generation"
}

# observe_ledger MANIFEST_ID KEY…: owners of these keys, and every key of this manifest.
observe_ledger() {
  local manifest=$1 key owner
  local -A asked=()
  shift
  for key in "$@"; do asked[$key]=1; done
  [[ -e $state_directory/ledger ]] || return 0
  while IFS=$'\t' read -r key owner || [[ -n $key ]]; do
    [[ -z ${asked[$key]:-} && $owner != "$manifest" ]] || printf 'owner\t%s\t%s\n' "$key" "$owner"
  done <"$state_directory/ledger"
}

# observe_jobs MANIFEST_ID: its jobs, newest last.
observe_jobs() {
  local plan
  [[ -d $state_directory/jobs ]] || return 0
  while IFS= read -r plan; do
    [[ ! -f $plan ]] || observe_job "$1" "${plan%/plan}"
  done < <(find "$state_directory/jobs" -mindepth 2 -maxdepth 2 -name plan -printf '%C@ %p\n' \
    | sort -n | cut -d ' ' -f 2-)
}

observe_job() {
  local manifest=$1 directory=$2 record name value state outcome=- acknowledged=unacknowledged
  local -A meta=()
  while IFS=$'\t' read -r record name value && [[ $record == meta ]]; do meta[$name]=$value; done <"$directory/plan"
  [[ ${meta[manifest]:-} == "$manifest" ]] || return 0
  if [[ -e $directory/outcome ]]; then
    state=finished
    read -r outcome <"$directory/outcome" || [[ -n $outcome ]] || outcome=-
  elif systemctl --quiet is-active "flotilla-job-${directory##*/}.service"; then
    state=running
  else
    state=interrupted
  fi
  [[ ! -e $directory/acknowledged ]] || acknowledged=acknowledged
  printf 'job\t%s\t%s\t%s\t%s\t%s\t%s\n' "${directory##*/}" "${meta[desired]:--}" "${meta[attempt]:-0}" \
    "$state" "$outcome" "$acknowledged"
}

# observe_paths PATH…: one find and one sha256sum for all of them.
observe_paths() {
  local path kind mode owner group target line
  local -A kinds=() attributes=() contents=()
  local -a files=()
  while IFS= read -r -d '' path && IFS= read -r -d '' kind && IFS= read -r -d '' mode \
    && IFS= read -r -d '' owner && IFS= read -r -d '' group && IFS= read -r -d '' target; do
    printf -v line '%04o\t%s\t%s' "$((8#$mode))" "$owner" "$group"
    attributes[$path]=$line
    case $kind in
      f) kinds[$path]=file files+=("$path") ;;
      d) kinds[$path]=directory ;;
      l)
        kinds[$path]='link'
        encode "$target"
        contents[$path]=$encoded
        ;;
      *) kinds[$path]=other ;;
    esac
  done < <(find "$@" -maxdepth 0 -printf '%p\0%y\0%m\0%u\0%g\0%l\0' 2>/dev/null)
  while IFS= read -r -d '' line; do
    contents[${line:66}]=${line:0:64}
  done < <(((${#files[@]} == 0)) || sha256sum -z -- "${files[@]}")
  for path in "$@"; do
    printf 'path\t%s\t%s\t%s\t%s\n' "$path" "${kinds[$path]:-missing}" \
      "${attributes[$path]:--$'\t'-$'\t'-}" "${contents[$path]:--}"
  done
}

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
  systemctl show --property=LoadState,ActiveState,UnitFileState,NeedDaemonReload -- "$@"
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
    printf 'unit\t%s\t%s\t%s\t%s\t%s\n' "$1" "${property[LoadState]}" "${property[ActiveState]}" \
      "${property[UnitFileState]:--}" "${property[NeedDaemonReload]}"
    property=()
    shift
  done
}

# observe_release PATH: where `current` points, and every file behind it.
observe_release() {
  local target='-' line
  [[ ! -L $1/current ]] || target=$(readlink -- "$1/current")
  encode "${target##*/}"
  printf 'release\t%s\t%s\n' "$1" "$encoded"
  cd -- "$1/current" 2>/dev/null || return 0
  while IFS= read -r -d '' line; do
    encode "${line:68}"
    printf 'release-file\t%s\t%s\t%s\n' "$1" "$encoded" "${line:0:64}"
  done < <(find . -type f -print0 | xargs -0 -r sha256sum -z --)
  while IFS= read -r -d '' line; do
    encode "$line"
    printf 'release-file\t%s\t%s\t-\n' "$1" "$encoded"
  done < <(find . ! -type f ! -type d -printf '%P\0')
}

# observe_nftables TABLE: the table as the kernel prints it, against what it printed when a job loaded it.
observe_nftables() {
  local base=$state_directory/firewall/$1 rules line text digest=- state=drifted
  if ! rules=$(nft -s list table inet "$1" 2>/dev/null); then
    printf 'nftables\t%s\tmissing\t-\tclean\n' "$1"
    return 0
  fi
  [[ ! -e $base.digest ]] || read -r digest <"$base.digest" || [[ -n $digest ]]
  if [[ -e $base.loaded && $rules == "$(<"$base.loaded")" ]]; then state=clean; fi
  printf 'nftables\t%s\tloaded\t%s\t%s\n' "$1" "$digest" "$state"
  [[ $state == drifted && -e $base.loaded ]] || return 0
  while IFS= read -r line; do
    read -r text <<<"${line:1}"
    encode "$text"
    printf 'nftables-line\t%s\t%s\t%s\n' "$1" "${line:0:1}" "$encoded"
  done < <(diff --unchanged-line-format= --old-line-format='-%L' --new-line-format='+%L' -- "$base.loaded" - <<<"$rules")
}

# observe_gate NAME KIND UNIT ARGUMENT…: one gate; what fails is tried three times, a second in all.
observe_gate() {
  local name=$1 state=fails answer='' try
  shift
  for try in 1 2 3; do
    if answer=$(try_gate "$@" 2>&1); then
      state=holds
      break
    fi
    ((try == 3)) || sleep 0.5
  done
  answer=${answer##*$'\n'}
  encode "${answer#*$'\t'}"
  printf 'gate\t%s\t%s\t%.300s\n' "$name" "$state" "$encoded"
}

# The probes are those that the gate's own job brought along.
try_gate() {
  local kind=$1 unit=$2 probe=''
  shift 2
  if [[ $unit != - ]] && ! systemctl --quiet is-active "$unit"; then
    echo "$unit is not active" && return 1
  fi
  case $kind in
    unit) echo "$unit is active" ;;
    nginx) nginx -t ;;
    *)
      for probe in "$state_directory"/runtime/*/probe/"$kind".sh; do :; done
      timeout 5 bash "$probe" "$@"
      ;;
  esac
}

observe_complete() {
  printf 'complete\n'
}
