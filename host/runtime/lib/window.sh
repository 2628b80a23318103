# shellcheck shell=bash disable=SC2034,SC2153 # a sandbox is named by what it is for
# The window in which a new connection has to confirm a change that could lock everybody out.

# What a revert does not need. That of sshd unmounts and asks systemd, for all to see: it keeps the host's mounts.
readonly REVERT_SANDBOX=(
  UMask=0077 NoNewPrivileges=yes LockPersonality=yes MemoryDenyWriteExecute=yes RestrictRealtime=yes
  RestrictSUIDSGID=yes RestrictNamespaces=yes SystemCallArchitectures=native IPAddressDeny=any
)
readonly REVERT_SANDBOX_nft=(
  CapabilityBoundingSet=CAP_NET_ADMIN 'RestrictAddressFamilies=AF_NETLINK AF_UNIX'
  'SystemCallFilter=@system-service' 'SystemCallFilter=~@privileged @resources'
  ProtectSystem=strict 'ReadWritePaths=/run/flotilla /var/lib/flotilla' ProtectHome=yes PrivateTmp=yes
  PrivateDevices=yes ProtectClock=yes ProtectControlGroups=yes ProtectHostname=yes ProtectKernelLogs=yes
  ProtectKernelModules=yes ProtectKernelTunables=yes ProtectProc=invisible ProcSubset=pid
)
readonly REVERT_SANDBOX_sshd=(
  'CapabilityBoundingSet=CAP_SYS_ADMIN CAP_SYS_CHROOT CAP_SETUID CAP_SETGID CAP_DAC_READ_SEARCH CAP_NET_ADMIN'
  'RestrictAddressFamilies=AF_UNIX AF_NETLINK' 'SystemCallFilter=@system-service @mount'
)

# A timer of systemd's own: it reverts also when this job has died.
window_arm() { # seconds, nft or sshd, what else revert.sh takes…
  local -n own=REVERT_SANDBOX_$2
  rm -f "$RUN/verdict"
  systemd-run --quiet --collect --unit="flotilla-revert-$JOB" --on-active="$1s" \
    --timer-property=AccuracySec=50ms "${REVERT_SANDBOX[@]/#/--property=}" "${own[@]/#/--property=}" \
    bash "$RUNTIME/revert.sh" "$JOB" "${@:2}" </dev/null
  : >"$RUN/window"
}

window_disarm() {
  systemctl --quiet stop "flotilla-revert-$JOB.timer" 2>/dev/null || true
  rm -f "$RUN/window"
}

# The link `verdict` can be made once: whoever makes it, a confirmation or the timer, has won.
window_await() { # seconds, what was changed; fails when the old state is back
  local end=$((SECONDS + $1 + 15))
  say confirm "$1"
  until [[ -L $RUN/verdict ]]; do
    if is_cancelled || ((SECONDS > end)); then
      ln -s reverted "$RUN/verdict" 2>/dev/null || true
    else
      nap 0.02
    fi
  done
  if [[ $(readlink "$RUN/verdict") != confirmed ]]; then
    ! is_cancelled || fail "cancelled before $2 were confirmed: rolled back" 130
    fail "not confirmed by a new connection within $1 s: rolled back"
  fi
  window_disarm
}
