# shellcheck shell=bash
# Waits until nobody else uses apt or dpkg, and says who does.
readonly APT_LOCKS=(/var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock)
readonly APT_LOCK_SECONDS=300

# The kernel's list of locks names process and inode: no lock has to be taken to ask.
apt_lock_holder() { # inodes, in the order of the locks → HOLDER, empty when free
  local kind pid place inode name
  local -A holders=()
  HOLDER=
  while read -r _ kind _ _ pid place _; do
    [[ $kind != POSIX ]] || holders[${place##*:}]=$pid
  done </proc/locks
  for inode in "$@"; do
    pid=${holders[$inode]-}
    [[ -n $pid ]] || continue
    { read -r name <"/proc/$pid/comm"; } 2>/dev/null || continue
    HOLDER="process $pid ($name)"
    return
  done
}

apt_wait() {
  local end=$((SECONDS + APT_LOCK_SECONDS)) told=
  local -a inodes
  mapfile -t inodes < <(stat --format=%i "${APT_LOCKS[@]}" 2>/dev/null)
  while apt_lock_holder "${inodes[@]}" && [[ -n $HOLDER ]]; do
    if [[ $HOLDER != "$told" ]]; then
      told=$HOLDER
      say wait "waits for the lock of apt, held by $HOLDER"
    fi
    ! is_cancelled || fail "cancelled while $HOLDER held the lock of apt" 130
    ((SECONDS < end)) || fail "the lock of apt was held by $HOLDER for more than $APT_LOCK_SECONDS s"
    nap 0.3
  done
}
