# shellcheck shell=bash
# A table as the kernel prints it.

# observe_nftables TABLE: the table as the kernel prints it, against what it printed when a job loaded it.
observe_nftables() {
  local base=$STATE_DIRECTORY/firewall/$1 rules line text digest=- state=drifted
  if ! rules=$(nft -s list table inet "$1" 2>/dev/null); then
    printf 'nftables\t%s\tmissing\t-\tclean\n' "$1"
    return 0
  fi
  [[ ! -e $base.digest ]] || read -r digest <"$base.digest" || [[ -n $digest ]]
  if [[ -e $base.loaded && $rules == "$(<"$base.loaded")" ]]; then state=clean; fi
  if [[ $state == clean ]] && ! nftables_loads_at_boot "$base.nft" "$digest"; then state=not-at-boot; fi
  printf 'nftables\t%s\tloaded\t%s\t%s\n' "$1" "$digest" "$state"
  [[ $state == drifted && -e $base.loaded ]] || return 0
  while IFS= read -r line; do
    read -r text <<<"${line:1}"
    encode "$text"
    printf 'nftables-line\t%s\t%s\t%s\n' "$1" "${line:0:1}" "$ENCODED"
  done < <(diff --unchanged-line-format= --old-line-format='-%L' --new-line-format='+%L' -- "$base.loaded" - <<<"$rules")
}

# nftables_loads_at_boot FILE DIGEST: the boot unit is enabled, and loads those rules.
nftables_loads_at_boot() {
  local unit=flotilla-firewall.service hash
  [[ -f $UNIT_DIRECTORY/$unit && -L $UNIT_DIRECTORY/sysinit.target.wants/$unit && -f $1 ]] || return 1
  hash=$(sha256sum <"$1")
  [[ ${hash:0:32} == "$2" ]]
}
