# shellcheck shell=bash
# What is said when a step or a gate has failed.

# The last lines that the failed step or gate printed.
say_tail() { # the record after which they come
  local line first
  local -a lines=()
  while IFS= read -r line; do
    if [[ $line == "$1"* ]]; then lines=(); elif [[ $line == log$'\t'* ]]; then lines+=("${line#log$'\t'}"); fi
  done <"$LOG"
  first=$((${#lines[@]} > 20 ? ${#lines[@]} - 20 : 0))
  for line in "${lines[@]:first}"; do say tail "$line"; done
}

reason() { # what to say when nobody said more
  if [[ -s $RUN/reason ]]; then printf '%s' "$(<"$RUN/reason")"; else printf '%s' "$1"; fi
}
