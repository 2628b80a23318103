#!/usr/bin/env bats
# sshd on another port: at every moment the old port or the new one is open, in sshd and in the host's rules.
load client

readonly DROP_IN=/etc/ssh/sshd_config.d/00-flotilla-test.conf
readonly RULES=$STATE/firewall

setup() {
  install -d -m 0755 "$SITE"
  back_to_22
  new_job firewall
  payload 1 <<'NFT'
table inet flotilla
delete table inet flotilla
table inet flotilla {
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept comment "flotilla: loopback"
    ct state established,related accept comment "flotilla: replies"
    ip saddr { 10.0.0.0/8 } tcp dport 22 accept comment "flotilla:ssh"
    tcp dport 2200 accept comment "flotilla:other"
  }
}
NFT
  plan touch nft flotilla
  plan step f firewall 1 flotilla 20
  apply_and_confirm
  BEFORE=$(rules)
  PERSISTED=$(cat "$RULES/flotilla.nft" "$RULES/flotilla.loaded")
  new_job
}

teardown() {
  rm -f /usr/local/bin/systemctl
  new_job firewall
  plan touch nft flotilla
  plan step f firewall-remove flotilla
  apply
  back_to_22
}

back_to_22() {
  ! mountpoint -q "$DROP_IN" || umount "$DROP_IN"
  rm -f "$DROP_IN"
  systemctl stop 'flotilla-sshd-*'
  systemctl reset-failed ssh.service
  systemctl restart ssh.service
}

plan_port() { # seconds
  echo 'Port 2222' | payload 9
  plan touch sshd $DROP_IN
  plan step in sshd 9 $DROP_IN
  plan step try sshd-window "$1"
}

apply_and_confirm() {
  pack
  confirm_window &
  run apply_packed
}

confirm_window() {
  wait_until grep -q ^confirm "$STATE/jobs/$JOB/log"
  bootstrap confirm "$RUNTIME_HASH" "$JOB"
}

rules() {
  nft --stateless list table inet flotilla
}

greets() { # port: an sshd says who it is
  local line
  read -r -t 2 line <"/dev/tcp/127.0.0.1/$1" 2>/dev/null && [[ $line == SSH-2.0-* ]]
}

listening() { # ports of every sshd
  ss -Hltnp | sed -n 's/.*:\([0-9]*\) .*"sshd".*/\1/p' | sort -nu | tr '\n' ' '
}

nothing_beside() {
  wait_until bash -c "[[ -z \$(systemctl list-units --plain --no-legend 'flotilla-sshd-*') ]]"
}

is_old() {
  [[ $(rules) == "$BEFORE" && $(cat "$RULES/flotilla.nft" "$RULES/flotilla.loaded") == "$PERSISTED" ]]
  [[ $(listening) == '22 ' && ! -e $DROP_IN ]]
  systemctl is-active ssh.service
  nothing_beside
}

# Looks at both ports again and again; a line for every look at which both were closed.
watch_ports() {
  local looks=0
  while [[ ! -e $BATS_TEST_TMPDIR/enough ]]; do
    looks=$((looks + 1))
    greets 22 || greets 2222 || greets 22 || echo "both closed at look $looks" >>"$BATS_TEST_TMPDIR/closed"
  done
  echo "$looks" >"$BATS_TEST_TMPDIR/looks"
}

@test "a confirmed move: never both ports closed, the rules as narrow as before, and a boot would load them" {
  plan_port 20
  watch_ports &
  apply_and_confirm
  touch "$BATS_TEST_TMPDIR/enough"
  wait_until test -s "$BATS_TEST_TMPDIR/looks"
  ended committed
  (($(cat "$BATS_TEST_TMPDIR/looks") > 20))
  [[ ! -e $BATS_TEST_TMPDIR/closed ]]
  [[ $(listening) == '2222 ' ]]
  nothing_beside
  systemctl is-active ssh.service
  [[ $(rules) == "$(cat "$RULES/flotilla.loaded")" ]]
  [[ $(rules | grep -c 'ip saddr 10.0.0.0/8 tcp dport 2222 accept comment "flotilla:ssh"') == 1 ]]
  [[ $(rules | grep -c 'tcp dport 2222') == 1 && $(rules | grep -c 'dport') == 3 ]]
  nft --check --file "$RULES/flotilla.nft"
  grep -q 'tcp dport 2222' "$RULES/flotilla.nft"
  nothing_left
}

