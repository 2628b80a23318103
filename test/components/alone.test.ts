import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, expect, test } from "vitest";
import {
  BreakGlassKey,
  Firewall,
  type FirewallArgs,
  Gate,
  Hardening,
  Host,
  Nginx,
  Packages,
  Provider,
  Redis,
  StaticSite,
  User,
} from "../../components/index.ts";
import { plainUser } from "./fleets.ts";
import { keyExchange } from "../../components/hardening/sshd.ts";
import { renderSandbox } from "../../components/sandbox.ts";
import { nginxSandbox } from "../../components/services/nginx/plan.ts";
import { made } from "./recording.ts";

const site = mkdtempSync(join(tmpdir(), "flotilla-site-"));
writeFileSync(join(site, "index.html"), "<h1>Hello there</h1>\n");
afterAll(() => rmSync(site, { recursive: true }));

type Options = pulumi.ComponentResourceOptions;

/** Makes something on a host that stands alone, and returns the last manifest. */
async function onHost(make: (host: Host, opts: Options) => unknown) {
  const recorded = await made((opts) => {
    const provider = new Provider("own", { privateKey: "PEM" }, opts);
    const args = {
      address: "10.0.0.5",
      hostKeys: ["ssh-ed25519 AAAA"],
      port: 2222,
    };
    // Only the host is given the provider: what is on it finds it there.
    const host = new Host("box", args, { ...opts, provider });
    return make(host, opts);
  });
  const manifest = recorded
    .filter(({ type }) => type === "flotilla:index:Manifest")
    .at(-1);
  if (!manifest) throw new Error("no manifest was made");
  expect(manifest.provider).toBe("flotilla own");
  return manifest;
}

const reload = [{ unit: "nginx.service", action: "reload" }];
const restart = [{ unit: "redis-server.service", action: "restart" }];

test("a host is a manifest without items", async () => {
  const { inputs } = await onHost(() => undefined);
  expect(inputs).toEqual({
    host: {
      id: "box",
      name: "box",
      connection: {
        address: "10.0.0.5",
        port: 2222,
        user: "root",
        hostKeys: ["ssh-ed25519 AAAA"],
      },
    },
    items: {},
  });
});

test("packages are one manifest, each with its version and its end", async () => {
  const { inputs, dependencies } = await onHost((host, opts) => {
    const packages = { htop: {}, curl: { version: "7.88", purge: true } };
    return new Packages("tools", { host, packages }, opts);
  });
  expect(inputs["items"]).toEqual({
    "package:curl": { version: "7.88", purge: true },
    "package:htop": { purge: false },
  });
  expect(dependencies).toContain("Manifest box");
});

test("nginx alone installs itself, and is validated before it is reloaded", async () => {
  const { inputs } = await onHost(
    (host, opts) => new Nginx("web", { host, config: "gzip on;" }, opts),
  );
  const sandbox = "/etc/systemd/system/nginx.service.d";
  expect(inputs["items"]).toEqual({
    "package:nginx": { purge: false, deferStart: ["nginx.service"] },
    [`directory:${sandbox}`]: {},
    [`file:${sandbox}/flotilla-sandbox.conf`]: {
      template: renderSandbox(nginxSandbox),
      validate: "unit",
      notify: [{ unit: "nginx.service", action: "restart" }],
    },
    "file:/etc/nginx/conf.d/flotilla.conf": {
      template:
        "# Made by Flotilla; changes by hand are taken back.\nserver_tokens off;\n{{config}}\n",
      values: { config: "gzip on;" },
      validate: "nginx",
      notify: reload,
    },
    "absent:/etc/nginx/sites-enabled/default": { notify: reload },
    "directory:/srv/www": {},
    "unit:nginx.service": {},
  });
  expect(inputs["gates"]).toEqual({
    "nginx-config": { kind: "nginx", unit: "nginx.service" },
    "nginx-unit": { kind: "unit", unit: "nginx.service" },
  });
});

test("nginx without a sandbox is as Debian makes it", async () => {
  const { inputs } = await onHost(
    (host, opts) => new Nginx("web", { host, sandbox: false }, opts),
  );
  expect(Object.keys(inputs["items"] as object).join()).not.toContain(
    "systemd",
  );
});

