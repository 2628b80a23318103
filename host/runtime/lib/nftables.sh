# shellcheck shell=bash
# One nftables table of the family inet, as text that the kernel prints and takes back in one transaction.

nftables_print() { # table; nothing when there is none
  command -v nft >/dev/null || return 0
  nft --stateless list table inet "$1" 2>/dev/null || true
}

nftables_is() { # table, file with what nftables_print gave
  [[ $(nftables_print "$1") == "$(<"$2")" ]]
}

nftables_restore() { # table, file with what nftables_print gave
  if [[ -s $2 ]]; then
    printf 'table inet %s\ndelete table inet %s\n%s\n' "$1" "$1" "$(<"$2")" | nft --file -
  elif [[ -n $(nftables_print "$1") ]]; then
    nft delete table inet "$1"
  fi
}
