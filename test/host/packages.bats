#!/usr/bin/env bats
# Packages: real apt and dpkg on an archive that the tests make themselves, so that no mirror is needed.
load client

readonly ARCHIVE=/srv/flotilla-archive
readonly UNIT=/etc/systemd/system/flotilla-one.service POLICY=/usr/sbin/policy-rc.d

setup_file() {
  mkdir -p /root/apt-aside
  mv /etc/apt/sources.list /etc/apt/sources.list.d/* /root/apt-aside/ 2>/dev/null || true
  echo "deb [trusted=yes] copy:/srv/flotilla-archive ./" >/etc/apt/sources.list.d/flotilla-test.list
}

teardown_file() {
  rm -rf /etc/apt/sources.list.d/flotilla-test.list /srv/flotilla-archive /var/lib/apt/lists
  mkdir -p /var/lib/apt/lists/partial
  if [[ -e /root/apt-aside/sources.list ]]; then mv /root/apt-aside/sources.list /etc/apt/; fi
  mv /root/apt-aside/* /etc/apt/sources.list.d/ 2>/dev/null || true
  rm -rf /root/apt-aside
}

setup() {
  rm -rf "$SITE" "$ARCHIVE" && install -d -m 0755 "$SITE" "$ARCHIVE"
  dpkg --purge --force-all flotilla-one flotilla-two flotilla-three 2>/dev/null || true
  : >"$ARCHIVE/Packages"
  forget_lists
  new_job
}

teardown() {
  remove_service
  rm -f "$POLICY"
  dpkg --purge --force-all flotilla-one flotilla-two flotilla-three 2>/dev/null || true
}

remove_service() {
  systemctl --quiet disable --now flotilla-one.service 2>/dev/null || true
  rm -f "$UNIT"
  systemctl daemon-reload
  dpkg --purge --force-all flotilla-one 2>/dev/null || true
}

forget_lists() {
  rm -rf /var/lib/apt/lists /var/cache/apt/archives/*.deb "$STATE/apt-updated"
  mkdir -p /var/lib/apt/lists/partial
}

# offer NAME VERSION [POSTINST [DEPENDS]]: builds a package and adds it to the archive.
offer() {
  local folder=$BATS_TEST_TMPDIR/$1-$2 deb=$ARCHIVE/$1_$2_all.deb
  mkdir -p "$folder/DEBIAN" "$folder/etc"
  echo "from $1 $2" >"$folder/etc/$1.conf"
  echo "/etc/$1.conf" >"$folder/DEBIAN/conffiles"
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: test\n' \
    "$1" "$2" >"$folder/DEBIAN/control"
  [[ -z ${4-} ]] || echo "Depends: $4" >>"$folder/DEBIAN/control"
  if [[ -n ${3-} ]]; then
    printf '#!/bin/bash\n%s\n' "$3" >"$folder/DEBIAN/postinst"
    chmod 0755 "$folder/DEBIAN/postinst"
  fi
  dpkg-deb --build "$folder" "$deb" >/dev/null
  {
    cat "$folder/DEBIAN/control"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${deb##*/}" "$(stat -c %s "$deb")" "$(sha256sum <"$deb" | cut -d ' ' -f 1)"
  } >>"$ARCHIVE/Packages"
}

version_of() {
  dpkg-query -W -f '${db:Status-Status} ${Version}' "$1" 2>/dev/null || echo none
}

@test "lists are fetched when there are none; a second job says unchanged and does not run apt" {
  offer flotilla-one 1.0
  plan step s1 packages-install flotilla-one
  apply
  ended committed
  says log "Setting up flotilla-one (1.0)"
  [[ $(version_of flotilla-one) == 'installed 1.0' ]]
  local stamp
  stamp=$(stat -c %Y /var/log/dpkg.log)
  new_job
  plan step s1 packages-install flotilla-one
  apply
  ended committed
  says log "unchanged: flotilla-one"
  [[ $(stat -c %Y /var/log/dpkg.log) == "$stamp" ]]
}

# offer_service VERSION: a package that starts its unit as Debian's packages do.
offer_service() {
  offer flotilla-one "$1" "printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >$UNIT
systemctl --quiet enable flotilla-one.service
deb-systemd-invoke restart flotilla-one.service"
}

unit_state() {
  systemctl is-active flotilla-one.service || true
}

