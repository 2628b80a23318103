# shellcheck shell=bash
# What the provider does, for the bats files: writes a plan, packs a bundle, speaks to the bootstrap.
# FLOTILLA_HOST_SCRIPTS is the folder host/ of the project, as the guest sees it.

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
  tar --create --file="$BUNDLE.tar" --directory="$BUNDLE" runtime plan payload
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

wait_until() { # command…: bounded, and no longer than needed
  local try
  for ((try = 0; try < 300; try++)); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.05
  done
  echo "gave up waiting until: $*" >&2
  return 1
}

says() { # fields that one line of the output must begin with
  local line wanted
  wanted=$(record "$@")
  for line in "${lines[@]}"; do
    [[ $line != "$wanted"* ]] || return 0
  done
  printf 'no line begins with: %s\nbut there was:\n%s\n' "$wanted" "$output" >&2
  return 1
}

# bats does not see a line that begins with `!` fail.
never() { # command…
  if "$@"; then
    printf 'succeeded, and should not have: %s\n%s\n' "$*" "$output" >&2
    return 1
  fi
}

ended() { # outcome
  says end "$1" && [[ $(cat "$STATE/jobs/$JOB/outcome") == "$1" ]]
}

fingerprint() { # paths…: type, mode, owner, content
  local path
  for path in "$@"; do
    stat -c '%n %F %a %U:%G %N' "$path" 2>/dev/null || echo "$path missing"
    [[ ! -f $path ]] || sha256sum "$path"
  done
}

# Nothing of a job is left beside its record.
nothing_left() {
  wait_until no_units || { systemctl list-units --all 'flotilla-*' >&2 && return 1; }
  [[ -z $(find "$VOLATILE/jobs" "$VOLATILE" -mindepth 1 -maxdepth 1 ! -name jobs ! -name '*lock') ]]
  [[ -z $(find /etc /srv -name '*.flotilla' -o -name '.*.new' -o -name '.*.copy') ]]
}

no_units() {
  [[ -z $(systemctl list-units --all --plain --no-legend 'flotilla-job-*' 'flotilla-revert-*') ]]
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
