"""The same job for pyinfra: run by pyinfra.ts with the hosts' inventory beside it."""

from io import StringIO

from pyinfra import host
from pyinfra.operations import apt, files, postgresql, server, systemd

NFT = """table inet filter
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
"""
REDIS = """bind 127.0.0.1
port 6379
dir /var/lib/redis
requirepass bench-only
supervised systemd
"""
VERIFY = """for i in $(seq 100); do
curl -sf http://127.0.0.1/ >/dev/null && REDISCLI_AUTH=bench-only redis-cli ping | grep -q PONG \\
&& runuser -u postgres -- psql -qtAc 'select 1' app >/dev/null \\
&& curl -sf http://127.0.0.1:9100/metrics | grep -q node_load1 && exit 0; sleep 0.1; done; exit 1"""

apt.packages(
    packages=["nftables", "nginx", "postgresql", "prometheus-node-exporter", "redis-server"],
    update=True, cache_time=3600, no_recommends=True, _sudo=True,
)
files.link(path="/etc/nginx/sites-enabled/default", present=False, _sudo=True)
site = files.put(
    src=StringIO("server { listen 80 default_server; root /srv/page; }\n"),
    dest="/etc/nginx/sites-enabled/page", _sudo=True,
)
files.put(src=host.data.page, dest="/srv/page/index.html", create_remote_dir=True, _sudo=True)
redis = files.put(
    src=StringIO(REDIS), dest="/etc/redis/redis.conf", user="redis", group="redis", mode="640", _sudo=True,
)
database = files.put(
    src=StringIO("shared_buffers = 256MB\n"), dest="/etc/postgresql/15/main/conf.d/bench.conf", _sudo=True,
)
systemd.service(service="nginx", running=True, enabled=True, _sudo=True)
systemd.service(service="nginx", reloaded=True, _if=site.did_change, _sudo=True)
systemd.service(service="redis-server", running=True, enabled=True, _sudo=True)
systemd.service(service="redis-server", restarted=True, _if=redis.did_change, _sudo=True)
systemd.service(service="postgresql@15-main", restarted=True, _if=database.did_change, _sudo=True)
systemd.service(service="prometheus-node-exporter", running=True, enabled=True, _sudo=True)
postgresql.role(role="app", _sudo=True, _sudo_user="postgres")
postgresql.database(database="app", owner="app", _sudo=True, _sudo_user="postgres")
server.shell(commands=[VERIFY], _sudo=True)
rules = files.put(src=StringIO(NFT), dest="/etc/nftables.conf", _sudo=True)
server.shell(commands=["nft -f /etc/nftables.conf"], _if=rules.did_change, _sudo=True)
