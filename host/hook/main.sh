# shellcheck shell=bash disable=SC2034,SC2154 # what the parts before define, and what is for them
# Runs a hook: takes everything from stdin, tries it as often as it may, and says how it went, without its secrets.
# Comes after mask.sh, receive.sh, unit.sh or group.sh, and try.sh in one text, which is the program of a `bash -c`.

readonly GRACE_SECONDS=10 OUTER_LC_ALL=${LC_ALL-}
OUTER_UMASK=$(umask)
readonly OUTER_UMASK
# shellcheck disable=SC2016 # expanded by the bash that runs it
readonly ENTRY='. "$0/environment"; exec bash -Eeuo pipefail "$0/script" <"$0/input"'
declare -a owners=()
declare folder='' try='' masker='' watcher='' verdict=''

report_failure() { # tries
  local times="$1 tries"
  (($1 > 1)) || times="1 try"
  printf 'The hook %s failed on %s after %s: the last one %s.\n' "${settings[name]}" "${settings[where]}" "$times" "$verdict"
  if [[ -s $folder/output ]]; then
    printf 'It said:\n'
    as_utf8 <"$folder/output"
  fi
}

clean_up() {
  stop_watching
  [[ -z $folder ]] || rm -rf "$folder"
}

main() {
  local tries=1 pause
  make_folder
  trap clean_up EXIT
  touch "$folder/environment" "$folder/input"
  find_owners
  receive
  prepare_try
  # From here on only bash itself would write there: that a job has ended.
  exec 2>/dev/null
  pause=${settings[backoffSeconds]}
  run_try
  while [[ -n $verdict ]] && ((tries <= settings[retries])); do
    sleep "$pause"
    pause=$((pause * 2 > 60 ? 60 : pause * 2))
    run_try
    tries=$((tries + 1))
  done
  if [[ -n $verdict ]]; then
    report_failure "$tries"
    exit 1
  fi
  as_utf8 <"$folder/output"
}

set -Eeuo pipefail -m
umask 077
export LC_ALL=C
((BASH_VERSINFO[0] >= 5 || BASH_VERSINFO[0] * 10 + BASH_VERSINFO[1] >= 44)) || refuse "it needs bash 4.4 or newer, not $BASH_VERSION"
main
