# shellcheck shell=bash disable=SC2034,SC2154 # settings, owners, try and the constants come from main.sh
# One try of a hook on the workstation: a process group of its own, ended as a whole.
# A part of the program that runs a hook; the functions of unit.sh do the same on a host.

make_folder() {
  folder=$(mktemp -d "${TMPDIR:-/tmp}/flotilla-hook.XXXXXX")
}

prepare_try() {
  local directory=${settings[directory]}
  [[ $directory != "~" ]] || directory=$PWD
  cd "$directory" 2>/dev/null || refuse "there is no directory '$directory' on the workstation"
}

# Under job control a background job leads a process group: its number is the try's.
start_try() {
  umask "$OUTER_UMASK"
  if [[ -n $OUTER_LC_ALL ]]; then export LC_ALL=$OUTER_LC_ALL; else unset LC_ALL; fi
  exec bash -c "$ENTRY" "$folder" </dev/null
}

end_try() {
  local waited=0
  kill -TERM -- "-$try" 2>/dev/null || return 0
  while kill -0 -- "-$try" 2>/dev/null; do
    if ((waited >= GRACE_SECONDS * 10)); then
      kill -KILL -- "-$try" 2>/dev/null || true
      return
    fi
    waited=$((waited + 1))
    sleep 0.1
  done
}

# Pulumi ends a cancelled command by killing its shell alone; what that shell started is ended by the watcher; so it is when the plugin itself is gone.
find_owners() {
  owners=("$$" "$PPID")
}