test("a hardening is one manifest with all its parts, sshd's settings for the system that facts name", async () => {
  const { inputs, secrets } = await onHost(
    (host, opts) =>
      new Hardening("box-hardening", { host, modules: false }, opts),
  );
  const items = inputs["items"] as Record<string, Record<string, unknown>>;
  expect(
    Object.keys(items).filter((key) => !/^(sysctl|directory):/.test(key)),
  ).toEqual([
    "file:/etc/apt/apt.conf.d/52flotilla-unattended-upgrades",
    "file:/etc/fail2ban/jail.d/flotilla.local",
    "file:/etc/sysctl.d/zz-flotilla.conf",
    "file:/etc/systemd/system/apt-daily-upgrade.service.d/flotilla.conf",
    "file:/etc/systemd/system/fail2ban.service.d/flotilla-sandbox.conf",
    "file:/etc/systemd/system/fail2ban.service.d/flotilla.conf",
    "file:/etc/systemd/system/flotilla-sshd-keys.service",
    "package:fail2ban",
    "package:nftables",
    "package:python3-systemd",
    "package:unattended-upgrades",
    "setting:/etc/login.defs:UMASK",
    "sshd:/etc/ssh/sshd_config.d/00-flotilla.conf",
    "unit:apt-daily-upgrade.timer",
    "unit:apt-daily.timer",
    "unit:fail2ban.service",
    "unit:flotilla-sshd-keys.service",
  ]);
  expect(items["file:/etc/fail2ban/jail.d/flotilla.local"]).toMatchObject({
    values: { sshPort: 2222 },
  });
  expect(items["sshd:/etc/ssh/sshd_config.d/00-flotilla.conf"]).toMatchObject({
    values: { kex: keyExchange("debian 12"), rootLogin: "prohibit-password" },
  });
  expect(inputs["gates"]).toHaveProperty("fail2ban");
  expect(secrets).toEqual([]);
});

test("a hardening is made where the update leaves its host out, and nothing is known of it", async () => {
  const { inputs } = await onHost((host, opts) => {
    Object.assign(host, { facts: pulumi.output(undefined) });
    return new Hardening("box-hardening", { host }, opts);
  });
  expect(inputs["items"]).toHaveProperty(["package:fail2ban"]);
});

test("Redis alone keeps Debian's configuration untouched, and its password in one file", async () => {
  const { inputs, secrets } = await onHost(
    (host, opts) =>
      new Redis(
        "cache",
        { host, listen: ["10.0.0.5"], maxMemoryMib: 64 },
        opts,
      ),
  );
  const items = inputs["items"] as Record<string, Record<string, unknown>>;
  expect(Object.keys(items)).toEqual([
    "directory:/etc/systemd/system/redis-server.service.d",
    "directory:/var/lib/redis",
    "file:/etc/redis/flotilla-auth.conf",
    "file:/etc/redis/flotilla.conf",
    "file:/etc/systemd/system/redis-server.service.d/flotilla.conf",
    "package:redis-server",
    "unit:redis-server.service",
  ]);
  expect(items["file:/etc/redis/flotilla.conf"]).toMatchObject({
    values: { bind: "127.0.0.1 -::1 10.0.0.5", port: 6379, maxMemoryMib: 64 },
    notify: restart,
  });
  expect(items["file:/etc/redis/flotilla-auth.conf"]).toMatchObject({
    template: 'requirepass "{{password}}"\n',
    mode: "0600",
    owner: "redis",
    group: "redis",
    notify: restart,
  });
  expect(secrets).toEqual([
    "items file:/etc/redis/flotilla-auth.conf values password",
  ]);
  expect(inputs["gates"]).toMatchObject({
    redis: { port: 6379, passwordFile: "/etc/redis/flotilla-auth.conf" },
  });
});

test("Redis with a password of its user's own makes none, and keeps it as secret", async () => {
  const recorded = await made((opts) => {
    const provider = new Provider("own", { privateKey: "PEM" }, opts);
    const args = { address: "10.0.0.5", hostKeys: ["ssh-ed25519 AAAA"] };
    const host = new Host("box", args, { ...opts, provider });
    return new Redis("cache", { host, password: "in clear" }, opts);
  });
  expect(recorded.map(({ type }) => type)).not.toContain(
    "random:index/randomPassword:RandomPassword",
  );
  const manifest = recorded.find(({ parent }) => parent === "Redis cache");
  expect(manifest?.secrets).toEqual([
    "items file:/etc/redis/flotilla-auth.conf values password",
  ]);
  expect(manifest?.inputs["items"]).toMatchObject({
    "file:/etc/redis/flotilla-auth.conf": { values: { password: "in clear" } },
  });
});

