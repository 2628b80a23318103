#!/usr/bin/env bash
# The floor: what one hand-written script does for the same job over one SSH session. Safe to run again.
# Run by floor.ts on stdin of a root shell on the host; the page comes as PAGE, base64.
set -Eeuo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
readonly PACKAGES=(nftables nginx postgresql prometheus-node-exporter redis-server)

install_packages() {
  dpkg-query --show --showformat='${db:Status-Abbrev}\n' "${PACKAGES[@]}" 2>/dev/null | grep -qv '^ii' \
    || [[ $(dpkg-query --show "${PACKAGES[@]}" 2>/dev/null | wc -l) -lt ${#PACKAGES[@]} ]] || return 0
  apt-get -qq update
  apt-get -qq -y --no-install-recommends install "${PACKAGES[@]}" >/dev/null
}

put() { # path, mode, owner; content on stdin; true when it changed
  local new
  new=$(mktemp)
  cat >"$new"
  if cmp --silent "$new" "$1"; then
    rm "$new"
    return 1
  fi
  install -D --mode="$2" --owner="$3" --group="$3" "$new" "$1"
  rm "$new"
}

configure() {
  local secret=/etc/redis/secret
  [[ -s $secret ]] || (umask 077 && head --bytes=24 /dev/urandom | base64 >"$secret")
  rm -f /etc/nginx/sites-enabled/default
  ! put /etc/nginx/sites-enabled/page 0644 root <<<'server { listen 80 default_server; root /srv/page; }' \
    || { nginx -t -q && systemctl reload nginx; }
  base64 --decode <<<"$PAGE" | put /srv/page/index.html 0644 root || true
  ! put /etc/redis/redis.conf 0640 redis <<<"bind 127.0.0.1
port 6379
dir /var/lib/redis
requirepass $(<"$secret")
supervised systemd" || systemctl restart redis-server
  ! put /etc/postgresql/15/main/conf.d/bench.conf 0644 postgres <<<"shared_buffers = 256MB" \
    || systemctl restart postgresql@15-main
  runuser -u postgres -- psql -qtAc "select 1 from pg_roles where rolname='app'" | grep -q 1 \
    || runuser -u postgres -- createuser app
  runuser -u postgres -- psql -qtAc "select 1 from pg_database where datname='app'" | grep -q 1 \
    || runuser -u postgres -- createdb --owner=app app
  systemctl -q enable --now nginx redis-server postgresql prometheus-node-exporter nftables
}

verify() {
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    if curl -sf http://127.0.0.1/ >/dev/null && REDISCLI_AUTH=$(</etc/redis/secret) redis-cli ping | grep -q PONG \
      && runuser -u postgres -- psql -qtAc 'select 1' app >/dev/null \
      && grep -q node_load1 <(curl -sf http://127.0.0.1:9100/metrics); then
      return
    fi
    sleep 0.1
  done
  return 1
}

firewall() {
  ! put /etc/nftables.conf 0644 root <<'RULES' || nft -f /etc/nftables.conf
table inet filter
delete table inet filter
table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    iif lo accept
    ct state established,related accept
    meta l4proto { icmp, ipv6-icmp } accept
    tcp dport { 22, 80 } accept
  }
}
RULES
}

install_packages
configure
verify
firewall