@test "a unit that waits for its configuration is not started by the package that brings it, and goes on in an upgrade" {
  offer_service 1.0
  plan defer flotilla-one.service
  plan step s1 packages-install flotilla-one=1.0
  apply
  ended committed
  [[ $(version_of flotilla-one) == 'installed 1.0' && $(unit_state) == inactive && ! -e $POLICY && ! -L $POLICY ]]
  systemctl start flotilla-one.service
  local first
  first=$(systemctl show --property=MainPID --value flotilla-one.service)
  offer_service 2.0
  forget_lists
  new_job
  plan defer flotilla-one.service
  plan step s1 packages-install flotilla-one=2.0
  apply
  ended committed
  [[ $(version_of flotilla-one) == 'installed 2.0' && $(unit_state) == active ]]
  [[ $(systemctl show --property=MainPID --value flotilla-one.service) != "$first" ]]
}

@test "a unit that nobody defers is started by its package, and a policy of the host itself is obeyed" {
  offer_service 1.0
  plan step s1 packages-install flotilla-one
  apply
  ended committed
  [[ $(unit_state) == active ]]
  remove_service
  printf '#!/bin/sh\nexit 101\n' >"$POLICY" && chmod 0755 "$POLICY"
  new_job
  plan defer flotilla-other.service
  plan step s1 packages-install flotilla-one
  apply
  ended committed
  [[ $(unit_state) == inactive && -f $POLICY && ! -L $POLICY ]]
}

@test "what a killed job left of its deferral hinders nobody, and goes with the next job" {
  offer_service 1.0
  plan step s0 directory "$SITE/x" 0755 root root
  apply
  ended committed
  ln -s "$STATE/runtime/$RUNTIME_HASH/policy-rc.d" "$POLICY"
  chmod 0700 "$STATE/runtime/$RUNTIME_HASH/policy-rc.d"
  dpkg -i "$ARCHIVE/flotilla-one_1.0_all.deb"
  [[ $(unit_state) == active && -L $POLICY ]]
  new_job
  plan step s0 directory "$SITE/y" 0755 root root
  apply
  ended committed
  [[ ! -L $POLICY ]]
}

@test "an exact version is installed, also an older one; without one the newest" {
  offer flotilla-one 1.0
  offer flotilla-one 2.0
  plan step s1 packages-install flotilla-one
  apply
  [[ $(version_of flotilla-one) == 'installed 2.0' ]]
  new_job
  plan step s1 packages-install flotilla-one=1.0
  apply
  ended committed
  [[ $(version_of flotilla-one) == 'installed 1.0' ]]
}

@test "fresh lists are not fetched again, unless the archive has moved on" {
  offer flotilla-one 1.0
  plan step s1 packages-install flotilla-one
  apply
  ended committed
  offer flotilla-two 1.0
  new_job
  plan step s1 packages-install flotilla-two
  apply
  ended committed
  says log "E: Unable to locate package flotilla-two"
  [[ $(version_of flotilla-two) == 'installed 1.0' ]]
}

@test "fails a package that no archive has, after one look at the archive" {
  plan step s1 packages-install flotilla-none
  apply
  ended restored
  says failed s1 packages-install 1 "apt does not know what was asked: E: Unable to locate package flotilla-none"
  never says log "try 2"
}

@test "an archive that does not answer hinders nobody who asks for nothing of it, and is named to who does" {
  local silent=/etc/apt/sources.list.d/flotilla-test-silent.list direct=/etc/apt/apt.conf.d/zz-flotilla-test
  echo "deb [trusted=yes] http://127.0.0.1:9 ./" >"$silent"
  echo 'Acquire::http::Proxy::127.0.0.1 "DIRECT";' >"$direct"
  offer flotilla-one 1.0
  plan step s1 packages-install flotilla-one
  apply
  ended committed
  [[ $(version_of flotilla-one) == 'installed 1.0' ]]
  new_job
  plan step s1 packages-install flotilla-none
  apply
  rm "$silent" "$direct"
  ended restored
  says log "try 2 of 3 failed"
  says failed s1 packages-install 1 "apt failed three times: E: Unable to locate package flotilla-none"
  says tail "W: Failed to fetch http://127.0.0.1:9"
}