const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHx9cVtPvh8bYJVGsVXvKJwKZ8sH2mU5cQ7rB3nq0y1d me`;

test.each([
  { settings: {}, user: "root", file: "/root/.ssh/authorized_keys2" },
  {
    settings: { user: "admin" },
    user: "admin",
    file: "/home/admin/.ssh/authorized_keys2",
  },
  {
    settings: { user: "admin", home: "/srv/admin" },
    user: "admin",
    file: "/srv/admin/.ssh/authorized_keys2",
  },
])(
  "a break-glass key of $user is a file of its own, and sshd is asked about it",
  async ({ settings, user, file }) => {
    const { inputs } = await onHost(
      (host, opts) =>
        new BreakGlassKey("key", { host, key, ...settings }, opts),
    );
    expect(inputs["items"]).toEqual({
      [`file:${file}`]: {
        template: "# Made by Flotilla: the break-glass key.\n{{key}}\n",
        values: { key },
        mode: "0600",
        owner: user,
        group: user,
      },
    });
    expect(inputs["gates"]).toEqual({
      "break-glass": { kind: "ssh-key", user, file, deadlineSeconds: 5 },
    });
  },
);

test("fails for a break-glass key that is a private one, without showing it", async () => {
  const pem = "-----BEGIN OPENSSH PRIVATE KEY-----\nCANARY\n";
  const making = onHost(
    (host, opts) => new BreakGlassKey("key", { host, key: pem }, opts),
  );
  await expect(making).rejects.toThrow("key: is a private key");
  await expect(making).rejects.not.toThrow("CANARY");
});

test("a site reads its folder, and is recognised by its page", async () => {
  const { inputs, dependencies } = await onHost((host, opts) => {
    const nginx = new Nginx("web", { host }, opts);
    return new StaticSite("shop", { nginx, directory: site, port: 8080 }, opts);
  });
  const items = inputs["items"] as Record<string, Record<string, unknown>>;
  expect(Object.keys(items)).toEqual([
    "file:/etc/nginx/sites-available/shop.conf",
    "link:/etc/nginx/sites-enabled/00-shop.conf",
    "release:/srv/www/shop",
  ]);
  expect(items["release:/srv/www/shop"]).toMatchObject({
    source: site,
    keep: 5,
    files: {
      "index.html": expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    },
  });
  expect(items["file:/etc/nginx/sites-available/shop.conf"]).toMatchObject({
    values: { port: 8080, names: "_", root: "/srv/www/shop/current" },
    validate: "nginx",
  });
  expect(inputs["gates"]).toMatchObject({
    http: { port: 8080, body: "<h1>Hello there</h1>" },
  });
  expect(dependencies).toContain("Manifest web");
});

test("a site with domains answers to them alone, and is asked by the first", async () => {
  const { inputs } = await onHost((host, opts) => {
    const nginx = new Nginx("web", { host }, opts);
    const domains = ["shop.eu", "www.shop.eu"];
    return new StaticSite("shop", { nginx, directory: site, domains }, opts);
  });
  expect(inputs["items"]).toMatchObject({
    "file:/etc/nginx/sites-available/shop.conf": {
      values: { names: "shop.eu www.shop.eu" },
    },
    "link:/etc/nginx/sites-enabled/shop.conf": {
      target: "/etc/nginx/sites-available/shop.conf",
    },
  });
  expect(inputs["gates"]).toMatchObject({ http: { host: "shop.eu" } });
});

test("fails for a site's folder that does not exist, with the property's name", () => {
  const making = onHost((host, opts) => {
    const nginx = new Nginx("web", { host }, opts);
    return new StaticSite("shop", { nginx, directory: "/nowhere" }, opts);
  });
  return expect(making).rejects.toThrow('directory: "/nowhere" does not exist');
});

test("a firewall keeps the port open that SSH really uses", async () => {
  const { inputs } = await onHost(
    (host, opts) =>
      new Firewall(
        "wall",
        { host, rules: { web: { port: 80 } }, sshFrom: ["10.0.0.0/8"] },
        opts,
      ),
  );
  expect(inputs["items"]).toEqual({
    "package:nftables": { purge: false },
    "nftables:flotilla": {
      rules: { ssh: { port: 2222, from: ["10.0.0.0/8"] }, web: { port: 80 } },
      sshPort: 2222,
      confirmSeconds: 60,
      onDelete: "remove",
    },
  });
});

const mistakes: { args: Omit<FirewallArgs, "host">; message: string }[] = [
  { args: { sshFrom: [] }, message: "sshFrom: [] lets nobody reach sshd" },
  {
    args: { rules: { ssh: { port: 22 } } },
    message: "rules.ssh: the name is taken",
  },
  {
    args: { rules: { web: { port: 80, from: [] } } },
    message: "rules.web.from: [] lets nobody in",
  },
];

test.each(mistakes)("fails for a firewall with $args", ({ args, message }) => {
  const making = onHost(
    (host, opts) => new Firewall("wall", { host, ...args }, opts),
  );
  return expect(making).rejects.toThrow(message);
});

test("a firewall that nobody gets through is made when that is allowed", async () => {
  const args = { sshFrom: [], allowLockout: true };
  const { inputs } = await onHost(
    (host, opts) => new Firewall("wall", { host, ...args }, opts),
  );
  const { "nftables:flotilla": item } = inputs["items"] as Record<
    string,
    object
  >;
  expect(item).toEqual({
    rules: {},
    sshPort: 2222,
    confirmSeconds: 60,
    onDelete: "remove",
  });
});

test("a gate has no items: it looks, and restores nothing", async () => {
  const gates = {
    db: { kind: "tcp" as const, address: "10.0.0.6", port: 5432 },
  };
  const { inputs } = await onHost(
    (host, opts) =>
      new Gate("look", { host, gates, watch: { db: "r1" } }, opts),
  );
  expect(inputs).toMatchObject({ items: {}, gates, watch: { db: "r1" } });
});

test("a user alone is its account, its keys and its rights, and brings sudo", async () => {
  const [key = ""] = plainUser.sshKeys;
  const { inputs } = await onHost(
    (host, opts) =>
      new User(
        "ops",
        {
          host,
          account: "flotilla",
          sshKeys: [key],
          sudo: "all",
          keepData: false,
        },
        opts,
      ),
  );
  const own = { owner: "flotilla", group: "flotilla" };
  expect(inputs["items"]).toEqual({
    "package:sudo": { purge: false },
    "user:flotilla": {
      shell: "/bin/bash",
      home: "/home/flotilla",
      groups: [],
      system: false,
      comment: "",
      keepData: false,
      adopt: false,
    },
    "directory:/home/flotilla/.ssh": { ...own, mode: "0700" },
    "file:/home/flotilla/.ssh/authorized_keys": {
      template:
        "# Made by Flotilla; keys added by hand are taken back.\n{{key1}}\n",
      values: { key1: key },
      ...own,
      mode: "0600",
      validate: "authorized-keys",
      adopt: false,
    },
    "file:/etc/sudoers.d/flotilla-flotilla": {
      template: expect.stringContaining(
        "flotilla ALL=(ALL:ALL) NOPASSWD: ALL\n",
      ) as string,
      mode: "0440",
      validate: "sudoers",
    },
  });
});

test("a user without rights has no sudoers file, and a key may come from a resource", async () => {
  const { inputs } = await onHost((host, opts) => {
    const key = pulumi.output(plainUser.sshKeys[0] ?? "");
    return new User(
      "alice",
      { host, sshKeys: [key], groups: ["dev", "adm"] },
      opts,
    );
  });
  const items = inputs["items"] as Record<string, Record<string, unknown>>;
  expect(Object.keys(items).sort()).toEqual([
    "directory:/home/alice/.ssh",
    "file:/home/alice/.ssh/authorized_keys",
    "user:alice",
  ]);
  expect(items["user:alice"]).toMatchObject({ groups: ["adm", "dev"] });
  expect(items["file:/home/alice/.ssh/authorized_keys"]).toMatchObject({
    values: { key1: plainUser.sshKeys[0] },
  });
});

test.each([
  [
    { sshKeys: ["-----BEGIN OPENSSH PRIVATE KEY-----\nCANARY"] },
    "sshKeys[0] is a private key",
  ],
  [
    { sudo: [{ words: ["/usr/bin/systemctl", "restart", "*"] }] },
    'sudo[0]: "*" must be a word',
  ],
  [
    { sudo: [{ words: ["systemctl"] }] },
    'sudo[0]: "systemctl" must be the absolute path',
  ],
])("a user fails for %j", async (wrong, message) => {
  const failed = onHost(
    (host, opts) =>
      new User("alice", { host, sshKeys: plainUser.sshKeys, ...wrong }, opts),
  );
  await expect(failed).rejects.toThrow(message);
  await expect(failed).rejects.not.toThrow("CANARY");
});
