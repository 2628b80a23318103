# shellcheck shell=bash
# Opens a connection as descriptor 3, and says beforehand what is wrong if that never returns.

connect() { # address, port
  printf 'socket\tno answer from %s:%s\n' "$1" "$2"
  exec 4>&2 2>&1
  exec 3<>"/dev/tcp/$1/$2"
  exec 2>&4 4>&-
  printf 'protocol\t%s:%s accepts connections and does not answer\n' "$1" "$2"
}

refuse() { # sentence
  printf 'protocol\t%s\n' "$1"
  exit 1
}
