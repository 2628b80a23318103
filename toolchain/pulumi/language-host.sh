#!/usr/bin/env bash
# Starts the language host beside it, the newest that can be built from a published module: older than the engine,
# which tells it the project's options in a way that it does not hear. Without this one it loads TypeScript for nothing.
set -Eeuo pipefail
if grep -qsE '^ *typescript: *false *$' Pulumi.yaml; then set -- -typescript=false "$@"; fi
exec "$(dirname "$0")/language-host" "$@"
