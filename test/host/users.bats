#!/usr/bin/env bats
# Accounts: made, changed, removed, and after a job that failed exactly as they were.
load client

readonly KEY='ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHx9cVtPvh8bYJVGsVXvKJwKZ8sH2mU5cQ7rB3nq0y1d alice'

setup() {
  rm -rf "$SITE"
  install -d -m 0755 "$SITE"
  forget_users
  new_job
}

teardown() {
  forget_users
}

forget_users() {
  local name
  for name in alice bob; do
    pkill -KILL -u "$name" 2>/dev/null || true
    userdel --force "$name" 2>/dev/null || true
    groupdel "$name" 2>/dev/null || true
    rm -rf "/home/${name:?}"
  done
}

plan_user() { # name, groups, uid
  plan touch user "$1" "/home/$1"
  plan step "u-$1" user "$1" "/home/$1" /bin/bash "${2:--}" "${3:--}" person -
}

plan_removal() { # name, keep or purge
  plan touch user "$1" "/home/$1"
  plan step "r-$1" user-remove "$1" "/home/$1" "$2"
}

plan_failure() {
  plan step last directory /etc/passwd 0755 root root
}

plan_keys() { # content
  plan touch path /home/alice/.ssh
  plan step k1 directory /home/alice/.ssh 0700 alice alice
  printf '%s\n' "$1" | payload 7
  plan touch path /home/alice/.ssh/authorized_keys
  plan step k2 file 7 /home/alice/.ssh/authorized_keys 0600 alice alice authorized-keys
}

# All that the databases say of an account.
account() { # name
  getent passwd "$1"
  getent shadow "$1"
  id "$1"
}

# An account with a past: password, groups, end date, aging.
make_alice() {
  useradd --create-home --shell /bin/sh --comment 'Alice' --groups adm,games --uid 1777 alice
  chpasswd <<<'alice:open sesame'
  chage --lastday 2024-02-03 --mindays 1 --maxdays 300 --warndays 9 --inactive 30 --expiredate 2031-01-02 alice
  echo work >/home/alice/work
  chown alice:alice /home/alice/work
}

@test "an account is made without a password, with a home of its own" {
  plan_user alice adm,games 1700
  apply
  ended committed
  [[ $(getent passwd alice) == 'alice:x:1700:1700::/home/alice:/bin/bash' ]]
  [[ $(getent shadow alice | cut -d : -f 2) == '*' ]]
  [[ $(id -Gn alice) == 'alice games adm' || $(id -Gn alice) == 'alice adm games' ]]
  [[ $(stat -c '%a %U:%G' /home/alice) == '700 alice:alice' && -f /home/alice/.profile ]]
  nothing_left
}

@test "the same plan applied again changes nothing of an account" {
  plan_user alice adm
  apply
  ended committed
  local before
  before=$(account alice)
  new_job
  plan_user alice adm
  apply
  ended committed
  [[ $(account alice) == "$before" ]]
}

@test "an account of the system is made below 1000" {
  plan touch user alice /home/alice
  plan step s1 user alice /home/alice /usr/sbin/nologin - - system 'Runs the site'
  apply
  ended committed
  (($(id -u alice) < 1000))
  [[ $(getent passwd alice) == *':Runs the site:/home/alice:/usr/sbin/nologin' ]]
}

@test "what was changed by hand is put back, and the password is gone for good" {
  plan_user alice adm
  apply
  usermod --shell /bin/sh --groups sudo --expiredate 2031-01-01 --gid games alice
  chpasswd <<<'alice:open sesame'
  new_job
  plan_user alice adm
  apply
  ended committed
  [[ $(getent passwd alice | cut -d : -f 7) == /bin/bash ]]
  [[ $(id -Gn alice) == 'alice adm' ]]
  [[ $(getent shadow alice | cut -d : -f 2,8) == '*:' ]]
  never grep -rF 'alice:$' "$STATE/jobs"
}

@test "an account that a failed job made is gone again, with its home and its keys" {
  plan_user alice adm
  plan_keys "$KEY"
  plan_failure
  apply
  ended restored
  never getent passwd alice
  never getent group alice
  [[ ! -e /home/alice ]]
  nothing_left
}

@test "a home in which somebody left a file before the job failed stays and is named" {
  cat >/etc/systemd/system/flotilla-test-fill.service <<UNIT
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo mine >/home/alice/mine; exit 1'
UNIT
  systemctl daemon-reload
  plan_user alice
  plan touch unit flotilla-test-fill.service
  plan step s2 unit start flotilla-test-fill.service
  apply
  ended restored
  says kept /home/alice
  never getent passwd alice
  [[ $(ls -A /home/alice) == mine ]]
  rm /etc/systemd/system/flotilla-test-fill.service
}

@test "an account that a failed job changed is as it was, password and dates included" {
  make_alice
  local before
  before=$(account alice)
  plan_user alice sudo
  plan_keys "$KEY"
  plan_failure
  apply
  ended restored
  [[ $(account alice) == "$before" ]]
  [[ ! -e /home/alice/.ssh && $(cat /home/alice/work) == work ]]
  never grep -rF "$(getent shadow alice | cut -d : -f 2)" "$STATE/jobs"
}

@test "an account that a failed job removed is as it was, with its number, password and dates" {
  make_alice
  local before
  before=$(account alice)
  plan_removal alice purge
  plan_failure
  apply
  ended restored
  [[ $(account alice) == "$before" ]]
  [[ $(stat -c '%U:%G' /home/alice) == alice:alice && $(cat /home/alice/work) == work ]]
}

