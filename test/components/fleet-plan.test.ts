import fc from "fast-check";
import { expect, test } from "vitest";
import { planFleet } from "../../components/fleet-plan.ts";
import type { FleetConfig } from "../../components/index.ts";
import { entry } from "../../components/records.ts";
import type { Step, StepOf } from "../../components/step.ts";
import { plainUser, smallFleet } from "./fleets.ts";
import { randomFleet, shuffled } from "./random-fleet.ts";

function firewalls(fleet: FleetConfig): StepOf<"firewall">[] {
  return planFleet(fleet).filter((step) => step.kind === "firewall");
}

function find<K extends Step["kind"]>(
  fleet: FleetConfig,
  kind: K,
  name: string,
): StepOf<K> {
  const found = planFleet(fleet).find(
    (step): step is StepOf<K> => step.kind === kind && step.name === name,
  );
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
}

test("the plan is the same for any order of its input", () => {
  const pairs = randomFleet.chain((fleet) =>
    fc.tuple(fc.constant(fleet), shuffled(fleet)),
  );
  fc.assert(
    fc.property(pairs, ([fleet, other]) => {
      expect(JSON.stringify(planFleet(other))).toBe(
        JSON.stringify(planFleet(fleet)),
      );
    }),
  );
});

test("PostgreSQL lets in whom a flow leads in, and is tried by its clients after both firewalls", () => {
  const fleet = smallFleet();
  const login = { rotate: "1", login: true, memberOf: [], adopt: false };
  const role = { ...login, connectionLimit: -1 };
  const withDatabase: FleetConfig = {
    ...fleet,
    services: {
      db: {
        type: "postgres",
        host: "db-1",
        port: 5432,
        maxConnections: 100,
        settings: {},
        roles: { shop: { ...role, clients: ["web-1"] } },
        databases: {},
        grants: {},
      },
    },
    sites: {},
    flows: {
      "web-to-db": {
        from: ["web-1"],
        to: "db-1",
        port: 5432,
        protocol: "tcp",
      },
    },
  };
  expect(find(withDatabase, "service", "db")).toMatchObject({
    listen: ["10.86.0.12"],
    access: { "web-to-db": ["10.86.0.11"] },
  });
  expect(find(withDatabase, "client", "db-shop-on-web-1")).toMatchObject({
    host: "web-1",
    address: "10.86.0.12",
    after: ["packages:web-1", "service:db", "firewall:db-1", "firewall:web-1"],
  });
  const packages = find(withDatabase, "packages", "web-1-packages");
  expect(packages.args.packages).toHaveProperty("postgresql-client");
});

test("every step comes after what it waits for, so that no cycle is possible", () => {
  fc.assert(
    fc.property(randomFleet, (fleet) => {
      const done = new Set<string>();
      for (const { id, after } of planFleet(fleet)) {
        expect(after.filter((one) => !done.has(one))).toEqual([]);
        expect(done).not.toContain(id);
        done.add(id);
      }
    }),
  );
});

test("a firewall comes after everything else of its host, and gates after the firewalls", () => {
  fc.assert(
    fc.property(randomFleet, (fleet) => {
      const steps = planFleet(fleet);
      for (const firewall of firewalls(fleet)) {
        const own = steps.filter(
          ({ host, kind }) =>
            host === firewall.host && /service|site|packages/.test(kind),
        );
        expect(firewall.after).toEqual(
          expect.arrayContaining(own.map(({ id }) => id)),
        );
        for (const gate of steps.filter(({ kind }) => kind === "gate")) {
          if (gate.host === firewall.host) {
            expect(gate.after).toContain(firewall.id);
          }
        }
      }
    }),
  );
});

test("no fleet locks out those who may reach sshd", () => {
  fc.assert(
    fc.property(randomFleet, (fleet) => {
      const { enabled, sshFrom } = fleet.firewall;
      const planned = firewalls(fleet);
      expect(planned).toHaveLength(
        enabled ? Object.keys(fleet.hosts).length : 0,
      );
      for (const { args } of planned) {
        const open = sshFrom[0] === "anywhere" ? undefined : sshFrom;
        expect(args.sshFrom).toEqual(open);
        expect(args.allowLockout).toBe(false);
      }
    }),
  );
});

