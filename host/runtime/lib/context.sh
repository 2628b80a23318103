# shellcheck shell=bash disable=SC2034 # the names are for those who source this
# Where things lie on the host, and how a job speaks. Sourced first by every part of the runtime.
readonly STATE=/var/lib/flotilla VOLATILE=/run/flotilla

# A descriptor that never has data: waiting on it is a sleep without a process.
exec {NEVER}<> <(:)

context_open() { # job id
  readonly JOB=$1 RECORD=$STATE/jobs/$1 RUN=$VOLATILE/jobs/$1
  : "${LOG:=$RECORD/log}"
}

say() { # fields of one record
  local IFS=$'\t'
  printf '%s\n' "$*" >>"$LOG"
}

one_line() { # text → the same as one field
  local text=${1//[$'\t\r\n']/ }
  printf '%s' "${text:0:4000}"
}

# Turns what a program prints into records; a line is cut, never split.
log_lines() {
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line//[$'\t\r']/ }
    printf 'log\t%s\n' "${line:0:4000}"
  done >>"$LOG"
}

nap() { # seconds, fractions allowed
  read -r -t "$1" -u "$NEVER" || true
}

milliseconds() { # prints the time of day
  printf '%s' "$((${EPOCHREALTIME/[.,]/} / 1000))"
}

is_cancelled() {
  [[ -e $RUN/cancel ]]
}

# Ends the running step or gate; the sentence becomes the job's `failed` record.
fail() { # sentence
  one_line "$1" >"$RUN/reason"
  exit "${2:-1}"
}
