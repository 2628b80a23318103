# shellcheck shell=bash
# The keys that sshd shows to whoever connects.

# observe_host_key TYPE: the public half is made from the private one, which is what sshd uses.
observe_host_key() {
  local path=/etc/ssh/ssh_host_$1_key type blob
  if [[ ! -e $path ]]; then
    printf 'host-key\t%s\tmissing\t-\n' "$1"
  elif [[ $(stat --format='%a %U' "$path") == [46]00' root' ]] \
    && read -r type blob _ < <(ssh-keygen -y -P '' -f "$path" 2>/dev/null); then
    printf 'host-key\t%s\tfound\t%s %s\n' "$1" "$type" "$blob"
  else
    printf 'host-key\t%s\tunreadable\t-\n' "$1"
  fi
}
