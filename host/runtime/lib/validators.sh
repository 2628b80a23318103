# shellcheck shell=bash
# Programs that say whether a configuration is valid, before a service is asked to read it.

validate() { # validator, temporary file, path that it will have
  case $1 in
    -) ;;
    nginx) ;; # nginx reads its files only together: step `check`, when all are in place
    sshd) sshd -t -f "$2" ;;
    sudoers) visudo --check --file="$2" ;;
    nft) nft --check --file "$2" ;;
    unit) validate_unit "$2" "$3" ;;
    authorized-keys) validate_keys "$2" ;;
    *) fail "this runtime knows no validator '$1'" ;;
  esac
}

# A copy under its real name, in a folder that systemd-analyze reads before its own; what it says of others is not ours.
validate_unit() { # temporary file, path
  local folder=$RUN/verify name=${2##*/} parent unit complaints
  unit=$name parent=${2%/*} parent=${parent##*/}
  rm -rf "$folder"
  mkdir -p "$folder"
  if [[ $parent == *.d ]]; then
    unit=${parent%.d}
    mkdir "$folder/$parent"
    cp "$1" "$folder/$parent/$name"
  else
    cp "$1" "$folder/$name"
  fi
  complaints=$(SYSTEMD_UNIT_PATH="$folder:" systemd-analyze --man=no verify "$unit" 2>&1 \
    | grep --fixed-strings -e "$folder/" -e "$unit" || true)
  [[ -n $complaints ]] || return 0
  printf '%s\n' "${complaints//"$folder/"/}"
  return 1
}

# Line by line: ssh-keygen would take a private key for its public half.
validate_keys() { # file
  local line number=0
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    if [[ -z $line || $line == '#'* ]]; then continue; fi
    if ! ssh-keygen -l -f - <<<"$line" >/dev/null 2>&1; then
      echo "line $number is no public key"
      return 1
    fi
  done <"$1"
}

step_check() { # nginx
  local answer
  [[ $1 == nginx ]] || fail "this runtime knows no check '$1'"
  if answer=$(nginx -t 2>&1); then return; fi
  printf '%s\n' "$answer"
  fail "nginx -t refuses the new configuration: $(grep --max-count=1 --fixed-strings '[emerg]' <<<"$answer" || head -n 1 <<<"$answer")"
}
