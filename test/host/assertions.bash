# shellcheck shell=bash disable=SC2154 # bats sets output and lines
# What the bats files claim about a job and about the host after it.

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
