#!/usr/bin/env bash
# Prints `place TAB number of the text` for each place of this host that holds one of the texts on stdin, one a line.
# Run as root inside a lab host; the texts are in no argument and in no file.
set -Eeuo pipefail
TEXTS=()

# What is found is named by its number: `-b` tells two hits in one file apart.
name_hits() { # place of what has no file name
  local line place text number
  while IFS= read -r line; do
    text=${line##*:} place=${line%:*}
    place=${1:-${place%:*}}
    for number in "${!TEXTS[@]}"; do
      [[ ${TEXTS[number]} != "$text" ]] || printf '%s\t%s\n' "$place" "$number"
    done
  done
}

search() { # arguments of grep
  grep --text --only-matching --byte-offset --fixed-strings --file=<(printf '%s\n' "${TEXTS[@]}") "$@" || [[ $? == 1 ]]
}

main() {
  mapfile -t TEXTS
  ((${#TEXTS[@]})) || exit 64
  search --recursive --devices=skip --with-filename --exclude-dir=proc --exclude-dir=sys / | name_hits ''
  { journalctl --output=export --no-pager --all || true; } | search --no-filename | name_hits journal
  { cat /proc/[0-9]*/{cmdline,environ} 2>/dev/null || true; } | search --no-filename | name_hits processes
}

main "$@"
