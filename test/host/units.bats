#!/usr/bin/env bats
# Units: what a job does to them, and that a service goes on with its old configuration after a job that failed.
load client

teardown() {
  systemctl stop flotilla-test-a.service flotilla-test-b.service || true
  systemctl --quiet disable flotilla-test-a.service flotilla-test-b.service || true
  rm -f /etc/systemd/system/flotilla-test-*.service
  systemctl daemon-reload
}

fail_at_last() {
  plan step last attributes "$SITE/missing" 0644 root root
}

@test "enables and starts, disables and stops" {
  install_test_unit flotilla-test-a one
  plan touch unit flotilla-test-a.service
  plan step s1 unit enable flotilla-test-a.service
  plan step s2 unit start flotilla-test-a.service
  apply
  ended committed
  says step s2 begin "unit flotilla-test-a.service"
  systemctl is-active flotilla-test-a.service
  systemctl is-enabled flotilla-test-a.service
  new_job
  plan touch unit flotilla-test-a.service
  plan step s1 unit stop flotilla-test-a.service
  plan step s2 unit disable flotilla-test-a.service
  apply
  ended committed
  never systemctl is-active flotilla-test-a.service
  never systemctl is-enabled flotilla-test-a.service
}

@test "takes a mask off, and puts it back when the job fails" {
  local option
  install_test_unit flotilla-test-a one
  mv /etc/systemd/system/flotilla-test-a.service /usr/lib/systemd/system/
  for option in --no-reload --runtime; do
    systemctl --quiet mask --now $option flotilla-test-a.service
    systemctl daemon-reload
    new_job
    plan touch unit flotilla-test-a.service
    plan step s1 unit unmask flotilla-test-a.service
    plan step s2 unit enable flotilla-test-a.service
    plan step s3 unit start flotilla-test-a.service
    fail_at_last
    apply
    ended restored
    [[ $(systemctl is-enabled flotilla-test-a.service) == masked* ]]
    never systemctl is-active flotilla-test-a.service
    new_job
    plan touch unit flotilla-test-a.service
    plan step s1 unit unmask flotilla-test-a.service
    plan step s2 unit enable flotilla-test-a.service
    plan step s3 unit start flotilla-test-a.service
    apply
    ended committed
    [[ $(systemctl is-enabled flotilla-test-a.service) == enabled ]]
    systemctl is-active flotilla-test-a.service
  done
  systemctl --quiet disable --now flotilla-test-a.service
  rm /usr/lib/systemd/system/flotilla-test-a.service
}

@test "reload starts a unit that is not active, and reloads one that is" {
  install_test_unit flotilla-test-a one
  plan step s1 unit reload flotilla-test-a.service
  apply
  ended committed
  wait_until grep -q one "$SITE/flotilla-test-a.read"
  local pid
  pid=$(systemctl show -P MainPID flotilla-test-a.service)
  new_job
  plan_file 1 "$SITE/flotilla-test-a.conf" two
  plan step s2 unit reload flotilla-test-a.service
  apply
  ended committed
  grep -q two "$SITE/flotilla-test-a.read"
  [[ $(systemctl show -P MainPID flotilla-test-a.service) == "$pid" ]]
}

@test "a unit that does not start fails the job with its log, and everything is restored" {
  install_test_unit flotilla-test-a one
  systemctl start flotilla-test-a.service
  printf '[Service]\nExecStart=/bin/bash -c "echo the words of the service; exit 3"\nType=oneshot\n' | payload 1
  plan touch path /etc/systemd/system/flotilla-test-a.service
  plan touch unit flotilla-test-a.service
  plan step s1 file 1 /etc/systemd/system/flotilla-test-a.service 0644 root root -
  plan step s2 daemon-reload
  plan step s3 unit restart flotilla-test-a.service
  apply
  ended restored
  says failed s3 unit 1 "flotilla-test-a.service did not restart"
  says tail "the words of the service"
  systemctl is-active flotilla-test-a.service
  [[ $(systemctl show -P NeedDaemonReload flotilla-test-a.service) == no ]]
  [[ $(systemctl show -P Type flotilla-test-a.service) == simple ]]
}

@test "a service that was reloaded or restarted by a failed job has read its old configuration again" {
  install_test_unit flotilla-test-a old-a
  install_test_unit flotilla-test-b old-b
  systemctl start flotilla-test-a.service flotilla-test-b.service
  wait_until grep -q old-b "$SITE/flotilla-test-b.read"
  local pid
  pid=$(systemctl show -P MainPID flotilla-test-a.service)
  plan touch unit flotilla-test-a.service
  plan touch unit flotilla-test-b.service
  plan_file 1 "$SITE/flotilla-test-a.conf" new-a
  plan_file 2 "$SITE/flotilla-test-b.conf" new-b
  plan step r1 unit reload flotilla-test-a.service
  plan step r2 unit restart flotilla-test-b.service
  fail_at_last
  apply
  ended restored
  wait_until test "$(tail -n 1 "$SITE/flotilla-test-a.read")" = old-a
  wait_until grep -q old-b <(tail -n 1 "$SITE/flotilla-test-b.read")
  [[ $(cat "$SITE/flotilla-test-a.read") == *new-a*old-a ]]
  [[ $(systemctl show -P MainPID flotilla-test-a.service) == "$pid" ]]
}