@test "a power cut after an account was made takes it back with the next job" {
  plan_user alice
  plan gate wait tcp 1 30 1 - 127.0.0.1 9
  apply_detached
  wait_until getent passwd alice
  wait_until grep -q 'gate:wait' "$STATE/jobs/$JOB/journal"
  systemctl kill --signal=KILL "flotilla-job-$JOB.service"
  wait_until no_units
  new_job
  plan_file 1 "$SITE/a.conf" "next"
  apply
  never getent passwd alice
  [[ ! -e /home/alice ]]
}

@test "a removed account leaves its home, and who comes next by that name owns it again" {
  make_alice
  plan_removal alice keep
  apply
  ended committed
  never getent passwd alice
  never getent group alice
  [[ $(stat -c %u /home/alice) == 1777 && -e /home/alice/work ]]
  new_job
  plan_user alice
  apply
  ended committed
  [[ $(id -u alice) == 1777 && $(stat -c %U /home/alice/work) == alice ]]
}

@test "a home that is to go goes with the commit" {
  make_alice
  ln -s /etc/passwd /home/alice/link
  plan_removal alice purge
  apply
  ended committed
  [[ ! -e /home/alice && -s /etc/passwd ]]
  nothing_left
}

@test "a home that is to go goes with the next job, when its own one dies before" {
  make_alice
  plan_removal alice purge
  die_when_decided
  apply
  ends_owing
  [[ -e /home/alice/work ]]
  next_job_clears_up
  [[ ! -e /home/alice ]]
}

@test "a home that is to go stays, when the account was made again before the next job" {
  make_alice
  plan_removal alice purge
  die_when_decided
  apply
  ends_owing
  useradd --uid 1777 --no-create-home --home-dir /home/alice alice
  next_job_clears_up
  says kept /home/alice
  [[ $(cat /home/alice/work) == work ]]
}

@test "a home that is not the account's own is not removed with it" {
  make_alice
  chown root /home/alice
  plan_removal alice purge
  apply
  ended committed
  says kept /home/alice
  [[ -e /home/alice/work ]]
}

@test "fails for an account that still runs something, and names it" {
  make_alice
  setpriv --reuid=1777 --regid=1777 --clear-groups sleep 300 &
  wait_until pgrep -u alice sleep
  plan_removal alice keep
  apply
  ended restored
  says failed r-alice user-remove 1 "the user alice still has processes, end them first: sleep (pid $!)"
  kill $!
  getent passwd alice
}

@test "fails for a home that belongs to somebody else" {
  useradd --create-home bob
  mv /home/bob /home/alice
  plan_user alice
  apply
  ended restored
  says failed u-alice user 1 "the home /home/alice exists and belongs to bob"
  never getent passwd alice
  [[ $(stat -c %U /home/alice) == bob ]]
}

@test "fails for a private key where public ones belong, and keeps the old file" {
  ssh-keygen -q -t ed25519 -N '' -f "$SITE/key"
  plan_user alice
  plan_keys "$KEY"
  apply
  ended committed
  new_job
  plan_keys "$(cat "$SITE/key")"
  apply
  ended restored
  says log "line 1 is no public key"
  says failed k2 file 1 "authorized-keys refuses the new /home/alice/.ssh/authorized_keys; the old one is still in place"
  [[ $(cat /home/alice/.ssh/authorized_keys) == "$KEY" ]]
  never grep -r 'PRIVATE KEY' "$STATE/jobs"
}

@test "keys are given back to their owner with the right modes" {
  plan_user alice
  plan_keys "$KEY"
  apply
  chown -R root:root /home/alice/.ssh
  chmod 0755 /home/alice/.ssh
  chmod 0644 /home/alice/.ssh/authorized_keys
  new_job
  plan_keys "$KEY"
  apply
  ended committed
  [[ $(stat -c '%a %U:%G' /home/alice/.ssh /home/alice/.ssh/authorized_keys | paste -sd ,) == '700 alice:alice,600 alice:alice' ]]
}

@test "a link that the owner of a home put there leads root nowhere" {
  plan_user alice
  apply
  install -d -m 0700 "$SITE/root"
  echo root >"$SITE/root/authorized_keys"
  local before
  before=$(fingerprint "$SITE/root" "$SITE/root/authorized_keys")
  as_alice ln -s "$SITE/root" /home/alice/.ssh
  new_job
  plan_keys "$KEY"
  apply
  ended restored
  [[ $(fingerprint "$SITE/root" "$SITE/root/authorized_keys") == "$before" ]]
  new_job
  plan touch path /home/alice/.ssh/authorized_keys
  plan step s1 remove /home/alice/.ssh/authorized_keys
  apply
  [[ $(fingerprint "$SITE/root" "$SITE/root/authorized_keys") == "$before" ]]
}

as_alice() { # command…
  setpriv --reuid=alice --regid=alice --clear-groups "$@"
}

@test "fails for a file of root's in somebody's home" {
  plan_user alice
  apply
  new_job
  plan_file 1 /home/alice/note "mine"
  apply
  ended restored
  says failed s1 file 1 "/home/alice/note lies in a folder of alice: only its owner can own it, not root"
}

@test "fails for an account that cannot be made, in useradd's own words" {
  plan_user alice nosuchgroup
  apply
  ended restored
  says log "useradd: group 'nosuchgroup' does not exist"
  never getent passwd alice
}
