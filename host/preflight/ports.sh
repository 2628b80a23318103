# shellcheck shell=bash
# Who listens on the ports that the fleet wants, and which units Flotilla runs here already.

# preflight_ports PROTOCOL/PORT…
preflight_ports() {
  preflight_owners
  local protocol place port users sockets pid process unit
  local -A wanted=()
  for place in "$@"; do wanted[$place]=yes; done
  sockets=$(ss -Hlntup)
  while read -r protocol _ _ _ place _ users; do
    port=${place##*:}
    [[ -n ${wanted["$protocol/$port"]-} ]] || continue
    pid=- process=- unit=-
    if [[ $users =~ \(\(\"([^\"]*)\",pid=([0-9]+) ]]; then
      process=${BASH_REMATCH[1]} pid=${BASH_REMATCH[2]}
      unit=$(unit_of "$pid")
    fi
    encode "$process"
    printf 'listen\t%s\t%s\t%s\t%s\t%s\t%s\n' "$protocol" "${place%:*}" "$port" "$pid" "$ENCODED" \
      "$unit"
  done <<<"$sockets"
}

# The service that a process belongs to, `-` for none.
unit_of() {
  local path unit=-
  while IFS= read -r path; do
    [[ ! $path =~ /([^/]+\.service)(/|$) ]] || unit=${BASH_REMATCH[1]}
  done <"/proc/$1/cgroup"
  printf '%s' "$unit"
}

# Units that belong to some manifest.
preflight_owners() {
  [[ -e $STATE_DIRECTORY/ledger ]] || return 0
  sed -n $'s/^unit:/owner\tunit:/p' "$STATE_DIRECTORY/ledger"
}