@test "a unit that a failed job brought, enabled and started leaves nothing" {
  printf '[Service]\nExecStart=/bin/bash -c "read <> <(:)"\n[Install]\nWantedBy=multi-user.target\n' | payload 1
  plan touch path /etc/systemd/system/flotilla-test-a.service
  plan touch unit flotilla-test-a.service
  plan step s1 file 1 /etc/systemd/system/flotilla-test-a.service 0644 root root unit
  plan step s2 daemon-reload
  plan step s3 unit enable flotilla-test-a.service
  plan step s4 unit start flotilla-test-a.service
  fail_at_last
  apply
  ended restored
  says step s4 end
  [[ $(systemctl show -P LoadState flotilla-test-a.service) == not-found ]]
  [[ -z $(find /etc/systemd -name 'flotilla-test-a*') ]]
}

@test "a service whose process died during a failed job is started again" {
  install_test_unit flotilla-test-a one
  install_test_unit flotilla-test-b two
  systemctl start flotilla-test-a.service
  plan touch unit flotilla-test-a.service
  printf '[Service]\nType=oneshot\nExecStart=systemctl kill --signal=KILL flotilla-test-a.service\nExecStart=false\n' >/etc/systemd/system/flotilla-test-b.service
  systemctl daemon-reload
  plan step s1 unit start flotilla-test-b.service
  apply
  ended restored
  systemctl is-active flotilla-test-a.service
}

@test "units that a failed job enabled, started, disabled and stopped are as they were" {
  install_test_unit flotilla-test-a one
  install_test_unit flotilla-test-b two
  systemctl --quiet enable --now flotilla-test-b.service
  plan touch unit flotilla-test-a.service
  plan touch unit flotilla-test-b.service
  plan step s1 unit enable flotilla-test-a.service
  plan step s2 unit start flotilla-test-a.service
  plan step s3 unit stop flotilla-test-b.service
  plan step s4 unit disable flotilla-test-b.service
  fail_at_last
  apply
  ended restored
  never systemctl is-active flotilla-test-a.service
  never systemctl is-enabled flotilla-test-a.service
  systemctl is-active flotilla-test-b.service
  systemctl is-enabled flotilla-test-b.service
}

@test "a service that nobody touched is not restarted by a restore" {
  install_test_unit flotilla-test-a one
  systemctl start flotilla-test-a.service
  local pid
  pid=$(systemctl show -P MainPID flotilla-test-a.service)
  plan touch unit flotilla-test-a.service
  plan_file 1 "$SITE/flotilla-test-a.conf" new
  fail_at_last
  plan step never unit restart flotilla-test-a.service
  apply
  ended restored
  [[ $(systemctl show -P MainPID flotilla-test-a.service) == "$pid" ]]
}

# A service that looks at its first file when it begins to start, and a second later at what that names; and a job that
# brings both files and is killed before it comes to the service.
kill_before_the_service_is_told() {
  echo old >"$SITE/first"
  cat >/etc/systemd/system/flotilla-test-a.service <<UNIT
[Service]
Type=notify
NotifyAccess=all
ExecStart=/bin/bash -c 'cat $SITE/first >>$SITE/read; if grep --quiet new $SITE/first; then read -t 1 <> <(:); cat $SITE/second; fi && systemd-notify --ready && while :; do read -t 60 <> <(:); done'
UNIT
  cat >/etc/systemd/system/flotilla-test-b.service <<UNIT
[Service]
Type=oneshot
ExecStart=touch $SITE/begun
ExecStart=sleep 60
UNIT
  systemctl daemon-reload
  systemctl start flotilla-test-a.service
  plan touch unit flotilla-test-a.service
  plan_file 1 "$SITE/second" new
  plan_file 2 "$SITE/first" new
  plan step s3 unit start flotilla-test-b.service
  plan step s4 unit restart flotilla-test-a.service
  apply_detached
  wait_until test -e "$SITE/begun"
  systemctl kill --signal=KILL "flotilla-job-$JOB.service"
  wait "$FOLLOWER" || true
}

@test "what a killed job has left goes when the service that a boot starts with it has started, and the service reads what was before" {
  kill_before_the_service_is_told
  local killed=$JOB
  systemctl --no-block restart flotilla-test-a.service
  wait_until grep --quiet new "$SITE/read"
  new_job other
  apply
  [[ $(cat "$STATE/jobs/$killed/outcome") == interrupted-restored ]]
  systemctl is-active flotilla-test-a.service
  [[ ! -e $SITE/second && $(tail --lines=1 "$SITE/read") == old ]]
}

@test "a broken nginx configuration is refused by the check, before any reload, with nginx's own words" {
  systemctl start nginx.service
  local pid
  pid=$(systemctl show -P MainPID nginx.service)
  printf 'no_such_directive on;\n' | payload 1
  plan touch path /etc/nginx/conf.d/flotilla-test.conf
  plan touch unit nginx.service
  plan step s1 file 1 /etc/nginx/conf.d/flotilla-test.conf 0644 root root nginx
  plan step s2 check nginx
  plan step s3 unit reload nginx.service
  apply
  ended restored
  says failed s2 check 1 "nginx -t refuses the new configuration: "
  [[ $output == *'unknown directive "no_such_directive"'* ]]
  never says step s3
  [[ ! -e /etc/nginx/conf.d/flotilla-test.conf ]]
  nginx -t
  [[ $(systemctl show -P MainPID nginx.service) == "$pid" ]]
}
