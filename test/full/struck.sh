#!/usr/bin/env bash
# Prints what must not be on a host right after somebody was lost there, one thing a line; nothing is good.
# Piped into bash on a lab host: the job that was struck, the last entry of its journal or -, whether it has committed.
set -Eeuo pipefail
readonly JOB=$1 ENTRY=$2 COMMITTED=$3
readonly RECORD=/var/lib/flotilla/jobs/$JOB

outcome_is_true() {
  local outcome=none
  [[ ! -e $RECORD/outcome ]] || outcome=$(<"$RECORD/outcome")
  case $COMMITTED-$outcome in
    yes-committed | no-none | no-interrupted-restored) ;;
    *) echo "job $JOB says '$outcome', committed: $COMMITTED" ;;
  esac
}

journal_is_true() {
  local last
  [[ $ENTRY != - ]] || return 0
  last=$(tail --lines=1 "$RECORD/journal" | awk -F '\t' '{ print $3 " of " $2 }')
  [[ $last == "$ENTRY" ]] || echo "the journal of job $JOB ends with '$last', not '$ENTRY'"
}

# Held by a job that is there, or by nobody.
lock_is_no_orphan() {
  local try
  for ((try = 0; try < 50; try++)); do
    ! flock --nonblock /run/flotilla/lock true || return 0
    ! systemctl list-units --plain --no-legend 'flotilla-job-*.service' | grep --quiet . || return 0
    read -r -t 0.1 <> <(:) || true
  done
  echo "nobody has the lock, and it is held"
}

# What was put in place is whole, whoever reads it next.
configuration_is_valid() {
  sshd -t 2>&1 || echo "sshd refuses its configuration"
  visudo -cq 2>&1 || echo "sudo refuses its configuration"
  if compgen -G '/var/lib/flotilla/firewall/*.nft' >/dev/null; then
    nft --check "include \"/var/lib/flotilla/firewall/*.nft\"" 2>&1 || echo "nft refuses the rules that are loaded at boot"
  fi
}

# Units that somebody has configured; a package's own may fail until then.
services_run() {
  local link unit
  while read -r unit _; do
    ! grep --quiet --no-messages "^unit:${unit%.service}\\(.service\\)\\?"$'\t' /var/lib/flotilla/ledger || echo "$unit has failed"
  done < <(systemctl list-units --failed --plain --no-legend)
  for link in /srv/www/*/current; do
    [[ ! -L $link || -f $link/index.html ]] || echo "$link leads to no release"
  done
}

records_are_private() {
  find /var/lib/flotilla/jobs /run/flotilla/jobs -maxdepth 0 -perm /077 2>/dev/null || true
}

outcome_is_true
journal_is_true
[[ ! -e /run/flotilla/lock ]] || lock_is_no_orphan
configuration_is_valid
services_run
records_are_private
