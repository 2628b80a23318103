#!/usr/bin/env bats
# Gates: they wait until a service answers, hold a job back when it does not, and name the first layer that is broken.
load client

readonly PORT=18472

# A server in bash and socat's absence: systemd hands every connection to a script.
serve() { # text of the script that talks on stdin and stdout
  printf '#!/bin/bash\n%s\n' "$1" >"$SITE/server"
  chmod 0755 "$SITE/server"
  cat >/etc/systemd/system/flotilla-test.socket <<UNIT
[Socket]
ListenStream=[::]:$PORT
Accept=yes
UNIT
  cat >"/etc/systemd/system/flotilla-test@.service" <<UNIT
[Service]
ExecStart=-$SITE/server
StandardInput=socket
StandardOutput=socket
StandardError=null
UNIT
  systemctl daemon-reload
  systemctl start flotilla-test.socket
}

serve_http() { # status line, body
  serve "while IFS= read -r line && [[ \$line != \$'\r' ]]; do echo \"\$line\" >>$SITE/request; done
printf 'HTTP/1.1 $1\r\nContent-Type: text/html\r\n\r\n$2'"
}

teardown() {
  systemctl stop flotilla-test.socket flotilla-test-a.service 2>/dev/null || true
  rm -f /etc/systemd/system/flotilla-test*
  systemctl daemon-reload
}

gate() { # kind, deadline, unit, arguments…
  plan gate g "$1" 0.2 "$2" 1 "${@:3}"
}

@test "a unit that is active holds; one that is not names the process and shows its log" {
  install_test_unit flotilla-test-a one
  systemctl start flotilla-test-a.service
  gate unit 5 flotilla-test-a.service
  apply
  ended committed
  says gate g ok
  systemctl stop flotilla-test-a.service
  new_job
  gate unit 1 flotilla-test-a.service
  apply
  ended restored
  says gate g waiting "flotilla-test-a.service is inactive"
  says failed g process 1 "flotilla-test-a.service is inactive"
  says tail
}

@test "a unit that failed for good is not waited for" {
  printf '[Service]\nExecStart=/bin/sh -c "echo last words; exit 1"\n' >/etc/systemd/system/flotilla-test-a.service
  systemctl daemon-reload
  systemctl start flotilla-test-a.service || true
  wait_until systemctl is-failed flotilla-test-a.service
  gate unit 60 flotilla-test-a.service
  local started=$SECONDS
  apply
  ended restored
  ((SECONDS - started < 10))
  says tail "last words"
}

@test "a TCP gate holds on both families, and names the socket when nothing listens" {
  serve 'exit'
  gate tcp 5 - 127.0.0.1 $PORT
  plan gate g6 tcp 0.2 5 1 - ::1 $PORT
  apply
  ended committed
  says gate g6 ok
  new_job
  gate tcp 1 - 127.0.0.1 1
  apply
  ended restored
  says failed g socket 1 "127.0.0.1:1: Connection refused"
}

@test "an HTTP gate looks at status and body, and sends the host that it was given" {
  serve_http '200 OK' '<p>welcome</p>'
  gate http 5 - 127.0.0.1 $PORT /index.html www.example.org 200 welcome
  apply
  ended committed
  grep -q '^GET /index.html HTTP/1.0' "$SITE/request"
  grep -q '^Host: www.example.org' "$SITE/request"
}

@test "an HTTP gate names the protocol for a wrong status and for a body without the text" {
  serve_http '503 Unavailable' 'down'
  gate http 1 - 127.0.0.1 $PORT / - 200 -
  apply
  ended restored
  says failed g protocol 1 "GET / was answered with status 503 instead of 200"
  serve_http '200 OK' 'something else'
  new_job
  gate http 1 - 127.0.0.1 $PORT / - 200 welcome
  apply
  ended restored
  says failed g protocol 1 "GET / was answered with status 200, but not with the expected text"
}

@test "an HTTP gate reads a body in chunks" {
  serve "while IFS= read -r line && [[ \$line != \$'\r' ]]; do :; done
printf 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwelc\r\n3;x=y\r\nome\r\n0\r\n\r\n'; sleep 3"
  gate http 5 - 127.0.0.1 $PORT / - 200 welcome
  apply
  ended committed
}

@test "an HTTP gate does not wait for ever for a server that accepts and is silent" {
  serve 'sleep 60'
  gate http 1 - 127.0.0.1 $PORT / - 200 -
  local started=$SECONDS
  apply
  ended restored
  ((SECONDS - started < 12))
  says failed g protocol 1 "127.0.0.1:$PORT accepts connections and does not answer"
}

