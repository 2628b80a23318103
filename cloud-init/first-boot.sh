#!/usr/bin/env bash
# The end of a first boot: no password for root, the break-glass key, sshd at its port. Says what failed, and goes on.
# cloud-init runs it once, as text: `bash -c TEXT flotilla-first-boot USER BREAK-GLASS-FILE PORT DROP-IN CONTENT`.
set -Eeuo pipefail
umask 077
readonly user=$1 break_glass=$2 port=$3 drop_in=$4 settings=$5
failed=0

complain() {
  printf 'flotilla: %s\n' "$1" >&2
  failed=1
}

# Keys alone let in; a password that the provider may have set is gone.
lock_root() {
  passwd --lock root >/dev/null || complain "root's password could not be locked"
}

write_break_glass() { # home
  local file=$1/.ssh/authorized_keys2 group
  group=$(id -gn "$user") \
    && install -d -m 0700 -o "$user" -g "$group" "$1/.ssh" \
    && printf '%s' "$break_glass" >"$file.new" \
    && chown "$user:$group" "$file.new" \
    && mv -fT "$file.new" "$file"
}

authorize_break_glass() {
  local home
  if [[ -z $break_glass ]]; then return; fi
  if ! home=$(getent passwd "$user" | cut -d: -f6); then
    complain "the break-glass key has no place: there is no user $user"
  elif ! write_break_glass "$home"; then
    complain "the break-glass key could not be written below $home"
  fi
}

# Whatever the word, the file does not count until sshd has said that it does.
sshd_refuses() { # → REFUSAL
  REFUSAL=$(install -d -m 0755 /run/sshd && sshd -t 2>&1) || return 0
  REFUSAL=$(sshd -T 2>&1) || return 0
  [[ $'\n'$REFUSAL$'\n' != *$'\n'"port $port"$'\n'* ]] || return 1
  REFUSAL="sshd_config does not include ${drop_in%/*}"
}

# Ubuntu lets ssh.socket listen, and not every release tells it sshd's port: sshd listens itself.
leave_socket() {
  [[ $(systemctl is-enabled ssh.socket 2>/dev/null) == enabled ]] || return 0
  systemctl --quiet disable --now ssh.socket && systemctl --quiet enable ssh.service
}

restart_sshd() {
  systemctl reset-failed ssh.service 2>/dev/null || true
  REFUSAL=$(leave_socket 2>&1 && systemctl restart ssh.service 2>&1) && return
  REFUSAL=$(journalctl -u ssh.service -n 50 -o cat | grep -E '^(error|fatal): ') || REFUSAL="see journalctl -u ssh"
  return 1
}

move_sshd() {
  if ! { install -d -m 0755 "${drop_in%/*}" && printf '%s' "$settings" >"$drop_in" && chmod 0644 "$drop_in"; }; then
    REFUSAL="$drop_in could not be written"
  elif ! sshd_refuses && restart_sshd; then
    return
  fi
  rm -f "$drop_in"
  complain "sshd does not take port $port: ${REFUSAL%%$'\n'*}. It keeps the port that the image gave it"
  systemctl is-active --quiet ssh.service || systemctl restart ssh.service || complain "sshd does not start"
}

main() {
  lock_root
  authorize_break_glass
  move_sshd
  return "$failed"
}

main
