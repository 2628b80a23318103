# shellcheck shell=bash disable=SC2034 # LISTS_REFRESHED is for packages.sh
# apt and dpkg as they must be called by nobody who could answer a question.
readonly LISTS_SECONDS=3600 LISTS_STAMP=$STATE/apt-updated

apt() { # arguments of apt-get
  apt_wait
  env -u LC_ALL LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical \
    NEEDRESTART_MODE=a UCF_FORCE_CONFFOLD=1 APT_LISTCHANGES_FRONTEND=none \
    apt-get --quiet --yes --no-install-recommends -o DPkg::Lock::Timeout=60 -o Dpkg::Use-Pty=0 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" </dev/null
}

lists_refresh() {
  apt update || return
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

apt_error() {
  grep --max-count=1 '^E:' "$RUN/apt" || echo 'its output is above'
}
