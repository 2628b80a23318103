#!/usr/bin/env bash
# Starts a daemon that is known afterwards by its record: recorded.sh RECORD COMMAND [ARGUMENT…]
# Run by packages/package-cache.ts and git/git-server.ts.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
# shellcheck source=lab/boot/record.sh
source "$here/record.sh"

main() {
  record_self "$1"
  exec "${@:2}"
}

main "$@"
