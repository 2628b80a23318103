#!/usr/bin/env bats
# The host's own key: a new one stays only when a new connection confirms it; otherwise the old one comes back.
load client

readonly KEY=/etc/ssh/ssh_host_ed25519_key
readonly DROP_IN=/etc/ssh/sshd_config.d/00-flotilla-test.conf

setup() {
  cp -a $KEY $KEY.pub "$BATS_TEST_TMPDIR"
  OLD=$(shown)
  systemctl reset-failed ssh.service
  ssh-keygen -q -t ed25519 -N '' -C '' -f "$BATS_TEST_TMPDIR/new"
  NEW=$(cut -d ' ' -f 2 "$BATS_TEST_TMPDIR/new.pub")
  new_job
}

teardown() {
  ! mountpoint -q $KEY || umount $KEY
  ! mountpoint -q $KEY.pub || umount $KEY.pub
  ! mountpoint -q $DROP_IN || umount $DROP_IN
  rm -f $DROP_IN
  cp -a "$BATS_TEST_TMPDIR/${KEY##*/}" "$BATS_TEST_TMPDIR/${KEY##*/}.pub" /etc/ssh/
  systemctl reset-failed ssh.service
  systemctl restart ssh.service
}

plan_key() { # seconds
  payload 1 <"$BATS_TEST_TMPDIR/new"
  plan touch sshd $KEY
  plan touch sshd $KEY.pub
  plan step key host-key 1 $KEY
  plan step try sshd-window "$1"
}

confirmed() {
  pack
  confirm_window &
  run apply_packed
}

confirm_window() {
  wait_until grep -q ^confirm "$STATE/jobs/$JOB/log"
  shown >"$BATS_TEST_TMPDIR/inside"
  bootstrap confirm "$RUNTIME_HASH" "$JOB"
}

# What a client is shown now.
shown() {
  ssh-keyscan -t ed25519 127.0.0.1 2>/dev/null | cut -d ' ' -f 3
}

on_disk() {
  ssh-keygen -y -P '' -f $KEY | cut -d ' ' -f 2
}

is_old() {
  [[ $(shown) == "$OLD" && $(on_disk) == "$OLD" ]]
  cmp $KEY.pub "$BATS_TEST_TMPDIR/${KEY##*/}.pub"
  never mountpoint -q $KEY
  never mountpoint -q $KEY.pub
}

@test "a confirmed key is shown, on the disk for root alone, and its public half beside it" {
  plan_key 20
  confirmed
  ended committed
  [[ $(cat "$BATS_TEST_TMPDIR/inside") == "$NEW" && $(shown) == "$NEW" && $(on_disk) == "$NEW" ]]
  [[ $(cut -d ' ' -f 2 $KEY.pub) == "$NEW" ]]
  [[ $(stat -c '%a %U' $KEY $KEY.pub | tr '\n' ' ') == '600 root 644 root ' ]]
  never mountpoint -q $KEY
  nothing_left
}

@test "neither the new key nor the old one is left in the job's record, its log or anybody's arguments" {
  local secret
  plan_key 20
  confirmed
  ended committed
  for secret in "$BATS_TEST_TMPDIR/new" "$BATS_TEST_TMPDIR/${KEY##*/}"; do
    never grep -rqF "$(sed -n 3p "$secret")" "$STATE/jobs" "$STATE/ledger" /run/flotilla
  done
  never grep -q 'PRIVATE KEY' <<<"$output"
}

@test "a key that nobody confirms is taken back" {
  plan_key 1
  apply
  ended restored
  says failed try sshd-window 1 "not confirmed by a new connection within 1 s: rolled back"
  is_old
  nothing_left
}

@test "a job that dies inside the window: the timer alone takes the key back, a reboot would too" {
  plan_key 2
  apply_detached
  wait_until grep -q ^confirm "$STATE/jobs/$JOB/log"
  [[ $(shown) == "$NEW" ]]
  systemctl kill --signal=KILL "flotilla-job-$JOB.service"
  [[ $(unshare --mount bash -c "umount $KEY && ssh-keygen -y -P '' -f $KEY" | cut -d ' ' -f 2) == "$OLD" ]]
  wait_until test -e "$STATE/jobs/$JOB/reverted"
  is_old
  new_job
  plan step s1 directory "$SITE/a" 0755 root root
  apply
  ended stale
  is_old
}

@test "a job that dies after the confirmation, before all is written: the next one goes back to the old key" {
  plan_key 20
  cat >"/usr/local/sbin/sync" <<'SYNC'
#!/bin/bash
if [[ $* == */etc/ssh/*ssh_host_ed25519_key* ]]; then rm "$0" && systemctl kill --signal=KILL "flotilla-job-*.service"; fi
exec /usr/bin/sync "$@"
SYNC
  chmod +x /usr/local/sbin/sync
  pack
  confirm_window &
  send | bootstrap apply "$RUNTIME_HASH" "$JOB" "$(stat -c %s "$BUNDLE.tar")" >/dev/null 2>&1 || true
  wait_until test ! -e /usr/local/sbin/sync
  wait_until no_units
  new_job
  apply
  ended stale
  is_old
  nothing_left
}

@test "a key and a drop-in share one window: neither stays without the other" {
  plan_key 1
  printf 'MaxAuthTries 3\n' | payload 2
  sed -i '/sshd-window/d' "$BUNDLE/plan"
  plan touch sshd $DROP_IN
  plan step in sshd 2 $DROP_IN
  plan step try sshd-window 1
  apply
  ended restored
  [[ ! -e $DROP_IN && $(sshd -T | grep '^maxauthtries ') == 'maxauthtries 6' ]]
  is_old
  [[ $(grep -c ^confirm "$STATE/jobs/$JOB/log") == 1 ]]
}

@test "a key that sshd would not take is refused before anything is changed" {
  plan_key 20
  echo garbage | payload 1
  apply
  ended restored
  says failed key host-key 1 "this is no private key that sshd could use"
  is_old
}

@test "a key that sshd is told not to use is refused with the line to take out" {
  echo 'HostKey /etc/ssh/ssh_host_rsa_key' >$DROP_IN
  plan_key 20
  apply
  rm $DROP_IN
  ended restored
  says failed key host-key 1 "sshd is told to use other host keys than $KEY"
  is_old
}

@test "what is seen of a key is its public half, or why sshd does not use it" {
  observe() {
    bash -c "$(cat "$FLOTILLA_HOST_SCRIPTS"/observe/*.sh)"$'\nobserve_host_key ed25519'
  }
  [[ $(observe) == "$(record host-key ed25519 found "$(cut -d ' ' -f 1,2 $KEY.pub)")" ]]
  chmod 0644 $KEY
  [[ $(observe) == "$(record host-key ed25519 unreadable -)" ]]
  mv $KEY $KEY.away
  [[ $(observe) == "$(record host-key ed25519 missing -)" ]]
  mv $KEY.away $KEY
}
