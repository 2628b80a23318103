# shellcheck shell=bash
# Waits until nobody else uses apt or dpkg, and says who does.
readonly APT_LOCKS=(/var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock)
readonly APT_LOCK_SECONDS=300

# The kernel's list of locks names process and inode: no lock has to be taken to ask.
apt_lock_holder() { # inodes between colons → HOLDER, empty when free
  local kind pid place inode
  HOLDER=
  while read -r _ kind _ _ pid place _; do
    inode=${place##*:}
    [[ $kind == POSIX && $1 == *:$inode:* && -r /proc/$pid/comm ]] || continue
    HOLDER="process $pid ($(<"/proc/$pid/comm"))"
    return
  done </proc/locks
}

apt_wait() {
  local end=$((SECONDS + APT_LOCK_SECONDS)) inodes told=
  inodes=:$(stat --format=%i "${APT_LOCKS[@]}" 2>/dev/null | tr '\n' ':' || true)
  while apt_lock_holder "$inodes" && [[ -n $HOLDER ]]; do
    if [[ $HOLDER != "$told" ]]; then
      told=$HOLDER
      say wait "waits for the lock of apt, held by $HOLDER"
    fi
    ! is_cancelled || fail "cancelled while $HOLDER held the lock of apt" 130
    ((SECONDS < end)) || fail "the lock of apt was held by $HOLDER for more than $APT_LOCK_SECONDS s"
    nap 0.3
  done
}
