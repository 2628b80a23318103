# shellcheck shell=bash
# Checks that must hold before a job is committed. A failing one names the first layer that is broken.
readonly TRY_SECONDS=5 LOG_TAIL=20

to_milliseconds() { # seconds, with a fraction or without
  local whole=${1%%.*} fraction=000
  [[ $1 != *.* ]] || fraction=${1#*.}000
  printf '%s' "$((10#${whole:-0} * 1000 + 10#${fraction:0:3}))"
}

# The process comes first, then the socket, then what is said over it → LAYER, DETAIL
gate_try() { # kind, unit, arguments…
  local kind=$1 unit=$2 state
  shift 2
  if [[ $unit != - ]]; then
    state=$(systemctl is-active "$unit" || true)
    LAYER=process DETAIL="$unit is ${state:-unknown}"
    [[ $state == active || $state == reloading ]] || return 1
  fi
  case $kind in
    unit) ;;
    nginx)
      LAYER=configuration
      DETAIL=$(one_line "$(nginx -t 2>&1)")
      [[ $DETAIL == *'test is successful'* ]]
      ;;
    *) gate_probe "$kind" "$@" ;;
  esac
}

# A probe says beforehand what is wrong if it never comes back; only bash's own words are no record.
gate_probe() { # kind, address, port, … → LAYER, DETAIL
  local answer code=0
  answer=$(timeout "$TRY_SECONDS" bash "$RUNTIME/probe/$1.sh" "${@:2}" 2>/dev/null) || code=$?
  answer=${answer##*$'\n'}
  [[ $answer == *$'\t'* ]] || answer="socket"$'\t'"$2:$3: ${answer##*: }"
  LAYER=${answer%%$'\t'*} DETAIL=$(one_line "${answer#*$'\t'}")
  return "$code"
}

# Tries at once, then soon, then every interval; what has failed for good is not waited for: a unit, or what a probe
# calls so with its exit code 3.
gate_wait() { # interval and deadline in ms, successes, kind, unit, arguments…
  local interval=$1 successes=$3 end passed=0 pause=50 told='' now code
  end=$(($(milliseconds) + $2))
  shift 3
  until is_cancelled; do
    if gate_try "$@"; then
      passed=$((passed + 1)) pause=$interval
      ((passed < successes)) || return 0
    else
      code=$? passed=0
      [[ $DETAIL == "$told" ]] || say gate "$GATE" waiting "$DETAIL"
      told=$DETAIL
      [[ $DETAIL != "$2 is failed" && $code != 3 ]] || return 1
    fi
    now=$(milliseconds)
    ((now < end)) || return 1
    ((pause <= end - now)) || pause=$((end - now))
    nap "$((pause / 1000)).$(printf '%03d' $((pause % 1000)))"
    pause=$((pause * 2 < interval ? pause * 2 : interval))
  done
  fail "cancelled while ${DETAIL:-it was tried}" 130
}

gate_logs() { # kind, unit: as records, for the lines that explain a failure
  [[ $2 == - ]] || unit_log "$2" "$LOG_TAIL"
  if [[ $1 == http && $2 == nginx.service ]]; then
    tail --lines="$LOG_TAIL" /var/log/nginx/error.log 2>/dev/null || true
  fi
  [[ $1 != cloud-init ]] || cloud_init_complaints | tail --lines="$LOG_TAIL"
  if [[ $1 == postgres ]]; then
    # Without the statements of others: they may hold anything.
    tail --quiet --lines=200 /var/log/postgresql/*.log 2>/dev/null | grep --text -E ' (ERROR|FATAL|PANIC): ' | tail --lines="$LOG_TAIL" || true
  fi
}

# Runs as a step does: in a subshell, with its output as log lines.
gate_run() { # FIELDS of a gate: name, kind, interval, deadline, successes, unit, arguments…
  local kind=$2 unit=$6 deadline=$4 interval
  GATE=$1 LAYER=gate DETAIL=
  interval=$(to_milliseconds "$3")
  if gate_wait "$interval" "$(to_milliseconds "$4")" "$5" "$kind" "$unit" "${@:7}"; then
    say gate "$GATE" ok "${DETAIL:--}"
    return
  fi
  say gate "$GATE" failed "$DETAIL"
  printf '%s' "$LAYER" >"$RUN/layer"
  gate_logs "$kind" "$unit"
  fail "$DETAIL (tried for at most $deadline s)"
}
