# shellcheck shell=bash disable=SC2034,SC2119,SC2120 # most of it is for the bats files
# What the provider does, for the bats files: writes a plan, packs a bundle, speaks to the bootstrap.
# FLOTILLA_HOST_SCRIPTS is the folder host/ of the project, as the guest sees it.

# shellcheck source=assertions.bash
source "${BASH_SOURCE[0]%/*}/assertions.bash"

readonly STATE=/var/lib/flotilla VOLATILE=/run/flotilla
readonly SITE=/srv/flotilla-test

# Every test begins on a host without jobs, and with a folder of its own.
setup() {
  rm -rf "$SITE"
  install -d -m 0755 "$SITE"
  new_job
}

teardown() {
  local unit
  for unit in $(systemctl list-units --plain --no-legend --all 'flotilla-job-*' | cut -d ' ' -f 1); do
    systemctl kill --signal=KILL "$unit" || true
  done
}

record() { # fields → one line
  local IFS=$'\t'
  printf '%s\n' "$*"
}

# new_job [manifest]: an empty plan under a new id, with the generation that the host has now.
new_job() {
  JOB=job$(date +%s%N)
  BUNDLE=$BATS_TEST_TMPDIR/$JOB
  mkdir -p "$BUNDLE/payload"
  cp -r "$FLOTILLA_HOST_SCRIPTS/runtime" "$BUNDLE/runtime"
  RUNTIME_HASH=$(cd "$BUNDLE" && find runtime -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-32)
  plan meta manifest "${1:-test}"
  plan meta desired "$(printf %s "$JOB" | sha256sum | cut -c 1-16)"
  plan meta attempt 1
  plan meta owner "stack test, bats process $$"
  plan meta generation "$(cat $STATE/generation 2>/dev/null || echo 0)"
  plan meta deadline 60
  plan meta lockWait 10
}

plan() { # fields of one record
  record "$@" >>"$BUNDLE/plan"
}

payload() { # number; content on stdin
  cat >"$BUNDLE/payload/$1"
}

# plan_file NUMBER PATH CONTENT [MODE]: touch and step of a file.
plan_file() {
  printf '%s\n' "$3" | payload "$1"
  plan touch path "$2"
  plan step "s$1" file "$1" "$2" "${4:-0644}" root root -
}

bootstrap() { # arguments of the remote command
  bash -c "$(cat "$FLOTILLA_HOST_SCRIPTS/bootstrap.sh")" flotilla "$@"
}

# What a provider sends: the bundle, then the lines given; stdin is closed after them.
send() { # lines…
  cat "$BUNDLE.tar"
  [[ $# == 0 ]] || printf '%s\n' "$@"
}

pack() {
  local -a parts=(plan payload)
  [[ ! -d $BUNDLE/runtime ]] || parts+=(runtime)
  tar --create --file="$BUNDLE.tar" --directory="$BUNDLE" "${parts[@]}"
}

# Applies and acknowledges; what the job says is in $output.
apply() {
  pack
  run apply_packed
}

apply_packed() {
  local line
  mkfifo "$BUNDLE.in"
  exec {wire}<>"$BUNDLE.in"
  cat "$BUNDLE.tar" >&"$wire" &
  while IFS= read -r line; do
    printf '%s\n' "$line"
    [[ $line != end$'\t'* ]] || echo ack >&"$wire"
  done < <(bootstrap apply "$RUNTIME_HASH" "$JOB" "$(stat -c %s "$BUNDLE.tar")" <&"$wire")
  exec {wire}>&-
}

# Starts the job and lets go of it at once, as a connection that broke would.
apply_detached() {
  pack
  send | bootstrap apply "$RUNTIME_HASH" "$JOB" "$(stat -c %s "$BUNDLE.tar")" >"$BUNDLE.out" 2>&1 &
  FOLLOWER=$!
  wait_until test -e "$STATE/jobs/$JOB/log"
}

# One test unit, whose process says when it reads its file.
install_test_unit() { # name, content of its file
  printf '%s\n' "$2" >"$SITE/$1.conf"
  cat >"/etc/systemd/system/$1.service" <<UNIT
[Service]
ExecStart=/bin/bash -c 'cat $SITE/$1.conf >>$SITE/$1.read; while :; do read -t 60 <> <(:); done'
ExecReload=/bin/bash -c 'cat $SITE/$1.conf >>$SITE/$1.read'
[Install]
WantedBy=multi-user.target
UNIT
  systemctl daemon-reload
}

# The next job dies as soon as its outcome is on the disk, and before it has cleared up.
die_when_decided() {
  cat >/usr/local/sbin/sync <<'WRAPPER'
#!/bin/bash
if [[ $# == 1 && -e $1/outcome && $1 == /var/lib/flotilla/jobs/* ]]; then
  rm -f /usr/local/sbin/sync
  kill -KILL "$PPID"
  exit 1
fi
exec /usr/bin/sync "$@"
WRAPPER
  chmod +x /usr/local/sbin/sync
}

# Then what it owes is done by whichever job comes next, before anything else.
ends_owing() {
  says end lost
  [[ $(cat "$STATE/jobs/$JOB/outcome") == committed && -e $STATE/jobs/$JOB/owing ]]
  OWED_BY=$JOB
}

next_job_clears_up() {
  new_job other
  apply
  says log "the job $OWED_BY was interrupted when it had committed"
  ended committed
  [[ ! -e $STATE/jobs/$OWED_BY/owing && -e $STATE/jobs/$OWED_BY/acknowledged ]]
  [[ ! -e $STATE/jobs/$OWED_BY/snapshot/index ]]
  nothing_left
}
