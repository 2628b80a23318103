# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh
# The window in which a new connection has to confirm a change that could lock everybody out.

# A timer of systemd's own: it reverts also when this job has died.
window_arm() { # seconds, what revert.sh takes…
  rm -f "$RUN/verdict"
  systemd-run --quiet --collect --unit="flotilla-revert-$JOB" --on-active="$1s" \
    --timer-property=AccuracySec=50ms --property=UMask=0077 \
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
