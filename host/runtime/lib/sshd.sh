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
