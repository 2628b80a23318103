#!/usr/bin/env bats
# Releases: immutable folders, one atomic switch, the old one back after a failure, current and previous always kept.
load client

readonly APP=$SITE/app

plan_release() { # number, digest, content, keep
  local files=$BATS_TEST_TMPDIR/files
  rm -rf "$files" && mkdir -p "$files/sub"
  printf '%s\n' "$3" >"$files/index.html"
  printf '%s\n' "$3" >"$files/sub/page.html"
  tar --create --file="$BUNDLE/payload/$1" --directory="$files" .
  plan touch release "$APP"
  plan step "r$1" release "$1" "$APP" "$2" "${4:-5}"
}

release() { # digest [keep]
  new_job
  plan_release 1 "$1" "$1" "${2:-5}"
  apply
  ended committed
}

releases() {
  find "$APP/releases" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tr '\n' ' '
}

fail_at_last() {
  plan step last attributes "$SITE/missing" 0644 root root
}

@test "a release is unpacked, switched to, and readable for everybody" {
  release d1
  [[ $(readlink "$APP/current") == releases/d1 ]]
  [[ $(cat "$APP/current/sub/page.html") == d1 ]]
  [[ $(stat -c %a "$APP/current/" "$APP/current/sub" "$APP/current/index.html" | tr '\n' ' ') == '755 755 644 ' ]]
  nothing_left
}

@test "the same release again says unchanged" {
  release d1
  local before
  before=$(stat -c '%i' "$APP/releases/d1/index.html")
  release d1
  says log "unchanged: $APP"
  [[ $(stat -c '%i' "$APP/releases/d1/index.html") == "$before" ]]
}

@test "a failed job points back to the old release and removes its own" {
  release d1
  new_job
  plan_release 1 d2 new
  fail_at_last
  apply
  ended restored
  [[ $(readlink "$APP/current") == releases/d1 ]]
  [[ $(releases) == 'd1 ' ]]
}

@test "a failed first release leaves no folder at all" {
  plan_release 1 d1 new
  fail_at_last
  apply
  ended restored
  [[ ! -e $APP ]]
}

@test "of many releases the newest stay, current and previous always" {
  local digest
  for digest in d1 d2 d3 d4; do release $digest 3; done
  [[ $(releases) == 'd2 d3 d4 ' ]]
  release d2 2
  [[ $(releases) == 'd2 d4 ' ]]
}

@test "a failed job prunes nothing" {
  local digest
  for digest in d1 d2 d3; do release $digest 3; done
  new_job
  plan_release 1 d4 d4 2
  fail_at_last
  apply
  ended restored
  [[ $(releases) == 'd1 d2 d3 ' ]]
}

@test "modes and owners that were changed in a release come back" {
  release d1
  chmod 0700 "$APP" "$APP/releases" "$APP/releases/d1/sub"
  chmod 0600 "$APP/current/index.html"
  chown nobody "$APP" "$APP/current/sub/page.html"
  release d1
  [[ $(find "$APP/" ! -type l \( ! -user root -o -type d ! -perm 755 -o -type f ! -perm 644 \)) == '' ]]
  nothing_left
}

@test "files that were edited in a release are replaced, and come back when the job fails" {
  release d1
  echo edited >"$APP/current/index.html"
  new_job
  plan_release 1 d1 d1
  fail_at_last
  apply
  ended restored
  [[ $(cat "$APP/current/index.html") == edited ]]
  release d1
  [[ $(cat "$APP/current/index.html") == d1 && $(readlink "$APP/current") == releases/d1 ]]
  [[ $(releases) == 'd1 ' ]]
}

@test "a request across ten switches always finds the old page or the new one" {
  release d0
  (while [[ ! -e $SITE/stop ]]; do cat "$APP/current/index.html"; done >"$SITE/seen" 2>"$SITE/missed") &
  local reader=$! number
  for number in 1 2 3 4 5 6 7 8 9 10; do release d$((number % 2)); done
  touch "$SITE/stop" && wait "$reader"
  [[ $(sort -u "$SITE/seen" | tr '\n' ' ') == 'd0 d1 ' ]]
  [[ ! -s $SITE/missed ]]
}

@test "removing a release app takes both folders away, and brings them back when the job fails" {
  release d1
  release d2
  new_job
  plan touch release "$APP"
  plan step s1 release-remove "$APP"
  fail_at_last
  apply
  ended restored
  [[ $(cat "$APP/current/index.html") == d2 && $(releases) == 'd1 d2 ' ]]
  new_job
  plan touch release "$APP"
  plan step s1 release-remove "$APP"
  apply
  ended committed
  [[ ! -e $APP ]]
}

@test "releases whose removal has committed go with the next job, when their own one dies before" {
  release d1
  new_job
  plan touch release "$APP"
  plan step s1 release-remove "$APP"
  die_when_decided
  apply
  ends_owing
  [[ -e $APP ]]
  next_job_clears_up
  [[ ! -e $APP ]]
}
