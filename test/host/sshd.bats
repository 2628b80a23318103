#!/usr/bin/env bats
# sshd: new settings stay only when a new connection confirms them; otherwise the host takes them back.
load client

readonly DROP_IN=/etc/ssh/sshd_config.d/00-flotilla-test.conf

setup() {
  rm -f "$DROP_IN" /etc/ssh/sshd_config.d/50-test.conf
  systemctl reset-failed ssh.service
  systemctl restart ssh.service
  new_job
}

teardown() {
  ! mountpoint -q "$DROP_IN" || umount "$DROP_IN"
  rm -f "$DROP_IN" /etc/ssh/sshd_config.d/50-test.conf
  systemctl reset-failed ssh.service
  systemctl restart ssh.service
}

plan_sshd() { # tries, seconds
  printf 'MaxAuthTries %s\n' "$1" | payload 9
  plan touch sshd $DROP_IN
  plan step in sshd 9 $DROP_IN
  plan step try sshd-window "$2"
}

apply_and_confirm() {
  pack
  run apply_while confirm_window
}

confirm_window() {
  wait_until grep -q ^confirm "$STATE/jobs/$JOB/log"
  bootstrap confirm "$RUNTIME_HASH" "$JOB"
}

apply_while() { # command that runs beside
  "$@" &
  apply_packed
}

tries() {
  sshd -T | grep -o '^maxauthtries [0-9]*' | cut -d ' ' -f 2
}

# What the running sshd read at its start: a wrong number of tries ends the connection after so many.
running_since() {
  systemctl show -P ExecMainStartTimestampMonotonic ssh.service
}

uncovered() {
  never mountpoint -q "$DROP_IN"
}

@test "confirmed settings stay, and sshd has read them" {
  local before
  before=$(running_since)
  plan_sshd 3 20
  apply_and_confirm
  ended committed
  says confirm 20
  says confirmed "$JOB"
  [[ $(tries) == 3 && $(running_since) != "$before" ]]
  [[ $(stat -c '%a %U' $DROP_IN) == '644 root' ]]
  cmp $DROP_IN "$BUNDLE/payload/9"
  uncovered
  nothing_left
}

@test "settings that nobody confirms are taken back, the first ones leave no file" {
  plan_sshd 3 1
  apply
  ended restored
  says failed try sshd-window 1 "not confirmed by a new connection within 1 s: rolled back"
  [[ $(tries) == 6 && ! -e $DROP_IN ]]
  uncovered
  nothing_left
  systemctl is-active ssh.service
}

@test "settings that nobody confirms are taken back to the old ones" {
  plan_sshd 3 20
  apply_and_confirm
  new_job
  plan_sshd 2 1
  apply
  ended restored
  [[ $(tries) == 3 ]]
  cmp $DROP_IN <(echo MaxAuthTries 3)
  uncovered
}

@test "a job that dies inside the window: the timer alone takes the settings back, a reboot would too" {
  plan_sshd 3 20
  apply_and_confirm
  new_job
  plan_sshd 2 2
  apply_detached
  wait_until grep -q ^confirm "$STATE/jobs/$JOB/log"
  systemctl kill --signal=KILL "flotilla-job-$JOB.service"
  [[ $(tries) == 2 ]]
  systemd-analyze security --no-pager --threshold=45 "flotilla-revert-$JOB.service"
  cmp <(unshare --mount bash -c "umount $DROP_IN && cat $DROP_IN") <(echo MaxAuthTries 3)
  wait_until test -e "$STATE/jobs/$JOB/reverted"
  [[ $(tries) == 3 ]]
  uncovered
  new_job
  plan step s1 directory "$SITE/a" 0755 root root
  apply
  ended stale
  says log "the job"
  [[ $(tries) == 3 ]]
}

@test "settings that sshd refuses never become active" {
  local before
  before=$(running_since)
  printf 'NoSuchKeyword yes\n' | payload 9
  plan touch sshd $DROP_IN
  plan step in sshd 9 $DROP_IN
  plan step try sshd-window 20
  apply
  ended restored
  says failed in sshd 1 "sshd refuses the new $DROP_IN"
  [[ ! -e $DROP_IN && $(running_since) == "$before" ]]
}

@test "settings that only the whole configuration refuses are put back, and sshd is not restarted" {
  local before
  before=$(running_since)
  printf 'Subsystem sftp internal-sftp\n' | payload 9
  plan touch sshd $DROP_IN
  plan step in sshd 9 $DROP_IN
  plan step try sshd-window 20
  apply
  ended restored
  says failed try sshd-window 1 "sshd refuses its whole configuration with the new $DROP_IN"
  [[ ! -e $DROP_IN && $(running_since) == "$before" ]]
  uncovered
}

@test "an sshd that would not start again as it is is left running" {
  local before
  before=$(running_since)
  echo 'HostKey /nowhere' >/etc/ssh/sshd_config.d/50-test.conf
  plan_sshd 3 20
  apply
  ended restored
  says failed try sshd-window 1 "sshd refuses its configuration as it is now: repair that first"
  [[ ! -e $DROP_IN && $(running_since) == "$before" ]]
}

@test "a repair that leaves sshd broken inside the window does not stop the running one" {
  plan_sshd 3 2
  apply_detached
  wait_until grep -q ^confirm "$STATE/jobs/$JOB/log"
  local since
  since=$(running_since)
  echo 'HostKey /nowhere' >/etc/ssh/sshd_config.d/50-test.conf
  wait_until test -s "$STATE/jobs/$JOB/outcome"
  [[ $(cat "$STATE/jobs/$JOB/outcome") == restore-failed ]]
  [[ $(running_since) == "$since" ]]
  systemctl is-active ssh.service
}

@test "a drop-in that sshd would not read is refused" {
  cp -a /etc/ssh/sshd_config /etc/ssh/sshd_config.kept
  grep -v '^Include' /etc/ssh/sshd_config.kept >/etc/ssh/sshd_config
  plan_sshd 3 20
  apply
  mv /etc/ssh/sshd_config.kept /etc/ssh/sshd_config
  ended restored
  says failed in sshd 1 "/etc/ssh/sshd_config does not include sshd_config.d/*.conf"
}

@test "a job that fails after its settings were confirmed goes back to the old ones" {
  plan_sshd 3 20
  plan step last attributes "$SITE/missing" 0644 root root
  apply_and_confirm
  ended restored
  [[ $(tries) == 6 && ! -e $DROP_IN ]]
  uncovered
}

@test "a removal is confirmed as well, and taken back when it is not" {
  plan_sshd 3 20
  apply_and_confirm
  new_job
  plan touch sshd $DROP_IN
  plan step out sshd-remove $DROP_IN
  plan step try sshd-window 1
  apply
  ended restored
  [[ $(tries) == 3 && -s $DROP_IN ]]
  new_job
  plan touch sshd $DROP_IN
  plan step out sshd-remove $DROP_IN
  plan step try sshd-window 20
  apply_and_confirm
  ended committed
  [[ $(tries) == 6 && ! -e $DROP_IN ]]
  uncovered
}
