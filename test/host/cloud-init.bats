#!/usr/bin/env bats
# What a machine boots with, and the gate that says how that went. Boots are cloud-init's own stages, run again.
load client

readonly SEED=/var/lib/cloud/seed/nocloud/user-data
readonly OURS=$FLOTILLA_HOST_SCRIPTS/../cloud-init GOLDEN=$FLOTILLA_HOST_SCRIPTS/../test/golden/cloud-init
readonly DROP_IN=/etc/ssh/sshd_config.d/10-flotilla-port.conf

setup_file() {
  cp "$SEED" "$BATS_FILE_TMPDIR/seed"
}

teardown_file() {
  boot_with <"$BATS_FILE_TMPDIR/seed"
}

teardown() {
  systemctl reset-failed cloud-init-test.service 2>/dev/null || true
  rm -f "$DROP_IN"
}

run_stages() { # words of one stage each…
  local stage
  for stage in "$@"; do
    # shellcheck disable=SC2086
    cloud-init $stage >>"$BATS_TEST_TMPDIR/boot" 2>&1 3>&- || true
  done
}

boot_until_network() { # user data on stdin
  cat >"$SEED"
  cloud-init clean
  rm -f /run/cloud-init/{status,result}.json
  run_stages 'init --local'
}

boot_with() { # user data on stdin
  boot_until_network
  run_stages init 'modules --mode=config' 'modules --mode=final'
}

digest() { # of the user data that was posted last
  printf '%s' "$(<"$SEED")" | sha256sum | cut -d ' ' -f 1
}

gate() { # deadline, digest, users, host name
  plan gate g cloud-init 0.2 "$1" 1 - "${@:2}"
}

write_status() { # errors and recoverable errors of the final stage, as JSON
  printf '{"v1": {"stage": null, "modules-final": {"errors": %s, "recoverable_errors": %s}}}' "$1" "$2" \
    >/var/lib/cloud/data/status.json
}

staff() {
  sed 's/name: flotilla$/name: staff/' "$BATS_FILE_TMPDIR/seed"
}

