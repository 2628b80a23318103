#!/usr/bin/env bats
# One job: what is refused, who waits, what survives a lost connection, a cancel, a kill and a mistake.
# shellcheck disable=SC2030,SC2031 # every test is a subshell, on purpose

load client

slow_unit() { # seconds: a step that takes so long, and writes when it is done
  cat >/etc/systemd/system/flotilla-test-slow.service <<UNIT
[Service]
Type=oneshot
ExecStart=/bin/bash -c 'touch $SITE/begun; read -t $1 <> <(:); touch $SITE/done'
UNIT
  systemctl daemon-reload
}

plan_slow_job() { # seconds
  slow_unit "$1"
  echo old >"$SITE/a"
  plan_file 1 "$SITE/a" "new"
  plan step slow unit start flotilla-test-slow.service
  plan_file 2 "$SITE/b" "never"
}

@test "fails a bundle that was cut, and changes nothing" {
  plan_file 1 "$SITE/a" "new"
  pack
  run bash -c 'head -c 3000 "$1" | bash -c "$2" flotilla apply "$3" "$4" 20480' _ \
    "$BUNDLE.tar" "$(cat "$FLOTILLA_HOST_SCRIPTS/bootstrap.sh")" "$RUNTIME_HASH" "$JOB"
  [[ $status == 74 ]]
  says failed - transfer 74 'the bundle was cut'
  says end refused
  [[ ! -e $SITE/a && ! -e $STATE/jobs/$JOB ]]
  nothing_left
}

@test "fails a plan with a record or a step that the runtime does not know, before anything is touched" {
  plan_file 1 "$SITE/a" "new"
  plan step s2 explode "$SITE/a"
  apply
  says failed - plan 65 "this runtime knows no step 'explode'"
  says end refused
  [[ ! -e $SITE/a && ! -e $STATE/jobs/$JOB ]]
}

@test "fails an id that could leave its folder" {
  run bootstrap apply abc ../../etc/x 100 </dev/null
  [[ $status == 64 ]]
  says failed - arguments 64
}

@test "a job whose host was changed since it was read ends as stale and changes nothing" {
  plan_file 1 "$SITE/a" "new"
  echo $(($(cat "$STATE"/generation 2>/dev/null || echo 0) + 1)) >"$STATE/generation"
  apply
  ended stale
  [[ ! -e $SITE/a ]]
}

@test "every finished job increases the generation, and one that changed nothing does not" {
  local before
  before=$(cat "$STATE"/generation)
  apply
  ended committed
  [[ $(cat "$STATE"/generation) == $((before + 1)) ]]
  new_job
  plan step s1 attributes "$SITE/missing" 0644 root root
  apply
  ended restored
  [[ $(cat "$STATE"/generation) == $((before + 2)) ]]
}

@test "the ledger says whose an item is; the last owner wins and a delete gives back only its own" {
  plan own "file:$SITE/a"
  plan own "file:$SITE/b"
  apply
  ended committed
  new_job other
  plan own "file:$SITE/a"
  apply
  new_job
  plan disown "file:$SITE/a"
  plan disown "file:$SITE/b"
  apply
  ended committed
  grep -qxF "$(record "file:$SITE/a" other)" "$STATE/ledger"
  never grep -F "file:$SITE/b" "$STATE/ledger"
}

@test "the ledger is not changed by a job that fails" {
  local before
  before=$(cat "$STATE"/ledger)
  plan own "file:$SITE/z"
  plan step s1 attributes "$SITE/missing" 0644 root root
  apply
  ended restored
  [[ $(cat "$STATE"/ledger) == "$before" ]]
}

@test "two jobs at once: the second waits, names the holder, and then goes on" {
  plan_slow_job 1
  apply_detached
  wait_until test -e "$SITE/begun"
  local first=$JOB
  new_job other
  plan meta generation "$(($(cat "$STATE"/generation) + 1))"
  plan_file 1 "$SITE/c" "second"
  apply
  says wait "waits for the lock of this host, held by stack test, bats process"
  [[ $output == *"(job $first)"* ]]
  ended committed
  [[ -e $SITE/done && -e $SITE/b && $(cat "$SITE/c") == second ]]
}

@test "a job that waited long enough ends as busy, names the holder, and changes nothing" {
  plan_slow_job 3
  apply_detached
  wait_until test -e "$SITE/begun"
  local first=$JOB
  new_job other
  plan meta lockWait 1
  plan_file 1 "$SITE/c" "second"
  apply
  ended busy
  says failed - lock 75 "the lock of this host was held for 1 s by stack test"
  [[ ! -e $SITE/c ]]
  wait_until test -e "$STATE/jobs/$first/outcome"
}

@test "a lost connection neither ends nor repeats a job, and a new one finds it again" {
  plan_slow_job 1
  apply_detached
  wait_until test -e "$SITE/begun"
  kill -KILL "$FOLLOWER"
  pkill -KILL -f "follow.sh $JOB" || true
  run attach 0
  [[ ${lines[0]} == "$(record job "$JOB" attached)" ]]
  says step slow end
  says end committed
  [[ -e $STATE/jobs/$JOB/acknowledged ]]
  [[ $(grep -c $'\tslow\tbegin' "$STATE/jobs/$JOB/journal") == 1 ]]
}

