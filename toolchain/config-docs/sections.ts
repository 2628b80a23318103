import { firewall } from "../../components/config/firewall.ts";
import { fleet } from "../../components/config/fleet.ts";
import { flow } from "../../components/config/flow.ts";
import { git } from "../../components/config/git.ts";
import { hardening } from "../../components/hardening/config.ts";
import {
  cloudHost,
  digitaloceanHost,
  hetznerHost,
} from "../../components/clouds/config.ts";
import { anyHost } from "../../components/config/any-host.ts";
import { existingHost } from "../../components/config/host.ts";
import { preflight } from "../../components/config/preflight.ts";
import { nginx } from "../../components/services/nginx/config.ts";
import { nodeExporter } from "../../components/services/node-exporter/config.ts";
import {
  postgres,
  postgresDatabase,
  postgresGrant,
  postgresRole,
} from "../../components/services/postgres/config.ts";
import { redis } from "../../components/services/redis/config.ts";
import { site } from "../../components/config/site.ts";
import { ssh } from "../../components/config/ssh.ts";
import { user } from "../../components/config/user.ts";
import type { SchemaSource } from "./keys.ts";

/** A noun of the configuration. */
export interface Section extends SchemaSource {
  readonly title: string;
  /** What its table cannot say. */
  readonly about: string;
}

