#!/usr/bin/env bash
# Receives a bundle, installs the runtime that travels in it and hands over to that runtime.
# Is the text of the `bash -c` behind every apply, attach and confirm; runs as root.
set -Eeuo pipefail
umask 077
export LC_ALL=C
readonly STATE=/var/lib/flotilla VOLATILE=/run/flotilla

refuse() { # layer, exit code, sentence
  printf 'failed\t-\t%s\t%s\t%s\nend\trefused\n' "$1" "$2" "$3"
  exit "$2"
}

ensure_id() { # what it names, value: both become parts of paths and unit names
  [[ $2 =~ ^[0-9A-Za-z_-]{1,80}$ ]] || refuse arguments 64 "$1 '$2' is not an id"
}

# Exactly so many bytes are taken from stdin, so that the lines behind them stay for the follower.
receive() { # directory, bytes, runtime hash
  local counted
  dd bs=64K count="$2" iflag=fullblock,count_bytes 2>"$1.count" \
    | tar --extract --touch --no-same-owner --no-same-permissions --directory="$1" 2>"$1.tar" || true
  counted=$(<"$1.count")
  rm -f "$1.count"
  if [[ $counted != *$'\n'"$2 bytes "* ]]; then
    rm -rf "$1" "$1.tar"
    refuse transfer 74 "the bundle was cut before its $2 bytes had arrived; nothing was changed"
  fi
  if [[ -s $1.tar || ! -f $1/plan || (! -d $1/runtime && ! -d $STATE/runtime/$3) ]]; then
    counted=$(head -n 1 "$1.tar")
    rm -rf "$1" "$1.tar"
    refuse transfer 65 "the bundle could not be unpacked: ${counted:-no plan or no runtime in it}"
  fi
  rm -f "$1.tar"
}

install_runtime() { # unpacked bundle, runtime hash
  local target=$STATE/runtime/$2 temporary
  if [[ -d $target ]]; then
    rm -rf "$1/runtime"
    touch "$target"
    return
  fi
  temporary=$(mktemp -d "$STATE/runtime/.$2.XXXXXX")
  cp -R "$1/runtime/." "$temporary/"
  rm -rf "$1/runtime"
  find "$temporary" -exec sync {} +
  mv -T "$temporary" "$target" 2>/dev/null || rm -rf "$temporary"
  sync "$STATE/runtime"
  [[ -d $target ]] || refuse runtime 73 "the runtime $2 could not be installed in $STATE/runtime"
}

apply() { # runtime hash, job id, bytes
  local incoming
  [[ $3 =~ ^[1-9][0-9]{0,15}$ ]] || refuse arguments 64 "'$3' is not a number of bytes"
  mkdir -p "$STATE/runtime" "$STATE/jobs" "$VOLATILE/jobs"
  incoming=$(mktemp -d "$VOLATILE/incoming.XXXXXX")
  receive "$incoming" "$3" "$1"
  install_runtime "$incoming" "$1"
  exec bash "$STATE/runtime/$1/start.sh" "$2" "$incoming"
}

# A job is followed and confirmed by the runtime that it started with.
run_part() { # part, runtime hash, job id, arguments…
  local part=$1 runtime=$STATE/jobs/$3/runtime
  [[ -f $runtime/$part.sh ]] || runtime=$STATE/runtime/$2
  [[ -f $runtime/$part.sh ]] || refuse job 66 "this host knows no job $3"
  exec bash "$runtime/$part.sh" "${@:3}"
}

main() {
  ensure_id runtime "${2-}"
  ensure_id job "${3-}"
  case ${1-} in
    apply) apply "$2" "$3" "${4-}" ;;
    attach) run_part follow "$2" "$3" "${4-0}" attached ;;
    confirm) run_part confirm "$2" "$3" ;;
    *) refuse arguments 64 "'${1-}' is neither apply nor attach nor confirm" ;;
  esac
}

main "$@"
