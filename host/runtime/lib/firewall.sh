# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh
# Loads a firewall that cannot lock anybody out: it stays only when a new connection confirms it in time.

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
  window_arm "$3" nft "$2" "$old"
  nft --file "$payload" || fail "nft could not load the new rules"
  window_await "$3" "the new rules"
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
