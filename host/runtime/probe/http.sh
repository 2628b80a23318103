#!/usr/bin/env bash
# One try of an HTTP gate: GET, status and a text in the body; the last line printed is `layer TAB detail`.
# Run by lib/gates.sh under `timeout`.
set -Eeuo pipefail
# shellcheck source=connect.sh
source "${BASH_SOURCE[0]%/*}/connect.sh"
readonly BODY_BYTES=4194304

host_header() { # address, port, host or -
  local host=$1
  if [[ $3 != - ]]; then
    printf '%s' "$3"
    return
  fi
  [[ $host != *:* ]] || host="[$host]"
  [[ $2 == 80 ]] || host+=":$2"
  printf '%s' "$host"
}

read_head() { # → STATUS, CHUNKED
  local line
  IFS= read -r line <&3 || refuse "the connection was closed before an answer"
  [[ $line =~ ^HTTP/[0-9.]+\ ([0-9]{3}) ]] || refuse "the answer is not HTTP: ${line:0:80}"
  STATUS=${BASH_REMATCH[1]} CHUNKED=
  while IFS= read -r line <&3 && [[ ${line%$'\r'} != '' ]]; do
    [[ ${line,,} != transfer-encoding:*chunked* ]] || CHUNKED=yes
  done
}

print_chunks() {
  local size
  while IFS= read -r size <&3; do
    size=${size%%[;$'\r']*}
    [[ $size =~ ^[0-9A-Fa-f]{1,7}$ ]] && ((16#$size > 0)) || return 0
    head --bytes=$((16#$size)) <&3
    read -r _ <&3 || return 0
  done
}

print_body() {
  if [[ -n $CHUNKED ]]; then print_chunks; else cat <&3; fi | head --bytes="$BODY_BYTES" || true
}

main() { # address, port, path, host or -, status, body or -
  connect "$1" "$2"
  printf 'GET %s HTTP/1.0\r\nHost: %s\r\nUser-Agent: flotilla\r\nAccept: */*\r\nConnection: close\r\n\r\n' \
    "$3" "$(host_header "$1" "$2" "$4")" >&3
  read_head
  [[ $STATUS == "$5" ]] || refuse "GET $3 was answered with status $STATUS instead of $5"
  if [[ $6 != - ]] && ! grep --quiet --text --fixed-strings -e "$6" <(print_body); then
    refuse "GET $3 was answered with status $STATUS, but not with the expected text in its body"
  fi
  printf 'protocol\tGET %s: %s\n' "$3" "$STATUS"
}

main "$@"
