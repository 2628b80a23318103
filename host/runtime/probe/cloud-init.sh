#!/usr/bin/env bash
# One try of a cloud-init gate: has the first boot done what its user data says? The last line is `layer TAB detail`.
# Run by lib/gates.sh under `timeout`. Ends with 3 where waiting is in vain.
set -Eeuo pipefail
readonly RUN=/run/cloud-init INSTANCE=/var/lib/cloud/instance
# shellcheck source=../lib/cloud-init-log.sh
source "${BASH_SOURCE[0]%/*}/../lib/cloud-init-log.sh"

answer() { # exit code, layer, detail
  printf '%s\t%s\n' "$2" "$3"
  exit "$1"
}

# Records of a status: `stage NAME`, `error TEXT`, `warning TEXT`. cloud-init is written in Python, so that is there.
read_status() {
  python3 -I -c '
import json, sys
status = json.load(open(sys.argv[1])).get("v1", {})
def tell(kind, text):
    print(kind + "\t" + " ".join(str(text).replace("\\n", " ").split()))
if status.get("stage"):
    tell("stage", status["stage"])
for part in filter(lambda value: isinstance(value, dict), status.values()):
    for text in part.get("errors") or []:
        tell("error", text)
    for level, texts in (part.get("recoverable_errors") or {}).items():
        for text in texts:
            tell("error" if level in ("ERROR", "CRITICAL") else "warning", text)
' "$RUN/status.json"
}

of_kind() { # kind, records → its texts, the first three, as one line
  sed -n "s/^$1\t//p" <<<"$2" | cloud_init_fit | awk 'NR <= 3 { printf "%s%s", (NR > 1 ? "; " : ""), $0 }'
}

ensure_begun() {
  [[ ! -e $RUN/status.json ]] || return 0
  [[ ! -e /etc/cloud/cloud-init.disabled && ! -e $RUN/disabled ]] || answer 3 process "cloud-init is disabled on this host"
  command -v cloud-init >/dev/null || answer 3 process "cloud-init is not installed on this host"
  answer 1 process "cloud-init has not begun"
}

# With `status` alone a failed stage could pass for done: the result is written last, and the units know of crashes.
ensure_without_error() { # records
  local error said failed
  error=$(of_kind error "$1")
  if [[ -n $error ]]; then
    said=$(cloud_init_log /var/log/cloud-init-output.log '^flotilla: ' | head -n 1)
    answer 3 configuration "cloud-init failed: $error${said:+; $said}"
  fi
  failed=$(systemctl list-units --failed --plain --no-legend 'cloud-init*' cloud-config.service cloud-final.service | cut -d ' ' -f 1 | paste -s -d ' ')
  [[ -z $failed ]] || answer 3 process "cloud-init failed and names no error: $failed failed"
}

# Newlines at the end do not count. What cannot be read is not called edited.
is_edited() { # digest of the declared user data
  local booted
  [[ -r $INSTANCE/user-data.txt ]] || return 1
  booted=$(printf '%s' "$(<"$INSTANCE/user-data.txt")" | sha256sum)
  [[ ${booted%% *} != "$1" ]]
}

ensure_users() { # names with commas between
  local user
  for user in ${1//,/ }; do
    getent passwd "$user" >/dev/null || answer 3 configuration "cloud-init is done, and there is no user $user"
  done
}

main() { # digest, users or -, hostname or -
  local records='' name note=''
  printf 'process\t%s\n' "cloud-init could not be looked at"
  ensure_begun
  records=$(read_status 2>/dev/null) || answer 1 process "$RUN/status.json cannot be read"
  name=$(of_kind stage "$records")
  [[ -z $name && -e $RUN/result.json ]] || answer 1 process "cloud-init is still at work${name:+ in its stage $name}"
  if is_edited "$1"; then
    note=", with other user data than is declared now"
  else
    ensure_without_error "$records"
    [[ $2 == - ]] || ensure_users "$2"
  fi
  name=$(</proc/sys/kernel/hostname)
  [[ $3 == - || $name == "$3" ]] || answer 3 configuration "cloud-init is done, and the host calls itself $name and not $3"
  name=$(of_kind warning "$records")
  answer 0 process "cloud-init is done$note${name:+; it warned: $name}"
}

main "$@"
