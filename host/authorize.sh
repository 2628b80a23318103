#!/usr/bin/env bash
# Lets a public key log in as a user who may become root. To be pasted into a root shell by hand:
# `bash -s -- USER KEY` reads it. Run again, it changes nothing.
set -Eeuo pipefail
readonly user=$1 key=$2
readonly sudoers=/etc/sudoers.d/flotilla-$user

fail() {
  printf 'flotilla: %s\n' "$1" >&2
  exit 1
}

ensure_user() {
  getent passwd "$user" >/dev/null || useradd --create-home --shell /bin/bash "$user"
}

ensure_key() {
  local home group folder file new
  home=$(getent passwd "$user" | cut -d: -f6)
  group=$(id -gn "$user")
  folder=$home/.ssh
  file=$folder/authorized_keys
  install -d -m 0700 -o "$user" -g "$group" "$folder"
  new=$(mktemp "$file.XXXXXX")
  {
    grep -svxF -- "$key" "$file" || true
    printf '%s\n' "$key"
  } >"$new"
  chmod 0600 "$new"
  chown "$user:$group" "$new"
  mv -f -- "$new" "$file"
}

ensure_sudo() {
  local new
  [[ $user != root ]] || return 0
  command -v visudo >/dev/null || fail 'sudo is missing: apt-get install sudo, then paste this again'
  new=$(mktemp)
  printf '%s ALL=(ALL) NOPASSWD: ALL\n' "$user" >"$new"
  visudo -q -c -f "$new"
  install -m 0440 "$new" "$sudoers"
  rm -f -- "$new"
}

main() {
  ((EUID == 0)) || fail 'this needs a root shell: sudo -i, then paste it again'
  ensure_user
  ensure_key
  ensure_sudo
  printf 'flotilla: %s may log in here and become root\n' "$user"
}

main
