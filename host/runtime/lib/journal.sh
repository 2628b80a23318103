# shellcheck shell=bash
# What a job did and when: time, step, begin or end, exit code. A step begins only after its line is on the disk.

journal_begin() { # step id
  printf '%s\t%s\tbegin\t-\n' "$EPOCHREALTIME" "$1" >>"$RECORD/journal"
  sync "$RECORD/journal"
}

# Reaches the disk with the next begin, or with the outcome: nothing decides by it.
journal_end() { # step id, exit code
  printf '%s\t%s\tend\t%s\n' "$EPOCHREALTIME" "$1" "$2" >>"$RECORD/journal"
}

journal_has_begun() { # step id
  local id
  [[ -f $RECORD/journal ]] || return 1
  while IFS=$'\t' read -r _ id _; do
    [[ $id != "$1" ]] || return 0
  done <"$RECORD/journal"
  return 1
}

# Replaces a small file so that a power cut leaves the old text or the new one.
write_durably() { # path, text
  printf '%s\n' "$2" >"$1.new"
  sync "$1.new"
  mv -fT "$1.new" "$1"
  sync "${1%/*}"
}

generation() {
  if [[ -f $STATE/generation ]]; then printf '%s' "$(<"$STATE/generation")"; else printf 0; fi
}

generation_increase() {
  write_durably "$STATE/generation" "$(($(generation) + 1))"
}
