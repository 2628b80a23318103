# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh
# Changes a drop-in of sshd so that it cannot lock anybody out. The new one is mounted over the old one until a new
# connection has confirmed it: the old one comes back with the timer, and with a reboot by itself.
readonly SSHD_CONFIG=/etc/ssh/sshd_config

# Sessions live on (KillMode=process); a socket-activated sshd that does not run is not started. A restart and no
# reload, as it ends when the new sshd listens; never of one that would not come back, by its configuration or by
# systemd's limit of restarts. One at a time: the timer and a job that is taken back may want it at once.
sshd_restart() (
  exec {turn}>>"$VOLATILE/sshd.lock"
  flock "$turn"
  sshd -t && systemctl reset-failed ssh.service && systemctl try-restart ssh.service
)

sshd_uncover() { # path
  ! mountpoint --quiet "$1" || umount "$1"
}

# For a job that is taken back: what the timer may have left undone.
sshd_take_back() { # path
  window_disarm
  sshd_uncover "$1"
}

# When all files are back.
sshd_take_back_last() {
  [[ ! -e $RECORD/sshd-restarted ]] || { sshd_restart && restored; }
}

sshd_try() { # file, path, seconds
  grep --quiet --ignore-case -E '^[[:space:]]*Include[[:space:]]+(/etc/ssh/)?sshd_config\.d/\*\.conf' "$SSHD_CONFIG" \
    || fail "$SSHD_CONFIG does not include sshd_config.d/*.conf: add that line at its top"
  sshd -t || fail "sshd refuses its configuration as it is now: repair that first"
  ensure_parent "$2"
  window_arm "$3" sshd "$2"
  [[ -e $2 ]] || install --mode=0644 -T /dev/null "$2"
  mount --bind "$1" "$2"
  sshd -t || fail "sshd refuses its whole configuration with the new $2: the old one is put back"
  : >"$RECORD/sshd-restarted"
  sync "$RECORD/sshd-restarted"
  sshd_restart || fail "sshd did not start with the new $2: the old one is put back"
  window_await "$3" "the new settings of sshd"
  sshd_uncover "$2"
}

step_sshd() { # payload, path, seconds
  local payload=$RUN/payload/$1
  chmod 0644 "$payload"
  validate sshd "$payload" "$2" || fail "sshd refuses the new $2; the old one is still in place"
  sshd_try "$payload" "$2" "$3"
  step_file "$1" "$2" 0644 root root -
}

step_sshd_remove() { # path, seconds
  if [[ ! -e $1 ]]; then
    echo "unchanged: $1 does not exist"
    return
  fi
  : >"$RUN/empty"
  sshd_try "$RUN/empty" "$1" "$2"
  step_remove "$1"
}
