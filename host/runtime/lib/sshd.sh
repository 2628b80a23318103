# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh
# The running sshd, and what lies mounted over its files while a window is open.

# Sessions live on (KillMode=process); a socket-activated sshd that does not run is not started. A restart and no
# reload, as it ends when the new sshd listens; never of one that would not come back, by its configuration or by
# systemd's limit of restarts. One at a time: the timer and a job that is taken back may want it at once.
sshd_restart() (
  exec {turn}>>"$VOLATILE/sshd.lock"
  flock "$turn"
  sshd -t && systemctl reset-failed ssh.service && systemctl try-restart ssh.service
)

# One that stands in for the host's own while that moves to other ports; its sessions live on.
sshd_beside_end() { # new or old
  systemctl --quiet stop "flotilla-sshd-$JOB-$1.service" 2>/dev/null || true
}

# A job that moved sshd may have died between its end and its start.
sshd_start_again() {
  sshd_beside_end old
  [[ ! -e $RECORD/sshd-restarted ]] || sshd_restart || return 1
  if [[ -e $RECORD/sshd-stopped ]] && ! systemctl --quiet is-active ssh.service; then
    if systemctl --quiet is-enabled ssh.socket; then systemctl start ssh.socket; else systemctl start ssh.service; fi
  fi
  sshd_beside_end new
}

# Two may want it at once here too: whoever comes second finds it done.
sshd_uncover() { # path
  ! mountpoint --quiet "$1" || umount "$1" || ! mountpoint --quiet "$1"
}

# For a job that is taken back: what the timer may have left undone.
sshd_take_back() { # path
  window_disarm
  sshd_uncover "$1"
}

# When all files are back.
sshd_take_back_last() {
  sshd_start_again && { [[ ! -e $RECORD/sshd-restarted ]] || restored; }
}

# Entries are put back in reverse: the file is uncovered, what lay below comes back; when all are, sshd reads them.
snapshot_sshd() { # path
  local table
  if ! grep --quiet --no-messages ^sshd-last "$RECORD/snapshot/index"; then
    index sshd-last - sshd
    for table in $(sshd_tables); do snapshot_nft "$table"; done
  fi
  snapshot_path "$1"
  index sshd - "$1"
}
