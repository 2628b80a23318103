# shellcheck shell=bash disable=SC2034 # ORIGINAL_… is for the caller
# What a setting of somebody else's was before Flotilla changed it first, so that giving it up puts it back.
# One record per setting: item key, how it is written (space, equals, kernel), the line or value, empty where there was none.
readonly ORIGINALS=$STATE/originals

original_find() { # item key → ORIGINAL_STYLE, ORIGINAL_TEXT; fails when none is kept
  local line
  [[ -f $ORIGINALS ]] || return 1
  while IFS= read -r line; do
    [[ $line == "$1"$'\t'* ]] || continue
    line=${line#"$1"$'\t'}
    ORIGINAL_STYLE=${line%%$'\t'*} ORIGINAL_TEXT=${line#*$'\t'}
    return
  done <"$ORIGINALS"
  return 1
}

original_keep() { # item key, style, line or value; the first one stays
  local text=''
  if original_find "$1"; then return; fi
  [[ ! -f $ORIGINALS ]] || text=$(<"$ORIGINALS")$'\n'
  write_durably "$ORIGINALS" "$text$1"$'\t'"$2"$'\t'"$3"
}

original_forget() { # item key
  local line text=''
  [[ -f $ORIGINALS ]] || return 0
  while IFS= read -r line; do
    [[ $line == "$1"$'\t'* ]] || text+=$line$'\n'
  done <"$ORIGINALS"
  if [[ -n $text ]]; then write_durably "$ORIGINALS" "${text%$'\n'}"; else rm -f "$ORIGINALS"; fi
}
