#!/usr/bin/env bash
# One try of a TCP gate; the last line printed is `layer TAB detail`, also when a timeout ends it.
# Run by lib/gates.sh under `timeout`.
set -Eeuo pipefail
# shellcheck source=connect.sh
source "${BASH_SOURCE[0]%/*}/connect.sh"

main() { # address, port
  connect "$1" "$2"
  printf 'socket\t%s:%s accepts connections\n' "$1" "$2"
}

main "$@"