@test "cloud-init takes what is rendered, without a word against it" {
  local file
  for file in "$GOLDEN"/*.yaml; do
    run cloud-init schema --config-file "$file"
    [[ $output == "Valid cloud-config: $file" ]] || { echo "$output" >&2 && false; }
  done
}

@test "a cloud-init gate holds on a host that has booted as declared" {
  gate 5 "$(digest)" flotilla,root "$(hostname)"
  apply
  ended committed
  says gate g ok "cloud-init is done"
}

@test "a cloud-init gate names the user that is missing, and the host's other name, and waits for neither" {
  local started=$SECONDS
  gate 60 "$(digest)" root,nobody-made -
  apply
  ended restored
  says failed g configuration 1 "cloud-init is done, and there is no user nobody-made"
  new_job
  gate 60 "$(digest)" root web-9
  apply
  ended restored
  says failed g configuration 1 "cloud-init is done, and the host calls itself $(hostname) and not web-9"
  ((SECONDS - started < 10))
}

@test "a cloud-init gate waits for a boot that is at work, and quotes the module that failed, once it is over" {
  staff | boot_until_network
  gate 60 "$(digest)" - -
  (wait_until grep -q "still at work" "$STATE/jobs/$JOB/log" && run_stages init 'modules --mode=config' 'modules --mode=final') 3>&- &
  apply
  ended restored
  says gate g waiting "cloud-init is still at work"
  says failed g configuration 1 "cloud-init failed: ('users-groups', ProcessExecutionError("
  [[ $output == *"useradd: group staff exists"* ]]
  says tail
  [[ $output == *"[WARNING]: Failed to create user staff"* ]]
  wait
}

@test "what a boot with other user data than is declared did wrong does not count: what was edited is made by other items" {
  gate 5 "$(printf '%064d' 0)" root,staff -
  apply
  ended committed
  says gate g ok "cloud-init is done, with other user data than is declared now"
}

@test "a cloud-init gate fails on errors that cloud-init calls recoverable, and only names its warnings" {
  write_status '[]' '{"WARNING": ["a key is old"], "DEPRECATED": ["so is another"]}'
  gate 5 "$(digest)" - -
  apply
  ended committed
  says gate g ok "cloud-init is done; it warned: a key is old"
  new_job
  write_status '[]' '{"ERROR": ["a disk is gone"]}'
  gate 60 "$(digest)" - -
  apply
  ended restored
  says failed g configuration 1 "cloud-init failed: a disk is gone"
}

@test "a cloud-init gate fails on a unit that failed although cloud-init names no error" {
  write_status '[]' '{}'
  systemd-run --quiet --wait --unit=cloud-init-test false || true
  gate 60 "$(digest)" - -
  apply
  ended restored
  says failed g process 1 "cloud-init failed and names no error: cloud-init-test.service failed"
}

@test "a cloud-init gate quotes nothing that is as long as a key" {
  local canary
  canary=$(printf 'canary%058d' 7)
  write_status "[\"cannot load $canary\", \"-----BEGIN OPENSSH PRIVATE KEY-----\"]" '{}'
  echo "2026-01-01 00:00:00,000 - util.py[WARNING]: failed at $canary" >>/var/log/cloud-init.log
  gate 60 "$(digest)" - -
  apply
  ended restored
  says failed g configuration 1 "cloud-init failed: cannot load …"
  [[ $output == *"failed at …"* && $output != *canary* && $output != *"PRIVATE KEY"* ]]
}

@test "a cloud-init gate says when cloud-init has not begun, and does not wait where it never will" {
  rm /run/cloud-init/{status,result}.json
  gate 1 "$(digest)" - -
  apply
  ended restored
  says failed g process 1 "cloud-init has not begun"
  new_job
  touch /etc/cloud/cloud-init.disabled
  gate 60 "$(digest)" - -
  local started=$SECONDS
  apply
  rm /etc/cloud/cloud-init.disabled
  ended restored
  says failed g process 1 "cloud-init is disabled on this host"
  ((SECONDS - started < 10))
}

first_boot() { # user, break-glass file, port, content of the drop-in
  run bash -c "$(<"$OURS/first-boot.sh")" first-boot "$1" "$2" "$3" "$DROP_IN" "$4"
}

listens() { # port
  [[ -n $(ss -Hltn "sport = :$1") ]]
}

@test "a first boot moves sshd, and writes the break-glass key where only its user may change it" {
  rm -f /root/.ssh/authorized_keys2
  first_boot root $'# a\nkey\n' 2222 $'Port 2222\n'
  ((status == 0))
  listens 2222
  never listens 22
  [[ $(
    cat /root/.ssh/authorized_keys2
    stat -c '%a %U:%G' /root/.ssh/authorized_keys2
  ) == $'# a\nkey\n600 root:root' ]]
  [[ $(passwd -S root) == 'root L '* ]]
  first_boot root '' 22 $'Port 22\n'
  ((status == 0))
  listens 22
  never listens 2222
  rm /root/.ssh/authorized_keys2
}

@test "a first boot takes a port back that sshd does not take, and says why" {
  first_boot root '' 2222 $'Prot 2222\n'
  ((status == 1))
  [[ $output == *"flotilla: sshd does not take port 2222: $DROP_IN: line 1: Bad configuration option: Prot"* && ! -e $DROP_IN ]]
  systemd-run --quiet --unit=flotilla-test-port systemd-socket-activate -l 18473 sleep 60
  wait_until listens 18473
  first_boot root '' 18473 $'Port 18473\n'
  systemctl stop flotilla-test-port
  ((status == 1))
  [[ $output == *"flotilla: sshd does not take port 18473: error: Bind to port 18473"*"Address already in use"* && ! -e $DROP_IN ]]
  listens 22
}

@test "a first boot goes on without the user that could not be made" {
  first_boot nobody-made key 22 $'Port 22\n'
  ((status == 1))
  [[ $output == "flotilla: the break-glass key has no place: there is no user nobody-made" ]]
  [[ $(<"$DROP_IN") == 'Port 22' && ! -e /home/nobody-made ]]
}
