# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh
# Loads a firewall that cannot lock anybody out: it stays only when a new connection confirms it in time.

# A timer of systemd's own: it reverts also when this job has died.
firewall_arm() { # table, seconds, file with the old table
  rm -f "$RUN/verdict"
  systemd-run --quiet --collect --unit="flotilla-revert-$JOB" --on-active="$2s" \
    --timer-property=AccuracySec=50ms --property=UMask=0077 \
    bash "$RUNTIME/revert.sh" "$JOB" "$1" "$3" </dev/null
}

firewall_disarm() {
  systemctl --quiet stop "flotilla-revert-$JOB.timer" 2>/dev/null || true
  rm -f "$RUN/window"
}

# The link `verdict` can be made once: whoever makes it, a confirmation or the timer, has won.
firewall_await() { # seconds; fails when the old table is back
  local end=$((SECONDS + $1 + 15))
  until [[ -L $RUN/verdict ]]; do
    if is_cancelled || ((SECONDS > end)); then
      ln -s reverted "$RUN/verdict" 2>/dev/null || true
    else
      nap 0.02
    fi
  done
  [[ $(readlink "$RUN/verdict") == confirmed ]]
}

firewall_persist() { # file, table
  umask 077
  mkdir -p "$FIREWALL"
  install --mode=0600 -T "$1" "$FIREWALL/$2.nft.new"
  nftables_print "$2" >"$FIREWALL/$2.loaded.new"
  sync "$FIREWALL/$2.nft.new" "$FIREWALL/$2.loaded.new"
  mv -fT "$FIREWALL/$2.nft.new" "$FIREWALL/$2.nft"
  mv -fT "$FIREWALL/$2.loaded.new" "$FIREWALL/$2.loaded"
  sync "$FIREWALL"
  boot_unit_install
}

# As `systemctl enable` leaves it; no running unit is touched, so systemd has nothing to read anew.
boot_unit_install() {
  if cmp --silent "$RUNTIME/flotilla-firewall.service" "$BOOT_UNIT" && [[ -L $BOOT_LINK ]]; then return; fi
  install --mode=0644 -T "$RUNTIME/flotilla-firewall.service" "$(temporary_beside "$BOOT_UNIT")"
  sync "$(temporary_beside "$BOOT_UNIT")"
  mv -fT "$(temporary_beside "$BOOT_UNIT")" "$BOOT_UNIT"
  install -d --mode=0755 "${BOOT_LINK%/*}"
  link_durably "$BOOT_UNIT" "$BOOT_LINK"
}

step_firewall() { # payload, table, seconds
  local payload=$RUN/payload/$1 old=$RECORD/firewall-$2.old
  command -v nft >/dev/null || fail "nft is not installed on this host"
  nft --check --file "$payload" || fail "nft refuses the new rules; the old ones are still loaded"
  nftables_print "$2" >"$old"
  firewall_arm "$2" "$3" "$old"
  : >"$RUN/window"
  nft --file "$payload" || fail "nft could not load the new rules"
  say confirm "$3"
  if ! firewall_await "$3"; then
    ! is_cancelled || fail "cancelled before the new rules were confirmed: rolled back" 130
    fail "not confirmed by a new connection within $3 s: rolled back"
  fi
  firewall_disarm
  firewall_persist "$payload" "$2"
}

step_firewall_remove() { # table
  if [[ -n $(nftables_print "$1") ]]; then nft delete table inet "$1"; fi
  rm -f "$FIREWALL/$1.nft" "$FIREWALL/$1.digest" "$FIREWALL/$1.loaded"
  compgen -G "$FIREWALL/*.nft" >/dev/null || rm -f "$BOOT_LINK" "$BOOT_UNIT"
}

# With the commit: what observe gives back as the digest of the loaded rules.
firewall_record_digests() {
  local record
  for record in "${DIGESTS[@]}"; do
    mkdir -p "$FIREWALL"
    write_durably "$FIREWALL/${record%%$'\t'*}.digest" "${record#*$'\t'}"
  done
}