attach() { # lines seen
  (wait_until grep -q ^end "$STATE/jobs/$JOB/log" && echo ack) | bootstrap attach "$RUNTIME_HASH" "$JOB" "$1"
}

@test "attaching after the end gives the lines that were not seen, and only those" {
  plan_file 1 "$SITE/a" "new"
  pack
  send | bootstrap apply "$RUNTIME_HASH" "$JOB" "$(stat -c %s "$BUNDLE.tar")" >"$BUNDLE.out"
  [[ ! -e $STATE/jobs/$JOB/acknowledged ]]
  run bootstrap attach "$RUNTIME_HASH" "$JOB" 2 < <(echo ack)
  [[ ${lines[0]} == "$(record step s1 end)"* ]]
  never says step s1 begin
  says end committed
  wait_until test -e "$STATE/jobs/$JOB/acknowledged"
}

@test "applying an unacknowledged job again attaches; an acknowledged one is refused" {
  plan step s1 attributes "$SITE/missing" 0644 root root
  pack
  send | bootstrap apply "$RUNTIME_HASH" "$JOB" "$(stat -c %s "$BUNDLE.tar")" >"$BUNDLE.out"
  apply
  says job "$JOB" attached
  says end restored
  apply
  says failed - job 73 "job $JOB has run already (restored): an id is never run twice"
  says end refused
  [[ $(grep -c begin "$STATE/jobs/$JOB/journal") == 1 ]]
}

@test "cancel finishes the running step, then restores everything" {
  plan_slow_job 1
  pack
  run bootstrap apply "$RUNTIME_HASH" "$JOB" "$(stat -c %s "$BUNDLE.tar")" < <(
    cat "$BUNDLE.tar"
    wait_until test -e "$SITE/begun"
    echo cancel
  )
  ended cancelled
  says step slow end
  says failed - cancel 130 cancelled
  [[ -e $SITE/done && ! -e $SITE/b && $(cat "$SITE/a") == old ]]
  nothing_left
}

@test "the end of the lease is a SIGTERM: the step is finished and everything restored" {
  plan meta deadline 1
  plan meta lockWait 0
  plan_slow_job 2
  apply
  ended cancelled
  says failed - deadline 124 "the job took longer than 1 s"
  [[ -e $SITE/done && ! -e $SITE/b && $(cat "$SITE/a") == old ]]
}

@test "a copy of what others must not read goes with its job, even where somebody had made it readable" {
  echo canary >"$SITE/a"
  plan touch path "$SITE/a"
  plan step s1 attributes "$SITE/a" 0600 root root
  apply
  ended committed
  [[ $(cat "$SITE/a") == canary ]]
  never grep -r canary "$STATE/jobs/$JOB"
  chmod 0644 "$SITE/a"
  new_job
  plan touch path "$SITE/a"
  plan step s1 remove "$SITE/a"
  apply
  ended committed
  never grep -r canary "$STATE/jobs/$JOB"
}

@test "copies that could not be put back stay until a job of the same manifest commits" {
  local first=$JOB
  echo canary >"$SITE/a"
  plan touch path "$SITE/a"
  plan step s1 remove "$SITE/a"
  plan step s2 directory "$SITE/a" 0755 root root
  plan step s3 directory "$SITE/a/full" 0755 root root
  plan step s4 attributes "$SITE/missing" 0644 root root
  apply
  ended restore-failed
  new_job other
  apply
  ended committed
  grep -rq canary "$STATE/jobs/$first/snapshot"
  new_job
  apply
  ended committed
  never grep -r canary "$STATE/jobs/$first"
}

@test "a killed job is lost, and the next job on the host puts its snapshot back first" {
  plan_slow_job 5
  apply_detached
  wait_until test -e "$SITE/begun"
  [[ $(cat "$SITE/a") == new ]]
  systemctl kill --signal=KILL "flotilla-job-$JOB.service"
  wait "$FOLLOWER" || true
  grep -qxF "$(record end lost)" "$BUNDLE.out"
  local killed=$JOB
  new_job other
  apply
  says log "the job $killed was interrupted"
  ended stale
  [[ $(cat "$STATE/jobs/$killed/outcome") == interrupted-restored ]]
  [[ $(cat "$SITE/a") == old ]]
  new_job other
  apply
  ended committed
  nothing_left
}

@test "a job that dies with its outcome on the disk is what that says, and leaves nothing" {
  plan_file 1 "$SITE/a" "new"
  cat >/usr/local/sbin/rm <<'WRAPPER'
#!/bin/bash
if [[ $2 == /run/flotilla/jobs/* && -e /var/lib/flotilla/jobs/${2##*/}/outcome ]]; then
  /usr/bin/rm "$0"
  kill -KILL "$PPID"
  exit 1
