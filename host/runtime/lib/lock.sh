# shellcheck shell=bash disable=SC2034 # LOCK_HOLDER is for the caller
# One job at a time on a host. The lock is the job process's own: it goes when the process goes.
readonly LOCK_FILE=$VOLATILE/lock
LOCK=
LOCK_HOLDER=

lock_acquire() { # seconds; fails when the lock is still held after them
  local end=$((SECONDS + $1)) holder told=
  exec {LOCK}>>"$LOCK_FILE"
  until flock --nonblock "$LOCK"; do
    holder=$(one_line "$(<"$LOCK_FILE")")
    if [[ -n $holder && $holder != "$told" ]]; then
      told=$holder
      say wait "waits for the lock of this host, held by $holder"
    fi
    if ((SECONDS >= end)) || is_cancelled; then
      LOCK_HOLDER=${holder:-another job}
      return 1
    fi
    flock --timeout 0.5 "$LOCK" && break
  done
  printf '%s (job %s)' "${META[owner]}" "$JOB" >"$LOCK_FILE"
}

lock_release() {
  [[ -n $LOCK ]] || return 0
  : >"$LOCK_FILE"
  flock --unlock "$LOCK"
}
