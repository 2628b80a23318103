#!/usr/bin/env bash
# Starts the language host beside it, the newest that can be built from a published module: older than the engine,
# which tells it the project's options in a way that it does not hear. Without this one it loads TypeScript for nothing,
# and Node without its arguments.
set -Eeuo pipefail
if grep -qsE '^ *typescript: *false *$' Pulumi.yaml; then set -- -typescript=false "$@"; fi
nodeargs=$(sed -n 's/^ *nodeargs: *//p' Pulumi.yaml 2>/dev/null) || nodeargs=
[[ -z $nodeargs ]] || set -- "-nodeargs=$nodeargs" "$@"
exec "$(dirname "$0")/language-host" "$@"
