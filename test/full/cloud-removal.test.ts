import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CloudFleet } from "../e2e/cloud-fleet.ts";
import { until } from "../e2e/engine.ts";
import type { FleetDocument } from "../e2e/test-fleet.ts";

let clouds: CloudFleet;

/** Small hosts, at two providers. */
const providers = {
  "host-1": "hetzner",
  "host-2": "hetzner",
  "host-3": "digitalocean",
  "host-4": "hetzner",
  "host-5": "hetzner",
  "host-6": "hetzner",
  "host-7": "hetzner",
} as const;

type Name = keyof typeof providers;

beforeAll(async () => {
  clouds = await CloudFleet.open(document);
  await clouds.fleet.up();
});

afterAll(async () => {
  await clouds.close();
});

describe("of seven hosts", () => {
  it("the third is removed with all that is its own, and nobody connects to the others", async () => {
    const all = Object.keys(providers) as Name[];
    const others = all.filter((name) => name !== "host-3");
    for (const name of others) await countConnections(name);
    await takeOut("host-3");
    const { output } = await clouds.fleet.up();
    for (const name of others) expect(await connections(name)).toBe(0);
    expect(output).not.toContain("Left there");
    expect(await resourcesOf("host-3")).toEqual([]);
    expect(await machines()).toEqual(others.map((name) => `e2e-${name}`));
  });

  it("a machine that is dead is deleted at its provider, without contact and without forgetHosts", async () => {
    await countConnections("host-1");
    await atHetzner("POST", "host-4", "/actions/poweroff");
    await until("it is off", async () => !(await clouds.opens("host-4")));
    await takeOut("host-4");
    const { output, seconds } = await clouds.fleet.up();
    expect(output).not.toMatch(/forgetHosts|Left there|unreachable/);
    expect(seconds).toBeLessThan(60);
    expect(await connections("host-1")).toBe(0);
    expect(await resourcesOf("host-4")).toEqual([]);
    expect(await machines()).toEqual([
      "e2e-host-1",
      "e2e-host-2",
      "e2e-host-5",
      "e2e-host-6",
      "e2e-host-7",
    ]);
  });

  it("a machine whose name stands in forgetHosts is deleted all the same, so that nothing is left anywhere", async () => {
    await takeOut("host-6");
    await forget(["host-6"]);
    const { output } = await clouds.fleet.up();
    expect(output).toMatch(/ - +hcloud:index:Server host-6 deleted/);
    expect(output).not.toMatch(/forgotten|Left there|unreachable/);
    expect(await machines()).not.toContain("e2e-host-6");
    expect(await resourcesOf("host-6")).toEqual([]);
  });

  it("a machine that was deleted behind our back is missed by its provider's plugin, and a refresh settles it", async () => {
    await deleteMachine("host-5");
    await takeOut("host-5");
    const { output } = await clouds.fleet.upFails();
    expect(output).toMatch(/server with ID '\d+' not found/);
    const settled = await clouds.fleet.up("--refresh");
    expect(settled.output).not.toMatch(/forgetHosts|Left there|unreachable/);
    expect(await resourcesOf("host-5")).toEqual([]);
  });

  it("machines that a refresh misses in the same update are gone with all that was on them, in forgetHosts or not: one warning each says so", async () => {
    for (const name of ["host-2", "host-7"] as const) {
      await deleteMachine(name);
      await takeOut(name);
    }
    await forget(["host-7"]);
    const { output } = await clouds.fleet.up("--refresh");
    const gone =
      /warning: (host-\d: .*machine hetzner\/)\d+ .*is gone with it/g;
    const [, end = ""] = output.split("Diagnostics:");
    expect([...end.matchAll(gone)].map(([, said]) => said).sort()).toEqual([
      "host-2: its machine hetzner/",
      "host-7: forgotten, not contacted: what was on its machine hetzner/",
    ]);
    expect(output).not.toContain("Left there");
    expect(await resourcesOf("host-2")).toEqual([]);
    expect(await resourcesOf("host-7")).toEqual([]);
    await forget([]);
  });

  it("the one that stays has nothing to change when forgetHosts is emptied", async () => {
    const { output } = await clouds.fleet.up();
    // The provider's setting: forgetHosts is empty again.
    expect(output).toMatch(/Resources:\s+~ 1 updated\s+\d+ unchanged\s/);
    expect(output).toContain("pulumi:providers:flotilla fleet updated");
    expect(await machines()).toEqual(["e2e-host-1"]);
  });
});

async function takeOut(name: Name): Promise<void> {
  Reflect.deleteProperty(clouds.fleet.config.hosts, name);
  await clouds.fleet.configure();
}

async function forget(forgetHosts: readonly string[]): Promise<void> {
  Object.assign(clouds.fleet.config, { forgetHosts });
  await clouds.fleet.configure();
}

/** Counts connections to sshd from now on, in a table that is nobody else's. */
async function countConnections(name: Name): Promise<void> {
  await onHost(
    name,
    `nft -f - <<'EOF'
table inet e2e_probe
delete table inet e2e_probe
table inet e2e_probe {
  chain input { type filter hook input priority -300; policy accept;
    tcp dport 22 tcp flags & (syn | ack) == syn counter
  }
}
EOF`,
  );
}

/** Connections since then, this look left out. */
async function connections(name: Name): Promise<number> {
  const table = await onHost(name, "nft list table inet e2e_probe");
  return Number(/packets (\d+)/.exec(table)?.[1] ?? "NaN") - 1;
}

async function onHost(name: Name, script: string): Promise<string> {
  const login = `root@${await clouds.address(name)}`;
  const { stdout, stderr, exitCode } = await clouds.ssh(login, 22, script);
  if (exitCode !== 0) throw new Error(`${name}: ${stderr}`);
  return stdout;
}

async function atHetzner(
  method: string,
  name: Name,
  route = "",
): Promise<void> {
  const number = (await clouds.servers())[`e2e-${name}`];
  await clouds.hetzner(method, `/servers/${String(number)}${route}`);
}

async function deleteMachine(name: Name): Promise<void> {
  await atHetzner("DELETE", name);
  const gone = async () => !(`e2e-${name}` in (await clouds.servers()));
  await until(`${name} is gone`, gone);
}

/** Everything that either provider has. */
async function machines(): Promise<string[]> {
  const all = Object.keys(await clouds.addresses());
  const names = all.filter((key) => key.endsWith(" IPv4"));
  return names.map((key) => `e2e-${key.replace(" IPv4", "")}`).sort();
}

/** What the state has of a host. */
async function resourcesOf(name: Name): Promise<string[]> {
  const { deployment } = await clouds.fleet.state();
  const urns = deployment.resources.map(({ urn }) => urn);
  return urns.filter((urn) => urn.includes(name));
}

function document(): FleetDocument {
  const hosts: Record<string, Record<string, unknown>> = {};
  for (const [name, provider] of Object.entries(providers))
    hosts[name] = { provider, packages: ["tree"] };
  return {
    ssh: {
      user: "root",
      privateKeyFile: undefined,
      knownHostsFile: undefined,
      connectTimeoutSeconds: 5,
    },
    hosts: hosts as FleetDocument["hosts"],
    services: {},
    sites: {},
    users: {},
    flows: {},
    firewall: { confirmSeconds: 15 },
    hardening: undefined,
  };
}
