#!/usr/bin/env bash
# One try of an ssh-key gate: would sshd let a user in with this public key? The last line is `layer TAB detail`.
# Run by lib/gates.sh under `timeout`. It asks an sshd of its own over a pipe, with the host's configuration.
set -Eeuo pipefail

main() { # user, file with the public key
  local said
  local -a options=(
    BatchMode=yes IdentitiesOnly=yes IdentityAgent=none IdentityFile="$2"
    PreferredAuthentications=publickey ProxyCommand='/usr/sbin/sshd -i'
    StrictHostKeyChecking=no UserKnownHostsFile=/dev/null GlobalKnownHostsFile=/dev/null
  )
  if [[ ! -r $2 ]]; then
    printf 'file\t%s cannot be read\n' "$2"
    return 1
  fi
  # Without the private key the login never succeeds; whether the key was accepted is said before.
  said=$(ssh -F none -v "${options[@]/#/-o}" -l "$1" flotilla-gate true 2>&1 </dev/null) || true
  if [[ $said == *'Server accepts key: '* ]]; then
    printf 'protocol\tsshd lets %s in with the key in %s\n' "$1" "$2"
    return
  fi
  if [[ $said != *'Offering public key: '* ]]; then
    said=${said##*$'\n'}
    printf 'process\tsshd cannot be asked: %.200s\n' "${said//$'\r'/}"
    return 1
  fi
  printf 'configuration\tsshd does not let %s in with the key in %s: look at AuthorizedKeysFile in what sshd -T prints, and at who owns that path\n' "$1" "$2"
  return 1
}

main "$@"
