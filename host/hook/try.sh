# shellcheck shell=bash disable=SC2034,SC2154 # settings, folder, owners and the rest come from main.sh
# One try of a hook from its start to its end, whatever ends it: its script, its time, or that nobody waits for it any more.
# A part of the program that runs a hook; start_try and end_try come from unit.sh or group.sh.

# Whether all who wait for the hook are there.
is_attended() {
  local owner
  for owner in "${owners[@]}"; do kill -0 "$owner" 2>/dev/null || return 1; done
}

# Ends what a run leaves when nobody waits for it any more.
watch_owners() {
  while is_attended; do sleep 0.5; done
  end_try
  rm -rf "$folder"
}

is_over() { # process, seconds: whether it ended by itself
  local deadline=$((SECONDS + $2))
  while kill -0 "$1" 2>/dev/null; do
    ((SECONDS <= deadline)) || return 1
    sleep 0.1
  done
}

# Sets `verdict`: empty when the try went well.
run_try() {
  local status=0
  is_attended || exit 75
  rm -f "$folder/pipe"
  mkfifo "$folder/pipe"
  mask_stream $((settings[outputKib] * 1024)) <"$folder/pipe" >"$folder/output" &
  masker=$!
  start_try >"$folder/pipe" 2>&1 &
  try=$!
  if ((${#owners[@]} > 0)); then
    watch_owners </dev/null >/dev/null 2>&1 &
    watcher=$!
  fi
  verdict="timed out after ${settings[timeoutSeconds]} s; everything that it had started was ended"
  if is_over "$try" "${settings[timeoutSeconds]}"; then
    wait "$try" || status=$?
    verdict=''
    ((status == 0)) || verdict="ended with exit code $status"
  fi
  end_try
  stop_watching
  wait "$masker" || true
}

stop_watching() {
  [[ -z $watcher ]] || kill -- "-$watcher" 2>/dev/null || true
  watcher=''
}