@test "an ssh-key gate has sshd's own word that it lets a user in, and leaves no login behind" {
  ssh-keygen -q -t ed25519 -N '' -f "$SITE/key" </dev/null
  rm "$SITE/key"
  install -d -m 0700 /root/.ssh
  cp "$SITE/key.pub" /root/.ssh/authorized_keys2
  gate ssh-key 3 - root /root/.ssh/authorized_keys2
  apply
  ended committed
  says gate g ok "sshd lets root in with the key in /root/.ssh/authorized_keys2"
  [[ ! -e /root/.ssh/known_hosts ]]
}

@test "an ssh-key gate names the configuration when sshd does not read the key, and the file when there is none" {
  ssh-keygen -q -t ed25519 -N '' -f "$SITE/key" </dev/null
  rm -f /root/.ssh/authorized_keys2
  gate ssh-key 1 - root "$SITE/key.pub"
  apply
  ended restored
  says failed g configuration 1
  says gate g failed "sshd does not let root in with the key in $SITE/key.pub"
  new_job
  gate ssh-key 1 - root /root/.ssh/authorized_keys2
  apply
  ended restored
  says failed g file 1 "/root/.ssh/authorized_keys2 cannot be read"
}

@test "a gate that does not hold yet is tried again until it does" {
  serve 'exit'
  systemctl stop flotilla-test.socket
  gate tcp 20 - 127.0.0.1 $PORT
  (wait_until grep -q waiting "$STATE/jobs/$JOB/log" && systemctl start flotilla-test.socket) &
  apply
  ended committed
  says gate g waiting
  says gate g ok
}

@test "successes must come in a row" {
  serve_http '200 OK' 'x'
  plan gate g http 0.1 5 4 - 127.0.0.1 $PORT / - 200 -
  apply
  ended committed
  [[ $(grep -c ^GET "$SITE/request") == 4 ]]
}

@test "cancel inside a gate restores at once" {
  plan_file 1 "$SITE/a" new
  gate tcp 60 - 127.0.0.1 1
  pack
  local started=$SECONDS
  run bootstrap apply "$RUNTIME_HASH" "$JOB" "$(stat -c %s "$BUNDLE.tar")" \
    < <(
      cat "$BUNDLE.tar"
      wait_until grep -q waiting "$STATE/jobs/$JOB/log"
      echo cancel
    )
  ended cancelled
  ((SECONDS - started < 10))
  [[ ! -e $SITE/a ]]
}

@test "the nginx gate asks nginx" {
  gate nginx 5 -
  apply
  ended committed
  new_job
  echo 'no_such_directive on;' >/etc/nginx/conf.d/flotilla-test.conf
  gate nginx 1 -
  apply
  rm /etc/nginx/conf.d/flotilla-test.conf
  ended restored
  says failed g configuration 1
  [[ $output == *no_such_directive* ]]
}

@test "the password of a redis gate is in no argv and no environment while it is tried" {
  printf 'requirepass "canary-9e2a"\n' >"$SITE/auth.conf"
  serve "IFS= read -r line; touch $SITE/asked; cat >$SITE/received"
  gate redis 1 - 127.0.0.1 $PORT "$SITE/auth.conf"
  apply_detached
  wait_until test -e "$SITE/asked"
  pgrep -f probe/redis.sh
  never grep -l --text canary-9e2a /proc/[0-9]*/cmdline /proc/[0-9]*/environ
  wait "$FOLLOWER" || true
  grep -q canary-9e2a "$SITE/received"
  never grep -r canary-9e2a "$STATE/jobs/$JOB"
}

@test "the redis gate sets and gets with the password from its file" {
  printf 'requirepass "canary-5b\\"1"\n' >"$SITE/auth.conf"
  chmod 0600 "$SITE/auth.conf"
  systemd-run --quiet --collect --unit=flotilla-test-redis redis-server "$SITE/auth.conf" --port $PORT --bind 127.0.0.1 --save ''
  gate redis 10 - 127.0.0.1 $PORT "$SITE/auth.conf"
  apply
  local committed=$output
  echo 'requirepass wrong' >"$SITE/auth.conf"
  new_job
  gate redis 1 - 127.0.0.1 $PORT "$SITE/auth.conf"
  apply
  systemctl stop flotilla-test-redis
  [[ $committed == *"PING, SET and GET on 127.0.0.1:$PORT"* && $committed != *canary* ]]
  ended restored
  says failed g protocol 1 "redis answered AUTH with: WRONGPASS"
}
