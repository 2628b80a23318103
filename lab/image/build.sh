#!/usr/bin/env bash
# Builds the root folder of lab hosts: Debian 12 with what a cloud provider's image has.
# Run by image.ts, once per recipe: build.sh TARGET INGREDIENTS PROXY
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here

main() {
  local target=$1 ingredients=$2 proxy=$3
  local packages
  packages=$(paste -sd, "$here/packages.txt")
  LC_ALL=C.UTF-8 TMPDIR=${TMPDIR:-/tmp} mmdebstrap \
    --mode=root --format=directory --variant=minbase \
    --include="$packages" \
    --aptopt="$ingredients/apt.conf" \
    --aptopt="Acquire::http::Proxy \"$proxy\"" \
    --aptopt='Acquire::Retries "3"' \
    --dpkgopt=force-unsafe-io \
    --customize-hook="'$here/customize.sh' \"\$1\" '$ingredients'" \
    bookworm "$target" "$ingredients/debian.sources"
  # Old enough that tools which trust the folder's age update the lists first.
  touch -d '2000-01-01' "$target/var/lib/apt/lists"
}

main "$@"
