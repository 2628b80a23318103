#!/usr/bin/env bash
# Prints what a job says until it has ended, and takes `cancel` and `ack` lines from stdin meanwhile.
# Runs on the channel of apply and attach; when the connection goes, only this script goes with it.
set -Eeuo pipefail
umask 077
readonly RUNTIME=${BASH_SOURCE[0]%/*}
# shellcheck source=lib/context.sh
source "$RUNTIME/lib/context.sh"

listen() {
  local line
  while IFS= read -r line; do
    case $line in
      cancel) [[ ! -d $RUN ]] || : >"$RUN/cancel" ;;
      ack)
        [[ -e $RECORD/outcome ]] || continue
        : >"$RECORD/acknowledged"
        echo acknowledged
        return
        ;;
    esac
  done
}

main_pid() { # prints 0 when the unit is gone
  systemctl show --property=MainPID --value "flotilla-job-$JOB.service"
}

print_log() { # lines already seen
  local pid
  pid=$(main_pid)
  if ((pid > 0)); then
    tail --lines="+$(($1 + 1))" --follow --sleep-interval=0.05 --pid="$pid" "$LOG"
  else
    tail --lines="+$(($1 + 1))" "$LOG"
  fi
}

# Of a job that died before it could say so itself: its outcome, when that is on the disk and nothing is owed.
say_end() {
  local outcome=lost
  [[ ! -e $RECORD/outcome || -e $RECORD/owing ]] || outcome=$(<"$RECORD/outcome")
  [[ $outcome != interrupted-restored ]] || outcome=lost
  printf 'end\t%s\n' "$outcome"
}

main() {
  local heard last seen=$2
  context_open "$1"
  if [[ ! -f $LOG ]]; then
    printf 'failed\t-\tjob\t66\tthis host knows no job %s\nend\tlost\n' "$JOB"
    exit 66
  fi
  # In the place of the log's own first line, so that every line on the channel is a line of the log.
  if [[ ${3-} == attached && $seen == 0 ]]; then
    printf 'job\t%s\tattached\n' "$JOB"
    seen=1
  fi
  exec {heard}< <(listen <&0)
  print_log "$seen"
  last=$(tail --lines=1 "$LOG")
  [[ $last == end$'\t'* ]] || say_end
  [[ ! -e $RECORD/outcome ]] || rm -rf "$RUN"
  read -r -t 2 -u "$heard" _ || true
}

main "$@"