fi
exec /usr/bin/rm "$@"
WRAPPER
  chmod +x /usr/local/sbin/rm
  apply
  [[ ! -e /usr/local/sbin/rm ]]
  never grep -q "^end" "$STATE/jobs/$JOB/log"
  ended committed
  [[ $(cat "$SITE/a") == new ]]
  nothing_left
}

@test "what a job left that died unheard goes with the next one" {
  apply
  ended committed
  mkdir -p "$VOLATILE/jobs/$JOB/payload" "$VOLATILE/jobs/long-gone"
  new_job
  apply
  ended committed
  nothing_left
}

@test "a mistake of the runtime itself restores what was done" {
  echo old >"$SITE/a"
  plan_file 1 "$SITE/a" "new"
  printf '\nrun_gate() { no_such_program_of_ours; }\n' >>"$BUNDLE/runtime/lib/run.sh"
  RUNTIME_HASH=broken$RANDOM
  plan gate g unit 1 1 1 -
  apply
  ended restored
  says failed - runtime
  [[ $output == *no_such_program_of_ours* && $(cat "$SITE/a") == old ]]
  nothing_left
}

@test "a bundle need not bring the runtime that is there; without any nothing is changed" {
  plan_file 1 "$SITE/one" first
  local hash=$RUNTIME_HASH
  rm -r "$BUNDLE/runtime"
  RUNTIME_HASH=0123456789abcdef
  apply
  says failed - transfer 65 "the bundle could not be unpacked: no plan or no runtime in it"
  [[ ! -e $SITE/one ]]
  new_job
  plan_file 1 "$SITE/one" first
  apply
  ended committed
  new_job
  rm -r "$BUNDLE/runtime"
  [[ $RUNTIME_HASH == "$hash" ]]
  plan_file 1 "$SITE/one" second
  apply
  ended committed
  [[ $(<"$SITE/one") == second ]]
}

@test "five jobs of a manifest stay, and the newest two runtimes" {
  local count
  for count in 1 2 3 4 5 6 7; do
    new_job kept
    ((count > 3)) || RUNTIME_HASH=${RUNTIME_HASH:0:16}$count
    apply
    ended committed
  done
  [[ $(grep -lxF "$(record meta manifest kept)" "$STATE"/jobs/*/plan | wc -l) == 5 ]]
  [[ -e $STATE/runtime/$RUNTIME_HASH ]]
  (($(find "$STATE"/runtime -mindepth 1 -maxdepth 1 | wc -l) <= 4))
}

@test "no payload is ever in the log, the journal or the plan, and everything kept is for root only" {
  plan_file 1 "$SITE/secret" "canary-7d1f3c" 0600
  plan step s2 attributes "$SITE/missing" 0600 root root
  apply
  ended restored
  [[ $output != *canary-7d1f3c* ]]
  never grep -rl canary-7d1f3c "$STATE" "$VOLATILE"
  [[ $(stat -c %a "$STATE" "$VOLATILE" | sort -u) == 700 ]]
  never setpriv --reuid=daemon --clear-groups ls "$STATE/jobs"
  [[ ! -e $SITE/secret ]]
}

@test "a small job takes less than half a second on the host" {
  local started=${EPOCHREALTIME/./}
  plan_file 1 "$SITE/a" "new"
  plan_file 2 "$SITE/b" "new"
  plan touch path "$SITE/l"
  plan step s3 link "$SITE/l" a
  pack
  started=${EPOCHREALTIME/./}
  run apply_packed
  ended committed
  echo "# took $(((${EPOCHREALTIME/./} - started) / 1000)) ms" >&3
  (((${EPOCHREALTIME/./} - started) < 1500000))
}

@test "the last five addresses that jobs came from are remembered, newest first" {
  local number
  mkdir -p "$STATE"
  printf '10.0.0.%s\n' 1 2 3 4 5 >"$STATE/controllers"
  for number in 9 3; do
    SSH_CONNECTION="10.0.0.$number 40000 10.0.0.100 22" apply
    ended committed
    new_job
  done
  diff "$STATE/controllers" <(printf '10.0.0.%s\n' 3 9 1 2 4)
  SSH_CONNECTION="somewhere 1 2 3" apply
  ended committed
  [[ $(head -n 1 "$STATE/controllers") == 10.0.0.3 ]]
}

@test "the address is found behind sudo, which forgets it" {
  rm -f "$STATE/controllers"
  pack
  bootstrap_sudo() { # as a login that is not root calls it
    env SSH_CONNECTION='fd00::7 1 fd00::8 22' bash -c 'sudo -n bash -c "$@"; exit $?' login "$(cat "$FLOTILLA_HOST_SCRIPTS/bootstrap.sh")" flotilla "$@"
  }
  send | bootstrap_sudo apply "$RUNTIME_HASH" "$JOB" "$(stat -c %s "$BUNDLE.tar")"
  [[ $(cat "$STATE/controllers") == fd00::7 ]]
}
