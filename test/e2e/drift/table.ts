/** Something that somebody changes on a host by hand. */
export interface Row {
  /** The kind of item, and what happens to it. */
  readonly name: string;
  readonly on: "web-1" | "db-1";
  /** Run by bash as root. */
  readonly byHand: string;
  /** The items that a refresh then names, and no others: `<key>` on the row's host, or `<host> <key>`. */
  readonly shows: readonly string[];
  /** Holds before, does not hold after `byHand`, and holds again once it is repaired. */
  readonly holds: string;
}

/** Installs a package of that name that has nothing in it. */
const emptyPackage = (name: string, version: string, how: string) => `
  mkdir -p /root/${name}/DEBIAN
  printf 'Package: %s\\nVersion: %s\\nArchitecture: all\\nMaintainer: x\\nDescription: x\\n' ${name} ${version} >/root/${name}/DEBIAN/control
  dpkg-deb --build /root/${name} >/dev/null && dpkg ${how} /root/${name}.deb >/dev/null 2>&1
  rm -r /root/${name} /root/${name}.deb`;

const vhost = "/etc/nginx/sites-available/manual.conf";
const release = "/srv/www/welcome/current";
const exporter = "prometheus-node-exporter.service";

const sql = (command: string) =>
  `cd / && sudo -u postgres psql -qAtX -v ON_ERROR_STOP=1 -c "${command}"`;

