# shellcheck shell=bash
# Who looks, and how slow questions are asked beside each other. Read-only, as host/observe is.

# beside ITEM FUNCTION ARGUMENT…: as `attempt`, without waiting; records are printed whole.
beside() {
  attempt "$@" &
}

all_answered() {
  wait
}

# Whether the login is root, becomes root, or cannot, in sudo's own words.
preflight_login() {
  local way=root words=
  if ((EUID != 0)); then
    way=denied
    words=$(sudo -n bash -c : 2>&1) || true
  elif [[ -n ${SUDO_USER:-} ]]; then
    way=sudo
  fi
  encode "${words:--}"
  printf 'login\t%s\t%s\t%.500s\n' "${SUDO_USER:-$(id -un)}" "$way" "$ENCODED"
}

preflight_clock() {
  printf 'clock\t%s\n' "$EPOCHREALTIME"
}
