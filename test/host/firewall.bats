#!/usr/bin/env bats
# The firewall: loaded for good only when a new connection confirms it; otherwise the host restores itself.
load client

readonly TABLE=flotilla_test FIREWALL=$STATE/firewall

setup() {
  rm -rf "$SITE" && install -d -m 0755 "$SITE"
  nft delete table inet $TABLE 2>/dev/null || true
  rm -rf "$FIREWALL" /etc/systemd/system/flotilla-firewall.service \
    /etc/systemd/system/sysinit.target.wants/flotilla-firewall.service
  new_job
}

plan_firewall() { # port, seconds
  printf 'table inet %s\ndelete table inet %s\ntable inet %s {\n  chain input {\n    tcp dport %s accept\n  }\n}\n' \
    $TABLE $TABLE $TABLE "$1" | payload 9
  plan touch nft $TABLE
  plan step fw firewall 9 $TABLE "$2"
  plan nft-digest $TABLE "digest-$1"
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

loaded_port() {
  nft list table inet $TABLE 2>/dev/null | grep -o 'dport [0-9]*' | cut -d ' ' -f 2
}

fail_at_last() {
  plan step last attributes "$SITE/missing" 0644 root root
}

@test "confirmed rules stay, are persisted, and load at boot" {
  plan_firewall 1001 20
  apply_and_confirm
  ended committed
  says confirm 20
  says confirmed "$JOB"
  [[ $(loaded_port) == 1001 ]]
  [[ $(cat "$FIREWALL/$TABLE.digest") == digest-1001 ]]
  diff "$FIREWALL/$TABLE.loaded" <(nft -s list table inet $TABLE)
  cmp "$FIREWALL/$TABLE.nft" "$BUNDLE/payload/9"
  [[ $(systemctl is-enabled flotilla-firewall.service) == enabled ]]
  nothing_left
  nft delete table inet $TABLE
  systemctl daemon-reload
  systemctl start flotilla-firewall.service
  [[ $(loaded_port) == 1001 ]]
  systemctl stop flotilla-firewall.service
}

@test "the boot unit fails loudly when its rules cannot be loaded" {
  plan_firewall 1001 20
  apply_and_confirm
  echo 'no rules' >>"$FIREWALL/$TABLE.nft"
  systemctl daemon-reload
  never systemctl start flotilla-firewall.service
  # systemd has tried it a few times by then.
  wait_until systemctl is-failed flotilla-firewall.service
  systemctl reset-failed flotilla-firewall.service
}

@test "rules that nobody confirms are rolled back by the host within the window" {
  plan_firewall 1001 20
  apply_and_confirm
  new_job
  plan_firewall 2002 1
  plan_file 1 "$SITE/a" new
  local started=$SECONDS
  apply
  ended restored
  ((SECONDS - started < 5))
  says failed fw firewall 1 "not confirmed by a new connection within 1 s: rolled back"
  [[ $(loaded_port) == 1001 && ! -e $SITE/a ]]
  [[ $(cat "$FIREWALL/$TABLE.digest") == digest-1001 ]]
  grep -q 1001 "$FIREWALL/$TABLE.nft"
  nothing_left
}

@test "the first rules that nobody confirms leave no table, no file and no boot unit" {
  plan_firewall 2002 1
  apply
  ended restored
  [[ -z $(loaded_port) && ! -e /etc/systemd/system/flotilla-firewall.service ]]
  [[ -z $(ls -A "$FIREWALL" 2>/dev/null) ]]
}

@test "a confirmation that comes too late is refused" {
  plan_firewall 2002 1
  apply
  run bootstrap confirm "$RUNTIME_HASH" "$JOB"
  [[ $status == 75 && $output == "no window of job $JOB is open"* ]]
}

@test "a job that dies inside the window: the timer alone puts the old rules back" {
  plan_firewall 1001 20
  apply_and_confirm
  new_job
  plan_firewall 2002 2
  apply_detached
  wait_until grep -q ^confirm "$STATE/jobs/$JOB/log"
  systemctl kill --signal=KILL "flotilla-job-$JOB.service"
  [[ $(loaded_port) == 2002 ]]
  wait_until test -e "$STATE/jobs/$JOB/reverted"
  [[ $(loaded_port) == 1001 ]]
  run bootstrap confirm "$RUNTIME_HASH" "$JOB"
  [[ $status == 75 ]]
  new_job
  apply
  ended stale
  nothing_left
}

@test "the next job disarms the timer of one that died, and puts the rules back itself" {
  plan_firewall 1001 20
  apply_and_confirm
  new_job
  plan_firewall 2002 60
  apply_detached
  wait_until grep -q ^confirm "$STATE/jobs/$JOB/log"
  systemctl kill --signal=KILL "flotilla-job-$JOB.service"
  wait_until test ! -e "/run/systemd/units/invocation:flotilla-job-$JOB.service"
  new_job
  apply
  ended stale
  [[ $(loaded_port) == 1001 ]]
  nothing_left
}

@test "what may put the rules back on its own may do little else" {
  plan_firewall 1001 20
  apply_detached
  wait_until grep -q ^confirm "$STATE/jobs/$JOB/log"
  systemd-analyze security --no-pager --threshold=25 "flotilla-revert-$JOB.service"
  bootstrap confirm "$RUNTIME_HASH" "$JOB"
  wait_until test -e "$STATE/jobs/$JOB/outcome"
  systemd-analyze security --no-pager --threshold=25 flotilla-firewall.service
}

@test "cancel inside the window rolls back at once" {
  plan_firewall 2002 60
  pack
  local started=$SECONDS
  run bootstrap apply "$RUNTIME_HASH" "$JOB" "$(stat -c %s "$BUNDLE.tar")" \
    < <(
      cat "$BUNDLE.tar"
      wait_until grep -q ^confirm "$STATE/jobs/$JOB/log"
      echo cancel
    )
  ended cancelled
  ((SECONDS - started < 10))
  [[ -z $(loaded_port) ]]
}

@test "rules that nft refuses are never loaded" {
  plan_firewall 1001 20
  apply_and_confirm
  new_job
  plan touch nft $TABLE
  echo 'table inet x { chain }' | payload 9
  plan step fw firewall 9 $TABLE 20
  apply
  ended restored
  says failed fw firewall 1 "nft refuses the new rules"
  [[ $(loaded_port) == 1001 ]]
}

@test "a later failure of the same job brings the old rules and their persisted file back" {
  plan_firewall 1001 20
  apply_and_confirm
  new_job
  plan_firewall 2002 20
  fail_at_last
  apply_and_confirm
  ended restored
  [[ $(loaded_port) == 1001 ]]
  diff "$FIREWALL/$TABLE.loaded" <(nft -s list table inet $TABLE)
  grep -q 1001 "$FIREWALL/$TABLE.nft"
  [[ $(cat "$FIREWALL/$TABLE.digest") == digest-1001 ]]
}

@test "ten good changes in a row never revert" {
  local number
  for number in 1 2 3 4 5 6 7 8 9 10; do
    new_job
    plan_firewall $((3000 + number)) 20
    apply_and_confirm
    ended committed
    [[ $(loaded_port) == $((3000 + number)) ]]
  done
}

@test "a removal takes the table, its files and the boot unit, and a failed one brings them back" {
  plan_firewall 1001 20
  apply_and_confirm
  new_job
  plan touch nft $TABLE
  plan step s1 firewall-remove $TABLE
  fail_at_last
  apply
  ended restored
  [[ $(loaded_port) == 1001 && $(systemctl is-enabled flotilla-firewall.service) == enabled ]]
  new_job
  plan touch nft $TABLE
  plan step s1 firewall-remove $TABLE
  apply
  ended committed
  [[ -z $(loaded_port) && ! -e /etc/systemd/system/flotilla-firewall.service && -z $(ls -A "$FIREWALL") ]]
}

@test "another table is never touched" {
  nft 'table inet foreign { chain c { tcp dport 7 accept; }; }'
  plan_firewall 1001 20
  apply_and_confirm
  new_job
  plan_firewall 2002 1
  apply
  ended restored
  nft list table inet foreign | grep -q 'dport 7'
  nft delete table inet foreign
}
