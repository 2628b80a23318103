# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh
# Puts a snapshot back, in reverse. One thing that cannot be put back does not keep the others from it.
RESTORED=0
RESTORE_PROBLEMS=0

restored() {
  RESTORED=$((RESTORED + 1))
}

restore_problem() { # sentence
  RESTORE_PROBLEMS=$((RESTORE_PROBLEMS + 1))
  say log "not put back: $(one_line "$1")"
}

restore_copy() { # copy, path
  local temporary
  if is_same_path "$1" "$2"; then return 0; fi
  if is_in_home "$2"; then home_restore_copy "$1" "$2" && return; fi
  temporary=$(temporary_beside "$2")
  [[ -d ${2%/*} ]] || install -d -m 0755 "${2%/*}" || return 1
  rm -f "$temporary"
  cp --archive --reflink=auto "$1" "$temporary" || return 1
  [[ -L $temporary ]] || sync "$temporary" || return 1
  mv -fT "$temporary" "$2" && sync "${2%/*}" && restored
}

restore_missing() { # path
  local -a as=()
  if is_in_home "$1"; then as=(as_owner); fi
  if [[ -L $1 || -f $1 ]]; then
    "${as[@]}" rm -f "$1" && restored
  elif [[ -d $1 ]]; then
    if "${as[@]}" rmdir "$1" 2>/dev/null; then restored; else say kept "$1"; fi
  fi
}

restore_directory() { # path, mode, owner, group
  if [[ -d $1 && $(stat --format='%a %u %g' "$1") == "$2 $3 $4" ]]; then return 0; fi
  if is_in_home "$1"; then
    home_directory "$1" "$2" && restored
    return
  fi
  install -d -m "$2" -o "$3" -g "$4" "$1" && restored
}

restore_release() { # names that were there, path, target of `current`
  local release removed
  local -A known=()
  while IFS= read -r release; do known[$release]=1; done <"$1"
  for removed in "$2"/.removed-*/; do
    [[ -d $removed ]] || continue
    rm -rf "$2/releases" && mv -T "$removed" "$2/releases" && restored || return 1
  done
  if [[ $(readlink "$2/current" || true) != "$3" ]]; then
    if [[ $3 == - ]]; then rm -f "$2/current"; else link_durably "$3" "$2/current"; fi && restored || return 1
  fi
  release_put_back_replaced "$2" || return 1
  for release in "$2"/releases/*/ "$2"/releases/.*.new/; do
    [[ ! -d $release || -n ${known[$(basename "$release")]-} ]] || rm -rf "$release" || return 1
  done
}

restore_sysctl() { # name, value
  [[ $2 != - && $(one_line "$(<"$(sysctl_file "$1")")") != "$2" ]] || return 0
  sysctl_write "$1" "$2" && restored
}

restore_entry() { # one record of the index
  local copy name
  split_record "$1"
  copy=$RECORD/snapshot/${FIELDS[1]} name=${FIELDS[2]}
  case ${FIELDS[0]} in
    copy) restore_copy "$copy" "$name" ;;
    missing) restore_missing "$name" ;;
    directory) IFS=' ' read -r -a FIELDS <<<"${FIELDS[3]}" && restore_directory "$name" "${FIELDS[@]}" ;;
    release) restore_release "$copy" "$name" "${FIELDS[3]}" ;;
    sshd) sshd_take_back "$name" ;;
    sshd-last) sshd_take_back_last ;;
    postgres-*) restore_postgres "${FIELDS[0]}" "$copy" "$name" ;;
    sysctl) restore_sysctl "$name" "${FIELDS[3]}" ;;
    nft) window_disarm && { nftables_is "$name" "$copy" || { nftables_restore "$name" "$copy" && restored; }; } ;;
    user) restore_user "$copy" "$name" "${FIELDS[3]}" "${FIELDS[4]}" ;;
  esac
}

restore_all() {
  local -a entries=()
  local i
  mapfile -t entries <"$RECORD/snapshot/index"
  remove_temporary_files
  restore_units restore_unit_off "${entries[@]}"
  for ((i = ${#entries[@]} - 1; i >= 0; i--)); do
    [[ ${entries[i]} != unit$'\t'* ]] || continue
    restore_entry "${entries[i]}" 2>"$RECORD/problem" || restore_problem "${entries[i]} ($(<"$RECORD/problem"))"
  done
  rm -f "$RECORD/problem"
  restore_unit_files
  restore_units restore_unit_on "${entries[@]}"
  say_kept_packages
}
