# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh, TOUCHES from plan.sh, PG_UNIT from postgres-cluster.sh
# A host that lost its power boots with what the interrupted job has left: services read that before it is put back.
readonly SETTLE_SECONDS=60

# Files do not go from under a service that systemd is just starting: it would fail halfway.
units_settle() {
  local touch end=$((SECONDS + SETTLE_SECONDS))
  local -a units=()
  for touch in "${TOUCHES[@]}"; do
    case $touch in
      unit$'\t'*) units+=("${touch#*$'\t'}") ;;
      postgres-cluster$'\t'*)
        postgres_find "${touch#*$'\t'}" || true
        units+=(${PG_UNIT:+"$PG_UNIT"})
        ;;
    esac
  done
  ((${#units[@]})) || return 0
  while ((SECONDS < end)) && [[ -n $(systemctl show --property=Job --value -- "${units[@]}" | tr --delete '\n') ]]; do
    nap 0.05
  done
}

# Whether a service may have read what the job had written, although the job never told it to.
is_started_since_snapshot() { # unit
  local started
  started=$(systemctl show --timestamp=us+utc --property=ActiveEnterTimestamp --value -- "$1")
  [[ -n $started ]] && (($(date --date="$started" +%s%6N) > $(stat --format=%.6Y "$RECORD/snapshot/complete" | tr --delete .)))
}
