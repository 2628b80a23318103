# shellcheck shell=bash
# Whether packages can be installed: the sources answer, and nobody holds the lock of apt.

# Each source once, through apt's own methods: proxies, mirror lists and certificates are apt's.
preflight_sources() {
  local uri origin uris folder number=0
  local -A tried=()
  uris=$(apt-get --print-uris update 2>/dev/null)
  folder=$(mktemp -d -t flotilla-preflight-XXXXXXXX) || return
  # shellcheck disable=SC2064 # the name as it is now
  trap "rm -rf -- '$folder'" EXIT
  ((EUID != 0)) || chown _apt "$folder"
  while read -r uri _; do
    uri=${uri//\'/}
    [[ $uri == */InRelease ]] || continue
    origin=${uri%%/dists/*}
    [[ -z ${tried[$origin]-} ]] || continue
    tried[$origin]=yes
    number=$((number + 1))
    preflight_source "$origin" "${uri%InRelease}" "$folder/$number" &
  done <<<"$uris"
  wait
}

# preflight_source ORIGIN FOLDER FILE: some sources have no InRelease, but a Release.
preflight_source() {
  local answer state=unreachable file origin
  for file in InRelease Release; do
    answer=$(timeout 10 /usr/lib/apt/apt-helper -o Acquire::Retries=0 -o Acquire::http::Timeout=5 \
      -o Acquire::https::Timeout=5 download-file "$2$file" "$3.$file" 2>&1) && state=reachable && break
  done
  answer=$(grep -m 1 '^E: ' <<<"$answer" || tail -n 1 <<<"$answer")
  encode "$(without_login "$1")"
  origin=$ENCODED
  encode "$(without_login "${answer:--}")"
  printf 'source\t%.500s\t%s\t%.500s\n' "$origin" "$state" "$ENCODED"
}

# A source may hold a login: https://user:password@host/.
without_login() {
  sed -E 's#://[^/@[:space:]]*@#://#g' <<<"$1"
}

# Who holds the lock of apt, and for how many seconds its process has been there.
preflight_apt_lock() {
  local pid
  local -a inodes
  mapfile -t inodes < <(stat --format=%i "${APT_LOCKS[@]}" 2>/dev/null)
  apt_lock_holder "${inodes[@]}"
  [[ -n $HOLDER ]] || return 0
  pid=${HOLDER#process }
  printf 'apt-lock\t%s\t%s\n' "$HOLDER" "$(age_of "${pid%% *}")"
}

# Seconds since a process was started, by the time since boot: the clock may be wrong.
age_of() {
  local up fields
  read -r up _ </proc/uptime
  read -ra fields < <(sed 's/^.*) //' "/proc/$1/stat")
  printf '%s' "$((${up%.*} - fields[19] / $(getconf CLK_TCK)))"
}
