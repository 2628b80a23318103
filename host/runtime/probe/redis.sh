#!/usr/bin/env bash
# One try of a Redis gate: PING, SET of a key that expires, GET, DEL; the last line printed is `layer TAB detail`.
# Run by lib/gates.sh under `timeout`; the password goes from its file to the socket and nowhere else.
set -Eeuo pipefail
# shellcheck source=connect.sh
source "${BASH_SOURCE[0]%/*}/connect.sh"

command_redis() { # words → ANSWER; what the server refuses ends the try
  local word
  printf '*%s\r\n' "$#" >&3
  for word in "$@"; do printf '$%s\r\n%s\r\n' "${#word}" "$word" >&3; done
  IFS= read -r ANSWER <&3 || refuse "redis closed the connection after $1"
  ANSWER=${ANSWER%$'\r'}
  [[ $ANSWER != -* ]] || refuse "redis answered $1 with: ${ANSWER#-}"
  if [[ $ANSWER == '$'[0-9]* ]]; then
    IFS= read -r ANSWER <&3
    ANSWER=${ANSWER%$'\r'}
  fi
}

password() { # file with a line `requirepass "…"`
  local line
  while IFS= read -r line; do
    [[ $line =~ ^[[:space:]]*requirepass[[:space:]]+(.*[^[:space:]])[[:space:]]*$ ]] || continue
    line=${BASH_REMATCH[1]}
    if [[ $line == \"*\" ]]; then
      line=${line:1:-1} line=${line//\\\"/\"} line=${line//\\\\/\\}
    fi
    printf '%s' "$line"
    return
  done <"$1"
}

main() { # address, port, password file or -
  local secret key="flotilla:gate:$$" value="$RANDOM$RANDOM"
  connect "$1" "$2"
  if [[ $3 != - ]]; then
    secret=$(password "$3" 2>/dev/null) || refuse "$3 cannot be read"
    [[ -n $secret ]] || refuse "$3 holds no line requirepass"
    command_redis AUTH "$secret"
  fi
  command_redis PING
  [[ $ANSWER == +PONG ]] || refuse "redis answered PING with: $ANSWER"
  command_redis SET "$key" "$value" EX 30
  command_redis GET "$key"
  [[ $ANSWER == "$value" ]] || refuse "redis did not give back the value that was set"
  command_redis DEL "$key"
  printf 'protocol\tPING, SET and GET on %s:%s\n' "$1" "$2"
}

main "$@"
