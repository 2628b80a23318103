# shellcheck shell=bash
# Debian packages: one transaction, never a prompt, three tries.

# name or name=version … → WANTED, those that are not installed like that
packages_missing() {
  local name status version package
  local -A installed=()
  WANTED=()
  # shellcheck disable=SC2016 # dpkg-query's own variables
  while IFS=$'\t' read -r name status version; do
    [[ $status != 'install ok installed' && $status != 'hold ok installed' ]] || installed[$name]=$version
  done < <(dpkg-query --show --showformat='${Package}\t${Status}\t${Version}\n' "${@%%=*}" 2>/dev/null || true)
  for package in "$@"; do
    version=${installed[${package%%=*}]-}
    [[ -n $version && ($package != *=* || $version == "${package#*=}") ]] || WANTED+=("$package")
  done
}

packages_try() {
  local downgrade=()
  [[ "${WANTED[*]}" != *=* ]] || downgrade=(--allow-downgrades)
  apt "${downgrade[@]}" install "${WANTED[@]}" 2>&1 | tee "$RUN/apt"
}

# Why apt refused: without such a package another try is of use only after a look at the archive.
packages_are_unknown() {
  grep --quiet -E 'Unable to locate package|no installation candidate|Version .* was not found|404 +Not Found' "$RUN/apt"
}

step_packages_install() { # name or name=version…
  local try code
  packages_missing "$@"
  ((${#WANTED[@]})) || { echo "unchanged: $*" && return; }
  printf '%s\n' "${WANTED[@]%%=*}" >>"$RECORD/installed"
  LISTS_REFRESHED='' LISTS_STALE=''
  trap deferral_end EXIT
  deferral_begin
  for try in 1 2 3; do
    code=0
    packages_attempt "$try" || code=$?
    ((code)) || return 0
    ! is_cancelled || fail "cancelled after try $try of apt" 130
    if packages_are_unknown; then
      [[ -z $LISTS_REFRESHED ]] || fail "apt does not know what was asked: $(apt_error)"
      LISTS_STALE=yes
    fi
    ((try == 3)) || { echo "try $try of 3 failed; the next one follows in $((try * 2)) s" && nap $((try * 2)); }
  done
  fail "apt failed three times: $(apt_error)"
}

# Called where errexit does not work: every line says what its failure means.
packages_attempt() { # number of the try
  : | tee "$RUN/apt" >"$RUN/apt-update"
  apt_wait
  if ! dpkg_configure || (($1 > 1)); then apt -f install || return; fi
  if [[ -n $LISTS_STALE ]] || ! lists_are_fresh; then lists_refresh || return; fi
  LISTS_STALE=
  packages_try
}

step_packages_purge() { # names
  apt purge "$@"
}

# Packages are data that others may use by now: they stay, and are named.
say_kept_packages() {
  local name
  [[ -f $RECORD/installed ]] || return 0
  while IFS= read -r name; do
    packages_missing "$name"
    ((${#WANTED[@]})) || say kept "$name"
  done <"$RECORD/installed"
}