/** The nouns, in the order of the page. */
export const sections: readonly Section[] = [
  {
    title: "flotilla:fleet",
    schema: fleet,
    file: "config/fleet.ts",
    constant: "fleet",
    about:
      "The whole. Names of hosts, services, sites and flows are up to 63 letters, digits and `-`, those of users what Linux takes. A name is identity: with another name, the old thing is removed and a new one is made.",
  },
  {
    title: "ssh",
    schema: ssh,
    file: "config/ssh.ts",
    constant: "ssh",
    about:
      "Exactly one of `privateKeyFile` and `privateKey`. A new key or timeout touches no host. Outside the lab, one of `breakGlassKey` and `breakGlassKeyFile`: see [the break-glass key](#the-break-glass-key).",
  },
  {
    title: "hosts.<name>",
    schema: anyHost,
    file: "config/any-host.ts",
    constant: "anyHost",
    about:
      "A machine: one that exists, or one that is made at a provider. These keys hold for all of them; `provider` decides which others there are.",
  },
  {
    title: "hosts.<name>, provider existing",
    schema: existingHost,
    file: "config/host.ts",
    constant: "existingHost",
    without: [anyHost],
    about:
      "A machine that exists. Flotilla connects to no host that it cannot recognise: it needs `hostKey`, or a file that has the key, or leave to accept the key of the first contact ([security.md](security.md#a-key-that-nobody-pinned)). When it is taken out of the configuration, what Flotilla put there is removed; packages and data stay, unless `purge`. The name of a machine that is gone goes into `forgetHosts`.",
  },
  {
    title: "hosts.<name>, provider hetzner or digitalocean",
    schema: cloudHost,
    file: "clouds/config.ts",
    constant: "cloudHost",
    about:
      "A machine that Flotilla makes, recognises from its first packet on, and deletes when it is taken out of the configuration: [clouds.md](clouds.md). What a machine is told at its first boot (login, keys, port) can be edited: the change is made on the running machine.",
  },
  {
    title: "hosts.<name>, provider hetzner",
    schema: hetznerHost,
    file: "clouds/config.ts",
    constant: "hetznerHost",
    without: [anyHost, cloudHost],
    about:
      "Its token and endpoint are those of Pulumi's own plugin: `pulumi config set --secret hcloud:token`, or `HCLOUD_TOKEN`.",
  },
  {
    title: "hosts.<name>, provider digitalocean",
    schema: digitaloceanHost,
    file: "clouds/config.ts",
    constant: "digitaloceanHost",
    without: [anyHost, cloudHost],
    about:
      "Its token and endpoint are those of Pulumi's own plugin: `pulumi config set --secret digitalocean:token`, or `DIGITALOCEAN_TOKEN`.",
  },
  {
    title: "services.<name>, type nginx",
    schema: nginx,
    file: "services/nginx/config.ts",
    constant: "nginx",
    about: "At most one on a host. It serves the sites of its host.",
  },
  {
    title: "services.<name>, type node-exporter",
    schema: nodeExporter,
    file: "services/node-exporter/config.ts",
    constant: "nodeExporter",
    about:
      "At most one on a host. It counts as up when it was scraped. It asks nobody for a password: let in by a flow only who scrapes it, and that flow is tried by a scrape.",
  },
  {
    title: "services.<name>, type postgres",
    schema: postgres,
    file: "services/postgres/config.ts",
    constant: "postgres",
    about:
      "At most one on a host: the cluster that Debian's package makes. [postgres.md](postgres.md) tells what happens to passwords, data and dumps. Passwords are generated: `pulumi stack output passwords --show-secrets`. Every role that logs in is tried, and every database by its owner, who creates, inserts, reads back and drops there.",
  },
  {
    title: "services.<name>.roles.<role>",
    schema: postgresRole,
    file: "services/postgres/config.ts",
    constant: "postgresRole",
    about:
      "A role that Flotilla made is removed when it is taken out, unless something depends on it: then it stays without login, and is named.",
  },
  {
    title: "services.<name>.databases.<database>",
    schema: postgresDatabase,
    file: "services/postgres/config.ts",
    constant: "postgresDatabase",
    about:
      "A change that touches data makes a dump first, which is proven by a restore into a scratch database; five are kept in `/var/lib/flotilla/dumps/postgres/`.",
  },
  {
    title: "services.<name>.grants.<name>",
    schema: postgresGrant,
    file: "services/postgres/config.ts",
    constant: "postgresGrant",
    about:
      "At most one for a role in a database. The owner of a database needs none.",
  },
  {
    title: "services.<name>, type redis",
    schema: redis,
    file: "services/redis/config.ts",
    constant: "redis",
    about:
      "At most one on a host. The password is generated, unless you have your own: `pulumi stack output passwords --show-secrets`. It counts as up when it answers PING and gives back a value that was SET.",
  },
  {
    title: "sites.<name>",
    schema: site,
    file: "config/site.ts",
    constant: "site",
    about:
      "Exactly one of `directory` and `git`: a folder with an `index.html`. Names that begin with a dot are not published, except `.well-known`. It counts as served when its first page answers with the site's own title.",
  },
  {
    title: "sites.<name>.git",
    schema: git,
    file: "config/git.ts",
    constant: "git",
    about:
      "This machine looks the ref up and fetches that one commit, on every preview and update, with its own git (2.32 or newer); the files travel to the host, which needs no git and no token. Your own configuration of git is not read. Submodules and files in Git LFS are refused. Fetched commits are kept for 30 days after their last use, so that a `ref` that is a whole commit hash needs no network again. All sites with one URL and ref get one commit. ssh needs `hostKey` or a file that has the key: nothing is trusted on first use. A secret is set with `pulumi config set --secret flotilla:<name>`, from stdin.",
  },
  {
    title: "users.<name>",
    schema: user,
    file: "config/user.ts",
    constant: "user",
    about:
      "An account on its hosts, without a password. `sudo: webops` allows exactly: status, restart and reload of the units of the services on that host, `nginx -t`, and, where the package `certbot` is listed, `certbot renew`; `sudo: all` is root. What each may do, and what it cannot, is in [access.md](access.md).",
  },
  {
    title: "flows.<name>",
    schema: flow,
    file: "config/flow.ts",
    constant: "flow",
    about:
      "What the firewalls let in. A flow from a host of the fleet is tried from there after the firewalls are loaded, one from `anywhere` from the machine that the program runs on, for at most ten seconds. Redis listens beyond loopback only when a flow leads to it.",
  },
  {
    title: "hardening",
    schema: hardening,
    file: "hardening/config.ts",
    constant: "hardening",
    about:
      "Off until it is written; then every part is on that is not `enabled: false`. A host's own `hardening` has the same keys and wins, key by key. What each part sets, why, and what it may break: [hardening.md](hardening.md). A part that is switched off puts back what it changed.",
  },
  {
    title: "firewall",
    schema: firewall,
    file: "config/firewall.ts",
    constant: "firewall",
    about:
      "Loopback, replies, ICMP, SSH at the host's port and the flows come in; everything else is dropped. Other tables of the host are left alone. On a host with a Redis whose data stay (no `purge`), what remains after `pulumi destroy` or `enabled: false` is a table that lets in SSH and replies only.",
  },
  {
    title: "preflight",
    schema: preflight,
    file: "config/preflight.ts",
    constant: "preflight",
    about:
      "What new hosts, and hosts whose address, login, port, pinned key, sizes or listening ports changed, must be like before anything is changed on any host: one report of all problems of all of them. [preflight.md](preflight.md) has the checks. A change of a size or of `ignore` looks at all hosts.",
  },
];