@test "a look at the archives that does not end is ended, and the next one serves" {
  local list=/etc/apt/sources.list.d/flotilla-test-hangs.list method=/usr/lib/apt/methods/hangs
  echo "deb [trusted=yes] hangs:/ ./" >"$list"
  printf '#!/bin/sh\nrm %s\nexec tail -f /dev/null\n' "$list" >"$method"
  chmod 0755 "$method"
  offer flotilla-one 1.0
  plan step s1 packages-install flotilla-one
  sed -i 's/LISTS_REFRESH_SECONDS=60/LISTS_REFRESH_SECONDS=2/' "$BUNDLE/runtime/lib/apt.sh"
  RUNTIME_HASH=ffff${RUNTIME_HASH:4}
  apply
  rm "$method"
  ended committed
  says log "E: apt-get update was ended after 2 s"
  says log "try 1 of 3 failed"
  [[ $(version_of flotilla-one) == 'installed 1.0' ]]
}

@test "fails a package that cannot be configured after three tries, and names what stays" {
  offer flotilla-one 1.0
  offer flotilla-two 1.0 'echo the words of the package; exit 7'
  plan step s1 packages-install flotilla-one flotilla-two
  apply
  ended restored
  says log "try 2 of 3 failed"
  says failed s1 packages-install 1 "apt failed three times"
  says tail "the words of the package"
  says kept flotilla-one
}

@test "what an earlier run left half configured is configured first" {
  offer flotilla-one 1.0
  offer flotilla-two 1.0
  dpkg --unpack "$ARCHIVE/flotilla-one_1.0_all.deb"
  [[ $(version_of flotilla-one) == 'unpacked 1.0' ]]
  plan step s1 packages-install flotilla-two
  apply
  ended committed
  [[ $(version_of flotilla-one) == 'installed 1.0' ]]
}

@test "what an earlier run left without its dependencies is repaired first" {
  offer flotilla-one 1.0
  offer flotilla-two 1.0 '' flotilla-one
  offer flotilla-three 1.0
  dpkg --unpack "$ARCHIVE/flotilla-two_1.0_all.deb"
  apt-get -q update
  plan step s1 packages-install flotilla-three
  apply
  ended committed
  [[ $(version_of flotilla-one) == 'installed 1.0' && $(version_of flotilla-two) == 'installed 1.0' ]]
  [[ $(version_of flotilla-three) == 'installed 1.0' ]]
}

@test "a configuration file that was edited is kept, without a question" {
  offer flotilla-one 1.0
  plan step s1 packages-install flotilla-one
  apply
  echo mine >/etc/flotilla-one.conf
  offer flotilla-one 2.0
  forget_lists
  new_job
  plan step s1 packages-install flotilla-one=2.0
  apply
  ended committed
  [[ $(version_of flotilla-one) == 'installed 2.0' && $(cat /etc/flotilla-one.conf) == mine ]]
}

@test "packages see the umask and the language of an ordinary system, and nobody to ask" {
  offer flotilla-one 1.0 "umask >$SITE/seen; echo \$DEBIAN_FRONTEND \$LANG \${LC_ALL-} >>$SITE/seen; test ! -t 0"
  plan step s1 packages-install flotilla-one
  apply
  ended committed
  [[ $(tr '\n' ' ' <"$SITE/seen") == '0022 noninteractive C.UTF-8 ' ]]
}

@test "waits for the lock of apt and names who holds it" {
  offer flotilla-one 1.0 "touch $SITE/busy; while [[ ! -e $SITE/go ]]; do read -rt 0.1 <> <(:); done; true"
  offer flotilla-two 1.0
  apt-get -q update >/dev/null
  apt-get -qy install flotilla-one 3>&- &
  local holder=$!
  wait_until test -e "$SITE/busy"
  plan step s1 packages-install flotilla-two
  (
    wait_until grep -q '^wait' "$STATE/jobs/$JOB/log"
    touch "$SITE/go"
  ) &
  apply
  wait "$holder"
  ended committed
  says wait "waits for the lock of apt, held by process $holder (apt-get)"
  [[ $(version_of flotilla-one) == 'installed 1.0' && $(version_of flotilla-two) == 'installed 1.0' ]]
}

@test "a package that the job installed stays when a later step fails, and is named" {
  offer flotilla-one 1.0
  plan step s1 packages-install flotilla-one
  plan step s2 attributes "$SITE/missing" 0644 root root
  apply
  ended restored
  says kept flotilla-one
  [[ $(version_of flotilla-one) == 'installed 1.0' ]]
}

@test "purges a package with its configuration" {
  offer flotilla-one 1.0
  plan step s1 packages-install flotilla-one
  apply
  new_job
  plan step s1 packages-purge flotilla-one
  apply
  ended committed
  [[ $(version_of flotilla-one) != installed* && ! -e /etc/flotilla-one.conf ]]
}
