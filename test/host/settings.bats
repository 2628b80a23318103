#!/usr/bin/env bats
# Settings in files of others, and kernel parameters: changed alone, and put back as they were.
load client

readonly KEY=net.ipv4.conf.all.log_martians

setup() {
  rm -rf "$SITE" "$STATE/originals"
  install -d -m 0755 "$SITE"
  printf '# UMASK 0\nUMASK\t\t022\nMAIL_DIR /var/mail\nA = 1\n' >"$SITE/defs"
  chmod 0640 "$SITE/defs"
  new_job
}

plan_setting() { # key, style, value
  plan touch path "$SITE/defs"
  plan step "s$1" setting "$SITE/defs" "$@"
}

plan_restore() { # key
  plan touch path "$SITE/defs"
  plan step "s$1" setting-restore "$SITE/defs" "$1"
}

@test "a setting changes its line alone, and comes back with its blanks" {
  cp -a "$SITE/defs" "$SITE/before"
  plan_setting UMASK space 027
  plan_setting A equals 'x \n&'
  plan_setting NEW space yes
  apply
  ended committed
  says step sUMASK begin "setting $SITE/defs: UMASK"
  diff "$SITE/defs" <(printf '%s\n' '# UMASK 0' 'UMASK 027' 'MAIL_DIR /var/mail' 'A=x \n&' 'NEW yes')
  [[ $(stat -c %a "$SITE/defs") == 640 ]]
  new_job
  plan_setting UMASK space 077
  apply
  ended committed
  new_job
  plan_restore UMASK
  plan_restore A
  plan_restore NEW
  apply
  ended committed
  diff "$SITE/before" "$SITE/defs"
  [[ ! -e $STATE/originals ]]
}

@test "giving up a setting that was never another changes nothing" {
  plan_restore UMASK
  apply
  ended committed
  grep -q $'UMASK\t\t022' "$SITE/defs"
}

@test "a setting that stands there twice, or whose file is not there, fails the job" {
  echo 'UMASK 077' >>"$SITE/defs"
  plan_setting UMASK space 027
  apply
  ended restored
  says failed sUMASK setting 1 "$SITE/defs sets UMASK more than once"
  new_job
  plan step s setting "$SITE/none" K space v
  apply
  ended restored
  says failed s setting 1 "$SITE/none does not exist"
}

@test "a job that fails puts settings and kernel parameters back, and remembers nothing" {
  echo 0 >/proc/sys/${KEY//.//}
  plan_setting UMASK space 027
  plan touch sysctl $KEY
  plan step k sysctl $KEY 1
  plan step last attributes "$SITE/missing" 0644 root root
  apply
  ended restored
  grep -q $'UMASK\t\t022' "$SITE/defs"
  [[ $(cat /proc/sys/${KEY//.//}) == 0 && ! -e $STATE/originals ]]
}

@test "a kernel parameter changes at once, and comes back" {
  echo 0 >/proc/sys/${KEY//.//}
  plan touch sysctl $KEY
  plan step k sysctl $KEY 1
  apply
  ended committed
  [[ $(cat /proc/sys/${KEY//.//}) == 1 ]]
  new_job
  plan touch sysctl $KEY
  plan step k sysctl-restore $KEY
  apply
  ended committed
  [[ $(cat /proc/sys/${KEY//.//}) == 0 && ! -e $STATE/originals ]]
}

@test "a value that the kernel refuses fails the job" {
  plan touch sysctl $KEY
  plan step k sysctl $KEY nonsense
  apply
  ended restored
  says failed k sysctl 1 "the kernel refuses 'nonsense' for $KEY"
}
