#!/usr/bin/env bash
# Starts the language host beside it, the newest that can be built from a published module: older than the engine, which
# tells it the project's options in a way that it does not hear. Without this one it would load TypeScript for nothing.
set -Eeuo pipefail
option() { # name; its value in Pulumi.yaml, one word or line
  sed -nE "s/^ *$1: *//p" Pulumi.yaml 2>/dev/null | head -n 1
}
if [[ $(option typescript) == false ]]; then set -- -typescript=false "$@"; fi
nodeargs=$(option nodeargs || true)
if [[ -n $nodeargs ]]; then set -- "-nodeargs=$nodeargs" "$@"; fi
exec "$(dirname "$0")/language-host" "$@"