/** One row for each way in which an item of each kind can differ. Later rows stand on earlier ones. */
export const rows: readonly Row[] = [
  {
    name: "file: another content",
    on: "web-1",
    byHand: "echo '# by hand' >>/etc/nginx/conf.d/flotilla.conf",
    shows: ["file:/etc/nginx/conf.d/flotilla.conf"],
    holds: "! grep '^# by hand' /etc/nginx/conf.d/flotilla.conf",
  },
  {
    name: "file: another content, a secret",
    on: "db-1",
    byHand: `echo 'requirepass "guess"' >/etc/redis/flotilla-auth.conf`,
    shows: ["file:/etc/redis/flotilla-auth.conf"],
    holds: "! grep guess /etc/redis/flotilla-auth.conf",
  },
  {
    name: "file: another mode",
    on: "web-1",
    byHand: "chmod 0666 /etc/nginx/sites-available/welcome.conf",
    shows: ["file:/etc/nginx/sites-available/welcome.conf"],
    holds: "[[ $(stat -c %a /etc/nginx/sites-available/welcome.conf) == 644 ]]",
  },
  {
    name: "file: another owner",
    on: "db-1",
    byHand: `chown nobody /etc/systemd/system/${exporter}.d/flotilla.conf`,
    shows: [`file:/etc/systemd/system/${exporter}.d/flotilla.conf`],
    holds: `[[ -O /etc/systemd/system/${exporter}.d/flotilla.conf ]]`,
  },
  {
    name: "file: another group",
    on: "db-1",
    byHand: "chgrp redis /etc/redis/flotilla.conf",
    shows: ["file:/etc/redis/flotilla.conf"],
    holds: "[[ -G /etc/redis/flotilla.conf ]]",
  },
  {
    name: "file: gone",
    on: "web-1",
    byHand: "rm /home/webops/.ssh/authorized_keys",
    shows: ["file:/home/webops/.ssh/authorized_keys"],
    holds: "[[ -s /home/webops/.ssh/authorized_keys ]]",
  },
  {
    name: "file: a link in its place",
    on: "web-1",
    byHand: `cp ${vhost} /root/copy.conf && ln -sf /root/copy.conf ${vhost}`,
    shows: [`file:${vhost}`],
    holds: `[[ ! -L ${vhost} ]]`,
  },
  {
    name: "directory: another mode",
    on: "web-1",
    byHand: "chmod 0777 /srv/www",
    shows: ["directory:/srv/www"],
    holds: "[[ $(stat -c %a /srv/www) == 755 ]]",
  },
  {
    name: "directory: another owner",
    on: "db-1",
    byHand: `chown nobody /etc/systemd/system/${exporter}.d`,
    shows: [`directory:/etc/systemd/system/${exporter}.d`],
    holds: `[[ -O /etc/systemd/system/${exporter}.d ]]`,
  },
  {
    name: "unit: does not start at boot",
    on: "db-1",
    byHand: `systemctl --quiet disable ${exporter}`,
    shows: [`unit:${exporter}`],
    holds: `systemctl is-enabled ${exporter}`,
  },
  {
    name: "unit: masked",
    on: "db-1",
    byHand: `systemctl --quiet mask --now ${exporter}`,
    shows: [`unit:${exporter}`],
    holds: `systemctl is-active ${exporter}`,
  },
  {
    name: "directory: gone, with what was in it",
    on: "db-1",
    byHand: "rm -r /etc/systemd/system/redis-server.service.d",
    shows: [
      "directory:/etc/systemd/system/redis-server.service.d",
      "file:/etc/systemd/system/redis-server.service.d/flotilla.conf",
      "unit:redis-server.service",
    ],
    holds: "[[ -s /etc/systemd/system/redis-server.service.d/flotilla.conf ]]",
  },
  {
    name: "link: another target",
    on: "web-1",
    byHand: "ln -sfn /dev/null /etc/nginx/sites-enabled/00-welcome.conf",
    shows: ["link:/etc/nginx/sites-enabled/00-welcome.conf"],
    holds:
      "[[ $(readlink /etc/nginx/sites-enabled/00-welcome.conf) == *welcome.conf ]]",
  },
  {
    name: "link: gone",
    on: "web-1",
    byHand: "rm /etc/nginx/sites-enabled/manual.conf",
    shows: ["link:/etc/nginx/sites-enabled/manual.conf"],
    holds: "[[ -L /etc/nginx/sites-enabled/manual.conf ]]",
  },
  {
    name: "what must not exist: there again",
    on: "web-1",
    byHand: "echo 'server {}' >/etc/nginx/sites-enabled/default",
    shows: ["absent:/etc/nginx/sites-enabled/default"],
    holds: "[[ ! -e /etc/nginx/sites-enabled/default ]]",
  },
  {
    name: "package: gone",
    on: "web-1",
    byHand: "dpkg --remove tree >/dev/null",
    shows: ["package:tree"],
    holds: "command -v tree",
  },
  {
    name: "package: half installed",
    on: "web-1",
    byHand: emptyPackage("time", "99", "--unpack"),
    shows: ["package:time"],
    holds: "dpkg-query -W -f '${db:Status-Status}' time | grep -x installed",
  },
  {
    name: "package: another version",
    on: "db-1",
    byHand: emptyPackage("tree", "99", "--install"),
    shows: ["package:tree"],
    holds: "command -v tree",
  },
  {
    name: "user: another shell",
    on: "web-1",
    byHand: "usermod --shell /bin/sh carol",
    shows: ["user:carol"],
    holds: "getent passwd carol | grep :/bin/bash$",
  },
  {
    name: "user: another group",
    on: "web-1",
    byHand: "gpasswd --add webops adm >/dev/null",
    shows: ["user:webops"],
    holds: "[[ $(id -Gn webops) == webops ]]",
  },
  {
    name: "user: a password",
    on: "web-1",
    byHand: "echo alice:guess | chpasswd",
    shows: ["user:alice"],
    holds: "passwd -S alice | grep ' L '",
  },
  {
    name: "user: an end date",
    on: "db-1",
    byHand: "chage --expiredate 2020-01-01 alice",
    shows: ["user:alice"],
    holds: "chage -l alice | grep 'Account expires.*never'",
  },
  {
    name: "user: gone, its home is still there",
    on: "web-1",
    byHand: "userdel bob",
    shows: [
      "user:bob",
      "directory:/home/bob/.ssh",
      "file:/home/bob/.ssh/authorized_keys",
    ],
    holds: "[[ $(stat -c %U /home/bob/.ssh/authorized_keys) == bob ]]",
  },
  {
    name: "sudoers: another right",
    on: "web-1",
    byHand:
      "echo 'webops ALL=(ALL) NOPASSWD: ALL' >>/etc/sudoers.d/flotilla-webops",
    shows: ["file:/etc/sudoers.d/flotilla-webops"],
    holds: "! sudo -u webops sudo -n id",
  },
  {
    name: "sudoers: gone",
    on: "db-1",
    byHand: "rm /etc/sudoers.d/flotilla-webops",
    shows: ["file:/etc/sudoers.d/flotilla-webops"],
    holds:
      "sudo -u webops sudo -n -l /usr/bin/systemctl restart redis-server.service",
  },
  {
    name: "setting: another value",
    on: "web-1",
    byHand: "sed -i 's/^UMASK.*/UMASK 000/' /etc/login.defs",
    shows: ["setting:/etc/login.defs:UMASK"],
    holds: "grep -E '^UMASK\\s+027' /etc/login.defs",
  },
  {
    name: "kernel parameter: another value",
    on: "web-1",
    byHand: "echo 1 >/proc/sys/net/ipv4/conf/all/accept_source_route",
    shows: ["sysctl:net.ipv4.conf.all.accept_source_route"],
    holds: "grep 0 /proc/sys/net/ipv4/conf/all/accept_source_route",
  },
  {
    name: "sshd: another setting",
    on: "web-1",
    byHand:
      "echo 'PermitEmptyPasswords yes' >/etc/ssh/sshd_config.d/00-flotilla.conf && systemctl reload ssh",
    shows: ["sshd:/etc/ssh/sshd_config.d/00-flotilla.conf"],
    holds: "sshd -T | grep 'permitemptypasswords no'",
  },
  {
    name: "rules: not loaded at the next boot",
    on: "web-1",
    byHand: "systemctl --quiet disable flotilla-firewall.service",
    shows: ["nftables:flotilla"],
    holds: "systemctl is-enabled flotilla-firewall.service",
  },
  {
    name: "rules: others loaded at the next boot",
    on: "db-1",
    byHand: "echo >/var/lib/flotilla/firewall/flotilla.nft",
    shows: ["nftables:flotilla"],
    holds: "grep 'dport 6379' /var/lib/flotilla/firewall/flotilla.nft",
  },
  {
    name: "rule: one more",
    on: "web-1",
    byHand: "nft add rule inet flotilla input tcp dport 9999 accept",
    shows: ["nftables:flotilla"],
    holds: "! nft list table inet flotilla | grep 9999",
  },
  {
    name: "rule: all gone",
    on: "db-1",
    byHand: "nft delete table inet flotilla",
    shows: ["nftables:flotilla"],
    holds: "nft list table inet flotilla | grep 'dport 6379'",
  },
  {
    name: "PostgreSQL: another setting",
    on: "db-1",
    byHand: "echo 'fsync = off' >>/etc/postgresql/15/main/conf.d/flotilla.conf",
    shows: ["postgres-cluster:main"],
    holds: "! grep fsync /etc/postgresql/15/main/conf.d/flotilla.conf",
  },
  {
    name: "PostgreSQL: another way in",
    on: "db-1",
    byHand:
      "echo 'host all all all trust' >>/etc/flotilla/postgres/main/pg_hba.conf",
    shows: ["postgres-cluster:main"],
    holds: "! grep 'all all all trust' /etc/flotilla/postgres/main/pg_hba.conf",
  },
  {
    name: "role: another password",
    on: "db-1",
    byHand: sql("ALTER ROLE shop PASSWORD 'guess'"),
    shows: ["postgres-role:main/shop"],
    holds:
      "PGPASSFILE=/etc/flotilla/postgres/main/shop.pgpass psql -h 127.0.0.1 -U shop -d shop -c 'SELECT 1'",
  },
  {
    name: "role: more rights",
    on: "db-1",
    byHand: sql("ALTER ROLE reporting SUPERUSER"),
    shows: ["postgres-role:main/reporting"],
    holds: `${sql("SELECT rolsuper FROM pg_roles WHERE rolname = 'reporting'")} | grep f`,
  },
  {
    name: "role: gone",
    on: "db-1",
    byHand: sql("DROP ROLE audit"),
    shows: ["postgres-role:main/audit"],
    holds: `${sql("SELECT 1 FROM pg_roles WHERE rolname = 'audit'")} | grep 1`,
  },
  {
    name: "database: another owner",
    on: "db-1",
    byHand: sql("ALTER DATABASE stock OWNER TO postgres"),
    shows: ["postgres-database:main/stock"],
    holds: `${sql("SELECT datdba::regrole FROM pg_database WHERE datname = 'stock'")} | grep shop`,
  },
  {
    name: "database: gone",
    on: "db-1",
    byHand: sql("DROP DATABASE archive"),
    shows: ["postgres-database:main/archive"],
    holds: `${sql("SELECT 1 FROM pg_database WHERE datname = 'archive'")} | grep 1`,
  },
  {
    name: "grant: more",
    on: "db-1",
    byHand: sql("GRANT CREATE ON DATABASE shop TO reporting"),
    shows: ["postgres-grant:main/shop/reporting"],
    holds: `${sql("SELECT datacl FROM pg_database WHERE datname = 'shop'")} | grep reporting=c/`,
  },
  {
    name: "grant: gone",
    on: "db-1",
    byHand: sql("REVOKE CONNECT ON DATABASE stock FROM reporting"),
    shows: ["postgres-grant:main/stock/reporting"],
    holds: `${sql("SELECT datacl FROM pg_database WHERE datname = 'stock'")} | grep reporting=c`,
  },
  {
    name: "release: another content",
    on: "web-1",
    byHand: `echo defaced >${release}/index.html`,
    shows: ["release:/srv/www/welcome"],
    holds: `! grep defaced ${release}/index.html`,
  },
  {
    name: "release: one file more",
    on: "web-1",
    byHand: `echo '<?php' >${release}/shell.php`,
    shows: ["release:/srv/www/welcome"],
    holds: `[[ ! -e ${release}/shell.php ]]`,
  },
  {
    name: "release: a file that everybody may change",
    on: "web-1",
    byHand: `chmod 0666 ${release}/logo.svg`,
    shows: ["release:/srv/www/welcome"],
    holds: `[[ $(stat -c %a ${release}/logo.svg) == 644 ]]`,
  },
  {
    name: "release: a folder that nobody may read",
    on: "web-1",
    byHand: "chmod 0700 /srv/www/welcome/releases",
    shows: ["release:/srv/www/welcome"],
    holds: "[[ $(stat -c %a /srv/www/welcome/releases) == 755 ]]",
  },
  {
    name: "release: another one is current",
    on: "web-1",
    byHand:
      "cp -r /srv/www/manual/releases/* /srv/www/manual/releases/old && ln -sfn releases/old /srv/www/manual/current",
    shows: ["release:/srv/www/manual"],
    holds: "[[ $(readlink /srv/www/manual/current) != releases/old ]]",
  },
  {
    name: "unit: stopped, and a gate from outside",
    on: "web-1",
    byHand: "systemctl stop nginx.service",
    shows: ["unit:nginx.service", "gate:public-web"],
    holds: "systemctl is-active nginx.service",
  },
  {
    name: "unit: stopped, and a gate from another host",
    on: "db-1",
    byHand: "systemctl stop redis-server.service",
    shows: ["unit:redis-server.service", "web-1 gate:web-to-cache"],
    holds: "systemctl is-active redis-server.service",
  },
];

/** What is nobody's, made by hand on web-1 beside all that; it stays. */
export const foreign = {
  make: `
    echo foreign >/etc/nginx/conf.d/foreign.conf.disabled
    useradd --create-home mallory
    nft add table inet foreign
    echo foreign >/srv/www/foreign`,
  holds: `
    set -e
    grep -x foreign /etc/nginx/conf.d/foreign.conf.disabled
    grep -x foreign /srv/www/foreign
    id mallory
    nft list table inet foreign`,
};
