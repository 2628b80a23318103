# shellcheck shell=bash disable=SC2153 # RECORD comes from context.sh
# Moves sshd to other ports without a moment in which neither the old nor the new ones are open: another sshd beside
# the host's own holds the new ports until they are confirmed, then the old ones while the host's own changes over.
readonly SOCKET_GENERATOR=/usr/lib/systemd/system-generators/sshd-socket-generator
readonly KEEP_FOLDER=/run/systemd/system/ssh.service.d/flotilla.conf

sshd_ports() { # prints what sshd's files say, sorted, on one line
  sshd -T | sed -n 's/^listenaddress .*:\([0-9]*\)$/\1/p' | sort -nu | tr '\n' ' '
}

# Whether every port changes. Where one stays, a new connection there proves nothing before a restart.
sshd_moves() { # old ports, new ports
  local port
  for port in $2; do [[ " $1 " != *" $port "* ]] || return 1; done
}

# The rules that let somebody in at the old ports, and the same at the new ones; no others are wider than before.
sshd_widen() { # old ports, new ports
  local line old new
  while IFS= read -r line; do
    printf '%s\n' "$line"
    for old in $1; do
      [[ $line == *"tcp dport $old accept"* ]] || continue
      for new in $2; do printf '%s\n' "${line/tcp dport $old accept/tcp dport $new accept}"; done
    done
  done
}

sshd_tables() { # prints the tables that a boot would load
  local file
  for file in "$FIREWALL"/*.nft; do [[ ! -f $file ]] || basename "$file" .nft; done
}

sshd_open_rules() { # old ports, new ports
  local table
  for table in $(sshd_tables); do
    nftables_print "$table" >"$RECORD/firewall-$table.old"
    sshd_widen "$@" <"$RECORD/firewall-$table.old" >"$RUN/widened"
    nftables_restore "$table" "$RUN/widened"
  done
}

# Before the new files are in place: whatever a power cut leaves, a boot opens what sshd then listens on.
sshd_persist_rules() { # old ports, new ports
  local table
  for table in $(sshd_tables); do
    sshd_widen "$@" <"$FIREWALL/$table.nft" >"$RUN/widened"
    firewall_persist "$RUN/widened" "$table"
  done
}

sshd_beside() { # name, ports…
  local -a ports=("${@:2}")
  systemd-run --quiet --collect --unit="flotilla-sshd-$JOB-$1" --description="sshd beside the host's own" \
    --property=Type=notify --property=KillMode=process "$(type -P sshd)" -D "${ports[@]/#/-p}" </dev/null
}

sshd_move_try() { # old ports, new ports
  local port taken
  for port in $2; do
    taken=$(ss --no-header --listening --tcp --numeric --processes "sport = :$port")
    [[ -z $taken ]] || fail "port $port is taken on this host: $taken"
  done
  if systemctl --quiet is-active ssh.socket && [[ ! -x $SOCKET_GENERATOR ]]; then
    fail "ssh.socket listens on ports of its own, whatever sshd is told: run 'systemctl disable --now ssh.socket && systemctl enable --now ssh.service' first"
  fi
  sshd_open_rules "$@"
  # shellcheck disable=SC2086 # a word is a port
  sshd_beside new $2 || fail "no sshd can listen on port ${2% }: journalctl --unit flotilla-sshd-$JOB-new says why"
}

# sshd's folder below /run goes with its unit, and those beside need it.
sshd_keep_folder() {
  install -D --mode=0644 /dev/stdin "$KEEP_FOLDER" <<<$'[Service]\nRuntimeDirectoryPreserve=yes'
  systemctl daemon-reload
}

sshd_move_over() { # old ports, new ports
  local -a units=(ssh.service)
  ! systemctl --quiet is-active ssh.socket || units=(ssh.socket ssh.service)
  sshd_keep_folder
  : >"$RECORD/sshd-stopped"
  : >"$RECORD/sshd-restarted"
  sync "$RECORD/sshd-stopped" "$RECORD/sshd-restarted" "$RECORD"
  systemctl stop "${units[@]}"
  # shellcheck disable=SC2086 # a word is a port
  sshd_beside old $1
  sshd_beside_end new
  systemctl start "${units[0]}" || fail "sshd did not start on port ${2% }: the old port is put back"
  sshd_beside_end old
}
