# shellcheck shell=bash
# What on this host belongs to which manifest: `item key TAB manifest id`, rewritten whole with the commit.
readonly LEDGER=$STATE/ledger

# Whoever came later owns an item; a manifest gives back only what is still its own.
ledger_write() {
  local -A owners=()
  local key owner record text=
  ((${#OWNERSHIP[@]})) || return 0
  if [[ -f $LEDGER ]]; then
    while IFS=$'\t' read -r key owner; do [[ -z $key ]] || owners[$key]=$owner; done <"$LEDGER"
  fi
  for record in "${OWNERSHIP[@]}"; do
    key=${record#*$'\t'}
    if [[ $record == own$'\t'* ]]; then
      owners[$key]=${META[manifest]}
    elif [[ ${owners[$key]-} == "${META[manifest]}" ]]; then
      unset "owners[\$key]"
    fi
  done
  for key in "${!owners[@]}"; do text+="$key"$'\t'"${owners[$key]}"$'\n'; done
  write_durably "$LEDGER" "${text%$'\n'}"
}
