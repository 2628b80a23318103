# shellcheck shell=bash disable=SC2034,SC2154 # settings, owners and the constants come from main.sh
# One try of a hook on a host: a transient unit, so that systemd ends all that it started, whatever that did to get away.
# A part of the program that runs a hook; the functions of group.sh do the same on the workstation.

unit_name() { printf 'flotilla-hook-%s.service' "${settings[id]}"; }

make_folder() {
  folder=$(mktemp -d /run/flotilla-hook.XXXXXX)
}

# The hook's own user reads its files: values are neither arguments nor properties of the unit.
prepare_try() {
  local user=${settings[user]} directory=${settings[directory]}
  getent passwd "$user" >/dev/null || refuse "there is no user '$user' on ${settings[where]}"
  [[ $directory == "~" || -d $directory ]] || refuse "there is no directory '$directory' on ${settings[where]}"
  chown -R "$user:" "$folder"
}

# A run of the same hook that lost its connection is ended first: two never run at once.
start_try() {
  systemctl stop "$(unit_name)" 2>/dev/null || true
  systemctl reset-failed "$(unit_name)" 2>/dev/null || true
  exec systemd-run --quiet --collect --wait --pipe --service-type=exec --unit="$(unit_name)" \
    --description="Flotilla hook ${settings[name]}" \
    --property=KillMode=control-group --property=TimeoutStopSec="$GRACE_SECONDS" --property=SendSIGKILL=yes \
    --property=RuntimeMaxSec=$((settings[timeoutSeconds] + 2 * GRACE_SECONDS)) \
    --property=User="${settings[user]}" --property=WorkingDirectory="${settings[directory]}" \
    /bin/bash -c "$ENTRY" "$folder" </dev/null
}

# Returns when no process of the try is left.
end_try() {
  systemctl stop "$(unit_name)" 2>/dev/null || true
}

# The connection that the hook was started by: the nearest sshd above. Without one (a console) there is nobody to watch.
find_owners() {
  local pid=$PPID name
  while ((pid > 1)); do
    name=$(<"/proc/$pid/comm") || return 0
    if [[ $name == sshd* ]]; then
      owners=("$pid")
      return
    fi
    pid=$(sed -n 's/^PPid:\t//p' "/proc/$pid/status") || return 0
  done
}
