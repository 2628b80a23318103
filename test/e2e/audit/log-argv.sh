#!/bin/bash
# Writes down its arguments and environment, and becomes the program whose name it bears.
# Installed by install.sh under the name of every program; found first on the PATH of jobs and logins.
readonly HERE=${BASH_SOURCE[0]%/*} NAME=${0##*/}

main() {
  local folder
  { printf '%s\0' "$NAME" "$@" && export -p; } 2>/dev/null >"$HERE/../log/$BASHPID.$EPOCHREALTIME.$NAME"
  local IFS=:
  for folder in $PATH; do
    [[ $folder -ef $HERE || ! -x $folder/$NAME ]] || exec -a "$NAME" "$folder/$NAME" "$@"
  done
  printf '%s: command not found\n' "$NAME" >&2
  exit 127
}

main "$@"
