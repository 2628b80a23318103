#!/usr/bin/env bats
# Files, directories, links, attributes and removals: what is there after a job, and after one that failed.
load client

@test "a file arrives with content, mode and owner, and nothing is left of the job" {
  plan_file 1 "$SITE/a.conf" "first" 0640
  apply
  ended committed
  says job "$JOB" started
  says step s1 begin "file $SITE/a.conf"
  says step s1 end "file $SITE/a.conf"
  [[ $(cat "$SITE/a.conf") == first ]]
  [[ $(stat -c '%a %U:%G' "$SITE/a.conf") == '640 root:root' ]]
  [[ -e $STATE/jobs/$JOB/acknowledged ]]
  nothing_left
}

@test "the same plan applied again says unchanged and writes nothing" {
  plan_file 1 "$SITE/a.conf" "first"
  plan touch path "$SITE/d"
  plan step s2 directory "$SITE/d" 0750 root root
  plan touch path "$SITE/l"
  plan step s3 link "$SITE/l" a.conf
  apply
  ended committed
  local before
  before=$(stat -c '%i %Y %Z' "$SITE/a.conf" "$SITE/d" "$SITE/l")
  new_job
  plan_file 1 "$SITE/a.conf" "first"
  plan touch path "$SITE/d"
  plan step s2 directory "$SITE/d" 0750 root root
  plan touch path "$SITE/l"
  plan step s3 link "$SITE/l" a.conf
  apply
  ended committed
  says log "unchanged: $SITE/a.conf"
  says log "unchanged: $SITE/d"
  says log "unchanged: $SITE/l"
  [[ $(stat -c '%i %Y %Z' "$SITE/a.conf" "$SITE/d" "$SITE/l") == "$before" ]]
}

@test "a failing step restores files, modes, owners, links, absence and made directories" {
  local paths=("$SITE" "$SITE/changed" "$SITE/mode" "$SITE/link" "$SITE/gone" "$SITE/folder" "$SITE/emptied" "$SITE/new" "$SITE/deep/er/new") before
  echo old >"$SITE/changed"
  chown daemon:adm "$SITE/changed" && chmod 0604 "$SITE/changed"
  echo mode >"$SITE/mode" && chmod 0600 "$SITE/mode"
  ln -s changed "$SITE/link"
  echo gone >"$SITE/gone"
  install -d -m 0711 -o daemon "$SITE/folder" "$SITE/emptied"
  before=$(fingerprint "${paths[@]}")
  plan_file 1 "$SITE/changed" "new"
  plan_file 2 "$SITE/new" "new"
  plan_file 3 "$SITE/deep/er/new" "new"
  local path
  for path in mode link gone folder emptied; do plan touch path "$SITE/$path"; done
  plan step s4 attributes "$SITE/mode" 0644 daemon adm
  plan step s5 link "$SITE/link" new
  plan step s6 remove "$SITE/gone"
  plan step s7 directory "$SITE/folder" 0700 root root
  plan step s8 remove "$SITE/emptied"
  plan step s9 directory "$SITE/changed" 0755 root root
  apply
  ended restored
  says failed s9 directory 1 "$SITE/changed exists and is not a directory"
  says restored 10
  [[ $(fingerprint "${paths[@]}") == "$before" ]]
  [[ ! -e $SITE/deep ]]
  nothing_left
}

@test "a directory that the job made and somebody filled stays and is named" {
  plan touch path "$SITE/made"
  plan step s1 directory "$SITE/made" 0755 root root
  plan touch path "$SITE/made/foreign"
  plan step s2 unit start flotilla-test-fill.service
  plan touch unit flotilla-test-fill.service
  cat >/etc/systemd/system/flotilla-test-fill.service <<UNIT
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo mine >$SITE/made/other; exit 1'
UNIT
  systemctl daemon-reload
  apply
  ended restored
  says kept "$SITE/made"
  [[ $(cat "$SITE/made/other") == mine ]]
}

@test "a full directory is not removed, and is named" {
  mkdir "$SITE/full" && touch "$SITE/full/x"
  plan touch path "$SITE/full"
  plan step s1 remove "$SITE/full"
  apply
  ended committed
  says kept "$SITE/full"
  [[ -e $SITE/full/x ]]
}

@test "a reader sees the old file or the new one, never a part" {
  local seen
  head -c 300000 /dev/zero | tr '\0' o >"$SITE/big"
  head -c 300000 /dev/zero | tr '\0' n | payload 1
  plan touch path "$SITE/big"
  plan step s1 file 1 "$SITE/big" 0644 root root -
  pack
  (while [[ ! -e $SITE/stop ]]; do sha256sum <"$SITE/big"; done >"$SITE/seen" 2>&1) &
  local reader=$!
  run apply_packed
  touch "$SITE/stop" && wait "$reader"
  ended committed
  seen=$(sort -u "$SITE/seen" | wc -l)
  ((seen <= 2))
}

@test "fails a sudoers file, a unit and nft rules that their program refuses, before they are in place" {
  local kind
  for kind in sudoers unit nft; do
    new_job
    local path=$SITE/flotilla-test-x.service
    [[ $kind == unit ]] || path=$SITE/$kind
    printf 'this is [no such thing\n' | payload 1
    plan touch path "$path"
    plan step s1 file 1 "$path" 0440 root root "$kind"
    apply
    ended restored
    says failed s1 file 1 "$kind refuses the new $path"
    says tail
    [[ ! -e $path ]]
  done
  nothing_left
}

@test "takes valid sudoers, units, drop-ins and nft rules" {
  printf 'daemon ALL=(ALL) NOPASSWD: /bin/true\n' | payload 1
  printf '[Service]\nExecStart=/bin/true\n' | payload 2
  printf '[Service]\nRestart=on-failure\n' | payload 3
  printf 'table inet flotilla_test_x {\n}\n' | payload 4
  plan touch path "$SITE/sudoers"
  plan step s1 file 1 "$SITE/sudoers" 0440 root root sudoers
  plan touch path "$SITE/flotilla-test-ok.service"
  plan step s2 file 2 "$SITE/flotilla-test-ok.service" 0644 root root unit
  plan touch path "$SITE/systemd-journald.service.d/x.conf"
  plan step s3 file 3 "$SITE/systemd-journald.service.d/x.conf" 0644 root root unit
  plan touch path "$SITE/rules.nft"
  plan step s4 file 4 "$SITE/rules.nft" 0644 root root nft
  apply
  ended committed
}

@test "a drop-in that systemd would ignore is refused, with systemd's words" {
  printf '[Service]\nNoSuchThing=1\n' | payload 1
  plan touch path "$SITE/systemd-journald.service.d/x.conf"
  plan step s1 file 1 "$SITE/systemd-journald.service.d/x.conf" 0644 root root unit
  apply
  ended restored
  [[ $output == *NoSuchThing* ]]
}

@test "a secret that was replaced is nowhere once its job is decided; a public file keeps its copy" {
  local file
  for file in private public; do echo "old-canary in $file" >"$SITE/$file"; done
  chmod 0600 "$SITE/private"
  plan_file 1 "$SITE/private" "new" 0600
  plan_file 2 "$SITE/public" "new"
  apply
  ended committed
  run grep -rl 'old-canary' "$STATE/jobs/$JOB"
  [[ $output == "$STATE/jobs/$JOB/snapshot/"* ]]
  run cat "$output"
  [[ $output == 'old-canary in public' ]]
}