@test "inside the window both ports are open, and the old sshd is the same process" {
  local pid
  pid=$(systemctl show -P MainPID ssh.service)
  plan_port 2
  apply_detached
  wait_until grep -q ^confirm "$STATE/jobs/$JOB/log"
  greets 22
  greets 2222
  [[ $(rules | grep -c 'ip saddr 10.0.0.0/8 tcp dport 2222 accept') == 1 ]]
  [[ $(cat "$RULES/flotilla.nft" "$RULES/flotilla.loaded") == "$PERSISTED" ]]
  wait_until grep -q ^end "$STATE/jobs/$JOB/log"
  wait "$FOLLOWER" || true
  [[ $(cat "$STATE/jobs/$JOB/outcome") == restored ]]
  [[ $(systemctl show -P MainPID ssh.service) == "$pid" ]]
  is_old
}

@test "a job that dies inside the window: the timer alone closes the new port, in sshd and in the rules" {
  plan_port 2
  apply_detached
  wait_until grep -q ^confirm "$STATE/jobs/$JOB/log"
  systemctl kill --signal=KILL "flotilla-job-$JOB.service"
  wait_until test -e "$STATE/jobs/$JOB/reverted"
  [[ $(rules) == "$BEFORE" && $(listening) == '22 ' ]]
  nothing_beside
  new_job
  apply
  ended stale
  is_old
}

# A job that is killed at one call of systemctl's.
die_at() { # words of the call
  cat >/usr/local/bin/systemctl <<SYSTEMCTL
#!/bin/bash
if [[ "\$*" == "$1" ]]; then rm "\$0" && /usr/bin/systemctl kill --signal=KILL "flotilla-job-*.service"; exit 1; fi
exec /usr/bin/systemctl "\$@"
SYSTEMCTL
  chmod +x /usr/local/bin/systemctl
}

dies_and_recovers() {
  pack
  confirm_window &
  send | bootstrap apply "$RUNTIME_HASH" "$JOB" "$(stat -c %s "$BUNDLE.tar")" >/dev/null 2>&1 || true
  wait_until test ! -e /usr/local/bin/systemctl
  wait_until bash -c "[[ -z \$(systemctl list-units --plain --no-legend 'flotilla-job-*') ]]"
  greets 22 || greets 2222
  new_job
  apply
  ended stale
  is_old
}

@test "a job that dies before the host's own sshd stops leaves a port open, and the next one goes back" {
  die_at 'stop ssh.service'
  plan_port 20
  dies_and_recovers
}

@test "a job that dies while the host's own sshd is down leaves a port open, and the next one goes back" {
  die_at 'start ssh.service'
  plan_port 20
  dies_and_recovers
}

@test "a job that dies before the files are in place leaves a port open, and the next one goes back" {
  die_at 'daemon-reload'
  plan_port 20
  dies_and_recovers
}

@test "a job that fails after its move was confirmed goes back to the old port and the old rules" {
  plan_port 20
  plan step last attributes "$SITE/missing" 0644 root root
  apply_and_confirm
  ended restored
  is_old
}

@test "a port that something else listens on is named, and nothing is changed" {
  systemd-run --quiet --collect --unit=flotilla-sshd-squatter python3 -m http.server 2222
  wait_until bash -c 'exec 3<>/dev/tcp/127.0.0.1/2222'
  plan_port 20
  apply
  systemctl stop flotilla-sshd-squatter
  ended restored
  says failed try sshd-window 1 "port 2222 is taken on this host: "
  [[ $output == *python3* ]]
  is_old
}
