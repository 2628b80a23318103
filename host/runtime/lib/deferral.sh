# shellcheck shell=bash
# Units that packages do not start when they bring them: until their configuration is there they would run with
# Debian's, and be started anew a moment later. Debian's scripts ask policy-rc.d, which asks our environment.
readonly POLICY=/usr/sbin/policy-rc.d

# A host that has a policy of its own keeps it. A unit that is there already is one of an upgrade: it goes on.
deferral_begin() { # → FLOTILLA_DEFERRED for apt
  local unit
  FLOTILLA_DEFERRED=
  [[ ! -e $POLICY && ! -L $POLICY ]] || return 0
  for unit in "${DEFERRED[@]}"; do
    systemctl cat "$unit" >/dev/null 2>&1 || FLOTILLA_DEFERRED+=" $unit"
  done
  [[ -n $FLOTILLA_DEFERRED ]] || return 0
  export FLOTILLA_DEFERRED
  chmod 0700 "$RUNTIME/policy-rc.d"
  ln -s "$RUNTIME/policy-rc.d" "$POLICY"
}

# Also what a job left that was killed.
deferral_end() {
  [[ ! -L $POLICY || $(readlink "$POLICY") != "$STATE"/runtime/* ]] || rm -f "$POLICY"
}
