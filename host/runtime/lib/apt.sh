# shellcheck shell=bash disable=SC2034 # LISTS_REFRESHED is for packages.sh
# apt and dpkg as they must be called by nobody who could answer a question.
readonly LISTS_SECONDS=3600 LISTS_REFRESH_SECONDS=60 LISTS_STAMP=$STATE/apt-updated

apt() { # arguments of apt-get
  apt_wait
  env -u LC_ALL LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical \
    NEEDRESTART_MODE=a UCF_FORCE_CONFFOLD=1 APT_LISTCHANGES_FRONTEND=none \
    ${APT_SECONDS:+timeout --kill-after=10 "$APT_SECONDS"} \
    apt-get --quiet --yes --no-install-recommends -o DPkg::Lock::Timeout=60 -o Dpkg::Use-Pty=0 \
    -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" </dev/null
}

# apt can wait without end for an archive that closed its connection; and it calls it a success when one does not
# answer, and goes on with what it has of it. What was fetched until the deadline is kept for the next try.
lists_refresh() {
  local code=0
  APT_SECONDS=$LISTS_REFRESH_SECONDS apt update 2>&1 | tee "$RUN/apt-update" || code=$?
  if ((code == 124)); then
    echo "E: apt-get update was ended after $LISTS_REFRESH_SECONDS s: an archive does not go on" | tee -a "$RUN/apt-update"
  fi
  ((code == 0)) || return "$code"
  ! grep --quiet '^W: Failed to fetch' "$RUN/apt-update" || return 0
  : >"$LISTS_STAMP"
  LISTS_REFRESHED=yes
}

# Files in the folder carry the server's time: the folder itself, and our own stamp, say when apt last looked.
lists_are_fresh() {
  local time now
  compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || return 1
  printf -v now '%(%s)T' -1
  for time in $(stat --format=%Y /var/lib/apt/lists "$LISTS_STAMP" 2>/dev/null); do
    ((now - time >= LISTS_SECONDS)) || return 0
  done
  return 1
}

# What an earlier run left half done.
dpkg_configure() {
  env -u LC_ALL DEBIAN_FRONTEND=noninteractive dpkg --force-confdef --force-confold --configure -a </dev/null
}

# What apt refused, and which archive it did not reach.
apt_error() {
  grep --no-messages --no-filename --max-count=1 '^E:' "$RUN/apt" "$RUN/apt-update" | head -n 1 | grep . || echo 'its output is above'
  grep --no-messages --max-count=1 '^W: Failed to fetch' "$RUN/apt-update" || true
}
