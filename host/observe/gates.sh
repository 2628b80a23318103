# shellcheck shell=bash
# Whether gates hold at this moment.

# observe_gate NAME KIND UNIT ARGUMENT…: one gate; what fails is tried three times, a second in all.
observe_gate() {
  local name=$1 state=fails answer='' try
  shift
  for try in 1 2 3; do
    if answer=$(try_gate "$@" 2>&1); then
      state=holds
      break
    fi
    ((try == 3)) || sleep 0.5
  done
  answer=${answer##*$'\n'}
  encode "${answer#*$'\t'}"
  printf 'gate\t%s\t%s\t%.300s\n' "$name" "$state" "$ENCODED"
}

# The probes are those that the gate's own job brought along.
try_gate() {
  local kind=$1 unit=$2 probe=''
  shift 2
  if [[ $unit != - ]] && ! systemctl --quiet is-active "$unit"; then
    echo "$unit is not active" && return 1
  fi
  case $kind in
    unit) echo "$unit is active" ;;
    nginx) nginx -t ;;
    *)
      for probe in "$STATE_DIRECTORY"/runtime/*/probe/"$kind".sh; do :; done
      timeout 5 bash "$probe" "$@"
      ;;
  esac
}
