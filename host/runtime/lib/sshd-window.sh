# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh
# Changes drop-ins and the key of sshd so that it cannot lock anybody out. Steps lay them ready; one window tries them
# together, mounted over the old ones until a new connection has confirmed: those come back with the timer, and with a
# reboot by themselves.
readonly SSHD_CONFIG=/etc/ssh/sshd_config

# What the window will try: number of the payload, path, mode; `-` where the file is to go.
sshd_lay_ready() { # payload, path, mode
  printf '%s\t%s\t%s\n' "$@" >>"$RUN/sshd"
}

step_sshd() { # payload, path
  local payload=$RUN/payload/$1
  grep --quiet --ignore-case -E '^[[:space:]]*Include[[:space:]]+(/etc/ssh/)?sshd_config\.d/\*\.conf' "$SSHD_CONFIG" \
    || fail "$SSHD_CONFIG does not include sshd_config.d/*.conf: add that line at its top"
  chmod 0644 "$payload"
  validate sshd "$payload" "$2" || fail "sshd refuses the new $2; the old one is still in place"
  sshd_lay_ready "$1" "$2" 0644
}

step_sshd_remove() { # path
  if [[ ! -e $1 ]]; then
    echo "unchanged: $1 does not exist"
    return
  fi
  mkdir -p "$RUN/payload"
  : >"$RUN/payload/empty"
  sshd_lay_ready empty "$1" -
}

step_host_key() { # payload, path
  local payload=$RUN/payload/$1
  chmod 0600 "$payload"
  ssh-keygen -y -P '' -f "$payload" >"$payload.pub" || fail "this is no private key that sshd could use; the old one is still in place"
  [[ $'\n'$(sshd -T)$'\n' == *$'\n'"hostkey $2"$'\n'* ]] \
    || fail "sshd is told to use other host keys than $2: take the HostKey lines out of its configuration, or add this one"
  sshd_lay_ready "$1" "$2" 0600
  sshd_lay_ready "$1.pub" "$2.pub" 0644
}

sshd_cover() { # payload, path, mode
  local mode=${3/#-/0644}
  ensure_parent "$2"
  [[ -e $2 ]] || install --mode="$mode" -T /dev/null "$2"
  mount --bind "$RUN/payload/$1" "$2"
}

# Uncovered only now, and at once replaced: whichever of both is found is whole.
sshd_settle() { # payload, path, mode
  sshd_uncover "$2"
  case $3 in
    -) step_remove "$2" ;;
    *) step_file "$1" "$2" "$3" root root - ;;
  esac
}

sshd_each() { # function of payload, path and mode
  local -a one
  while IFS=$'\t' read -r -a one <&3; do "$1" "${one[@]}"; done 3<"$RUN/sshd"
}

# Where all ports change, the sshd that is tried runs beside the host's own, which is not touched.
sshd_try() { # paths, old ports, new ports
  if sshd_moves "$2" "$3"; then
    sshd_move_try "$2" "$3"
    return
  fi
  : >"$RECORD/sshd-restarted"
  sync "$RECORD/sshd-restarted"
  sshd_restart || fail "sshd did not start with the new $1: the old one is put back"
}

step_sshd_window() { # seconds
  local before after
  local -a paths=()
  if [[ ! -s $RUN/sshd ]]; then
    echo "unchanged: nothing was laid ready for sshd"
    return
  fi
  mapfile -t paths < <(cut -f 2 "$RUN/sshd")
  sshd -t || fail "sshd refuses its configuration as it is now: repair that first"
  before=$(sshd_ports)
  window_arm "$1" sshd "${paths[@]}"
  sshd_each sshd_cover
  sshd -t || fail "sshd refuses its whole configuration with the new ${paths[*]}: the old one is put back"
  after=$(sshd_ports)
  sshd_try "${paths[*]}" "$before" "$after"
  window_await "$1" "the new settings of sshd"
  ! sshd_moves "$before" "$after" || sshd_persist_rules "$before" "$after"
  sshd_each sshd_settle
  ! sshd_moves "$before" "$after" || sshd_move_over "$before" "$after"
}