test("each flow opens its port on its target, for its sources alone", () => {
  fc.assert(
    fc.property(randomFleet, (fleet) => {
      for (const { host, args } of firewalls(fleet)) {
        const flows = Object.entries(fleet.flows).filter(
          ([, { to }]) => to === host,
        );
        expect(Object.keys(args.rules ?? {}).sort()).toEqual(
          flows.map(([name]) => name).sort(),
        );
        for (const [name, { from, port, protocol }] of flows) {
          const [source = ""] = from;
          const address = fleet.hosts[source]?.address ?? source;
          expect(args.rules?.[name]).toEqual({
            port,
            protocol,
            ...(source === "anywhere" ? {} : { from: [address] }),
          });
        }
      }
    }),
  );
});

test("a host has one list of packages, whatever needs them", () => {
  const fleet = smallFleet();
  const all: FleetConfig = {
    ...fleet,
    hosts: {
      box: {
        ...entry(fleet.hosts, "web-1"),
        packages: ["htop", "nginx=1.22.1-9"],
      },
    },
    services: {
      web: { type: "nginx", host: "box", purge: true },
      cache: { type: "redis", host: "box", port: 6379, purge: false },
    },
    sites: {},
    flows: {},
  };
  expect(find(all, "packages", "box-packages").args.packages).toEqual({
    htop: {},
    nftables: {},
    nginx: {
      purge: true,
      version: "1.22.1-9",
      deferStart: ["nginx.service"],
    },
    "redis-server": { purge: false, deferStart: ["redis-server.service"] },
  });
});

test("Redis listens on the host's address only when a flow leads to it", () => {
  const fleet = smallFleet();
  expect(find(fleet, "service", "cache").listen).toEqual(["10.86.0.12"]);
  const alone = { ...fleet, flows: {} };
  expect(find(alone, "service", "cache").listen).toEqual([]);
});

test("flows between hosts use private addresses, the program does not", () => {
  const fleet = smallFleet();
  const hosts = Object.fromEntries(
    Object.entries(fleet.hosts).map(([name, host]) => [
      name,
      host.cloud
        ? host
        : { ...host, privateAddress: host.address.replace("10.86", "10.99") },
    ]),
  );
  const other = { ...fleet, hosts };
  expect(
    find(other, "gate", "web-to-cache").gates["web-to-cache"],
  ).toMatchObject({
    address: "10.99.0.12",
  });
  expect(find(other, "service", "cache").listen).toEqual(["10.99.0.12"]);
  expect(
    find(other, "firewall", "db-1-firewall").args.rules?.["web-to-cache"],
  ).toMatchObject({ from: ["10.99.0.11"] });
  expect(find(other, "host", "db-1").args.address).toBe("10.86.0.12");
});

test("a firewall leaves SSH and replies behind where data is kept", () => {
  const fleet = smallFleet();
  const of = (name: string) => find(fleet, "firewall", name).args.onDelete;
  expect(of("web-1-firewall")).toBe("remove");
  expect(of("db-1-firewall")).toBe("ssh-only");
});

test("a flow to a site asks for its page, under its domain", () => {
  const fleet = smallFleet();
  const site = { ...entry(fleet.sites, "welcome"), domains: ["shop.eu"] };
  const other: FleetConfig = {
    ...fleet,
    sites: { welcome: site },
    flows: {
      look: { from: ["db-1"], to: "web-1", port: 80, protocol: "tcp" },
    },
  };
  const gate = find(other, "gate", "look");
  expect(gate.host).toBe("db-1");
  expect(gate.watch).toEqual(["site:welcome", "firewall:web-1"]);
  expect(gate.gates["look"]).toEqual({
    kind: "http",
    address: "10.86.0.11",
    port: 80,
    host: "shop.eu",
    body: "Welcome",
    deadlineSeconds: 10,
  });
});

test("a flow from several hosts is looked at from each, unless it is not to be verified", () => {
  const fleet = smallFleet();
  const flow = { to: "db-1", port: 9000, protocol: "tcp" as const };
  const hosts = {
    ...fleet.hosts,
    "web-2": { ...entry(fleet.hosts, "web-1"), address: "10.86.0.13" },
  };
  const flows = {
    seen: { ...flow, from: ["web-2", "web-1", "10.0.0.0/8"] },
    unseen: { ...flow, from: ["web-1"], verify: false },
    datagrams: { ...flow, from: ["web-1"], protocol: "udp" as const },
  };
  const gates = planFleet({ ...fleet, hosts, flows }).filter(
    ({ kind }) => kind === "gate",
  );
  expect(gates.map(({ id }) => id)).toEqual([
    "gate:seen.web-1",
    "gate:seen.web-2",
  ]);
});

test("what everybody may reach is looked at from outside, once something of the fleet answers there", () => {
  const fleet = smallFleet();
  const hosts = {
    ...fleet.hosts,
    "web-1": {
      ...entry(fleet.hosts, "web-1"),
      address: "203.0.113.5",
      privateAddress: "10.86.0.11",
    },
  };
  const gate = find({ ...fleet, hosts }, "gate", "public-web");
  expect(gate).toMatchObject({
    host: "web-1",
    after: ["host:web-1", "site:welcome", "firewall:web-1"],
    watch: ["site:welcome", "firewall:web-1"],
  });
  expect(gate.gates["public-web"]).toEqual({
    kind: "http",
    address: "203.0.113.5",
    port: 80,
    body: "Welcome",
    deadlineSeconds: 10,
    from: "outside",
  });
});

test("a port that nothing of the fleet answers is looked at from outside only when asked", () => {
  const fleet = smallFleet();
  const own = {
    from: ["anywhere"],
    to: "web-1",
    port: 9000,
    protocol: "tcp" as const,
  };
  const gatesOf = (flow: typeof own & { verify?: boolean }) =>
    planFleet({ ...fleet, flows: { own: flow } }).filter(
      ({ kind }) => kind === "gate",
    );
  expect(gatesOf(own)).toEqual([]);
  expect(gatesOf({ ...own, verify: true })).toHaveLength(1);
  expect(gatesOf({ ...own, port: 80, verify: false })).toEqual([]);
});

test("a user is on all hosts, or on those that are named, after their packages", () => {
  const fleet = smallFleet();
  const users = {
    alice: plainUser,
    webops: { ...plainUser, hosts: ["web-1"], sudo: "webops" as const },
  };
  const steps = planFleet({ ...fleet, users }).filter(
    ({ kind }) => kind === "user",
  );
  expect(steps.map(({ name, after }) => [name, ...after])).toEqual([
    ["db-1-alice", "host:db-1", "packages:db-1"],
    ["web-1-alice", "host:web-1", "packages:web-1"],
    ["web-1-webops", "host:web-1", "packages:web-1"],
  ]);
});

test("webops may do with a host what the fleet runs there, and a host gets sudo only for its users", () => {
  const fleet = smallFleet();
  const webops = { ...plainUser, sudo: "webops" as const };
  const all = { ...fleet, users: { webops } };
  const lines = (host: string) => {
    const { args } = find(all, "user", `${host}-webops`);
    return typeof args.sudo === "object"
      ? args.sudo.map(({ words }) => words.join(" "))
      : [];
  };
  expect(lines("web-1")).toEqual([
    "/usr/bin/systemctl status --no-pager nginx.service",
    "/usr/bin/systemctl restart nginx.service",
    "/usr/bin/systemctl reload nginx.service",
    "/usr/sbin/nginx -t",
  ]);
  expect(lines("db-1").join()).not.toContain("nginx");
  expect(lines("db-1")).toHaveLength(3);
  const packages = (one: FleetConfig) =>
    Object.keys(find(one, "packages", "db-1-packages").args.packages);
  expect(packages(all)).toContain("sudo");
  const users = { webops: { ...webops, hosts: ["web-1"] } };
  expect(packages({ ...fleet, users })).not.toContain("sudo");
  expect(packages({ ...fleet, users: { alice: plainUser } })).not.toContain(
    "sudo",
  );
});

test("webops renews certificates where certbot is", () => {
  const fleet = smallFleet();
  const web = entry(fleet.hosts, "web-1");
  const hosts = { ...fleet.hosts, "web-1": { ...web, packages: ["certbot"] } };
  const users = { webops: { ...plainUser, sudo: "webops" as const } };
  const { args } = find({ ...fleet, hosts, users }, "user", "web-1-webops");
  expect(args.sudo).toContainEqual({
    words: ["/usr/bin/certbot", "renew", "--non-interactive"],
    startsOthers: true,
  });
});
