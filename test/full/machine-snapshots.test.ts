import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { formsOf, hitsBelow, hitsIn } from "../e2e/canary.ts";
import { CloudFleet } from "../e2e/cloud-fleet.ts";
import { until } from "../e2e/engine.ts";

const actions = z.object({
  actions: z.array(
    z.object({
      command: z.string(),
      status: z.string(),
      finished: z.string().nullable(),
    }),
  ),
});
const madeServer = z.object({
  server: z.object({
    id: z.number(),
    public_net: z.object({ ipv4: z.object({ ip: z.string() }) }),
  }),
});
const dropletActions = z.object({
  actions: z.array(
    z.object({ type: z.string(), completed_at: z.string().nullable() }),
  ),
});
const droplets = z.object({
  snapshots: z.array(z.object({ id: z.string(), name: z.string() })),
});

const unchanged = /Resources:\s+\d+ unchanged\s/;

let clouds: CloudFleet;
let token: string;
/** What every update said. */
const said: string[] = [];
/** The state in clear, while a host at Hetzner still has snapshots made. */
let shown = "";

beforeAll(async () => {
  clouds = await CloudFleet.open();
  const { config, environment } = clouds.fleet;
  // The token of Hetzner is the stack's own, that of DigitalOcean the environment's.
  token = environment["HCLOUD_TOKEN"] ?? "";
  delete environment["HCLOUD_TOKEN"];
  const snapshotBefore = { keep: 1 };
  config.hosts = {
    "web-1": {
      provider: "hetzner",
      packages: ["tree"],
      snapshotBefore,
    },
    "db-1": { provider: "digitalocean", user: "root", snapshotBefore },
  };
  config.services = { cache: { type: "redis", host: "db-1" } };
  config.sites = {};
  config.flows = {};
});

afterAll(async () => {
  await clouds.close();
});

describe("the first update of fresh machines", () => {
  it("makes no snapshot", async () => {
    await configure();
    await up();
    expect(await clouds.snapshots()).toEqual([]);
    expect(await dropletSnapshots()).toEqual([]);
  });

  it("nor does a change of anything else", async () => {
    clouds.fleet.config.firewall = { confirmSeconds: 20 };
    Object.assign(clouds.fleet.config.hosts["web-1"], { port: 2222 });
    await configure();
    await up();
    expect(await clouds.snapshots()).toEqual([]);
    expect(await dropletSnapshots()).toEqual([]);
  });
});

describe("a change of packages and data", () => {
  it("is previewed with the snapshots that come first", async () => {
    Object.assign(clouds.fleet.config.hosts["web-1"], {
      packages: ["tree", "jq"],
    });
    Object.assign(clouds.fleet.config.services["cache"] ?? {}, {
      maxMemoryMib: 64,
    });
    await configure();
    const { output } = await clouds.fleet.mustSucceed("preview");
    expect(output).toContain(
      "web-1: a snapshot of its machine will be made first: package:jq",
    );
    expect(output).toContain(
      "db-1: a snapshot of its machine will be made first: file:/etc/redis/flotilla.conf",
    );
  });

  it("changes nothing on a host whose snapshot fails, and says what to do", async () => {
    const path = "create_image$";
    await clouds.fault({ method: "POST", path, status: 503, times: 1000 });
    const { output } = await clouds.fleet.upFails();
    said.push(output);
    expect(output).toMatch(
      /web-1: no snapshot of its machine was made, and so nothing on it was changed: POST \S+: 503/,
    );
    expect(output).toContain("take 'snapshotBefore' away from hosts.web-1");
    expect(await onWeb("command -v jq; true")).toBe("");
    expect(await jobsBegun(onWeb, "jq")).toEqual([]);
  });

  it("begins when the snapshot is complete, and names it", async () => {
    await clouds.fault(undefined);
    const { output } = await up();
    const [made] = await clouds.snapshots();
    expect(made?.labels).toMatchObject({
      "flotilla-stack": "e2e",
      "flotilla-host": "web-1",
    });
    expect(output).toContain(
      `web-1: the snapshot ${made?.description ?? ""} (number ${made?.id ?? 0}) of its machine is complete`,
    );
    const [begun = 0, ...others] = await jobsBegun(onWeb, "jq");
    expect(others).toEqual([]);
    expect(await lastSnapshotEnd()).toBeLessThanOrEqual(begun);
    expect(await clouds.namedSnapshots("web-1")).toEqual([String(made?.id)]);
    expect(await clouds.namedSnapshots("db-1")).toEqual(
      (await dropletSnapshots()).map(({ id }) => id),
    );
    expect(await dropletSnapshots()).toHaveLength(1);
  });

  it("can be taken back: a machine that is made from it has the state from before", async () => {
    const [made] = await clouds.snapshots();
    const { server } = madeServer.parse(
      await clouds.hetzner("POST", "/servers", {
        name: "way-back",
        server_type: "cx22",
        image: made?.id,
        location: "fsn1",
      }),
    );
    const { ip } = server.public_net.ipv4;
    const look = "command -v tree jq; cat /var/lib/dpkg/info/jq.list";
    await until("it lets in", async () => {
      const { stdout } = await clouds.ssh(`root@${ip}`, 2222, look);
      return stdout !== "";
    });
    const { stdout } = await clouds.ssh(`root@${ip}`, 2222, look);
    expect(stdout).toBe("/usr/bin/tree");
    await clouds.hetzner("DELETE", `/servers/${server.id}`);
  });

  it("leaves as many as are kept after the next one", async () => {
    const [before] = await clouds.snapshots();
    Object.assign(clouds.fleet.config.hosts["web-1"], {
      packages: ["tree", "jq", "bc"],
    });
    await configure();
    const { output } = await up();
    const after = await clouds.snapshots();
    expect(after).toHaveLength(1);
    expect(after[0]?.id).not.toBe(before?.id);
    expect(output).toContain(
      `removed, the oldest: ${before?.description ?? ""}`,
    );
  });
});

describe("an update that is killed", () => {
  it("does not make two snapshots for one change", async () => {
    Object.assign(clouds.fleet.config.hosts["web-1"], {
      packages: ["tree", "jq", "bc", "faketime"],
    });
    await configure();
    const [before] = await clouds.snapshots();
    const begun = await snapshotActions();
    const update = clouds.fleet.start("up", "--yes", "--skip-preview");
    await until("it is being made", async () =>
      (await clouds.snapshots()).some(({ id }) => id !== before?.id),
    );
    process.kill(-(update.pid ?? 0), "SIGKILL");
    await update;
    await clouds.fleet.pulumi("cancel", "--yes");
    await up();
    expect(await snapshotActions()).toBe(begun + 1);
    expect(await clouds.snapshots()).toHaveLength(1);
    expect(await onWeb("command -v faketime")).toContain("faketime");
  });
});

describe("the way back", () => {
  it("is another generation that is made from the snapshot, with its identity and all that was there", async () => {
    const [made] = await clouds.snapshots();
    Object.assign(clouds.fleet.config.hosts["web-1"], {
      image: String(made?.id),
      generation: "2",
      packages: ["tree", "jq", "bc"],
    });
    await configure();
    await up();
    expect(Object.keys(await clouds.servers())).toEqual(["e2e-web-1-2"]);
    expect(await onWeb("command -v bc faketime; true")).toBe("/usr/bin/bc");
    expect(await clouds.namedSnapshots("web-1")).toEqual([String(made?.id)]);
    expect((await up()).output).toMatch(unchanged);
  });
});

describe("a snapshot that somebody deleted", () => {
  it("is no reason for another one", async () => {
    const [made] = await dropletSnapshots();
    await clouds.digitalocean("DELETE", `/snapshots/${made?.id ?? ""}`);
    await clouds.fleet.mustSucceed("refresh", "--yes");
    expect((await up()).output).toMatch(unchanged);
    expect(await dropletSnapshots()).toEqual([]);
    expect(await clouds.namedSnapshots("db-1")).toEqual([]);
  });
});

describe("snapshots that are switched on", () => {
  it("come before a change of the same update", async () => {
    const host = clouds.fleet.config.hosts["db-1"];
    const cache = clouds.fleet.config.services["cache"] ?? {};
    Object.assign(host, { snapshotBefore: undefined });
    await configure();
    await up();
    Object.assign(host, { snapshotBefore: { keep: 2 } });
    Object.assign(cache, { maxMemoryMib: 96 });
    await configure();
    await up();
    const [made] = await dropletSnapshots();
    const ends = await dropletSnapshotEnds();
    const begun = await jobsBegun(onDb, "flotilla.conf");
    expect(Math.max(...ends)).toBeLessThanOrEqual(Math.max(...begun));
    expect(await clouds.namedSnapshots("db-1")).toEqual([made?.id]);
  });
});

describe("a host that is taken out", () => {
  it("leaves its snapshots, and names them with what they cost", async () => {
    shown = JSON.stringify(await clouds.fleet.state("--show-secrets"));
    const [made] = await clouds.snapshots();
    const { hosts } = clouds.fleet.config;
    clouds.fleet.config.hosts = Object.assign({}, hosts, {
      "web-1": undefined,
    });
    await configure();
    const { output } = await up();
    expect(await clouds.servers()).toEqual({});
    expect(output).toMatch(
      new RegExp(
        `web-1: left: at Hetzner Cloud, snapshots: ${made?.description ?? "-"} \\(number ${made?.id ?? 0}, of [^)]*\\); \\d+\\.\\d GB, about EUR \\d+\\.\\d\\d a month`,
      ),
    );
    expect((await clouds.snapshots()).map(({ id }) => id)).toEqual([made?.id]);
  });
});

describe("the tokens", () => {
  it("are in no output, and not in clear in any state", async () => {
    const { DIGITALOCEAN_TOKEN = "" } = clouds.fleet.environment;
    const forms = [
      ...formsOf("hetzner", token),
      ...formsOf("digitalocean", DIGITALOCEAN_TOKEN),
    ];
    expect(said.length).toBeGreaterThan(6);
    for (const output of said) expect(hitsIn(output, forms)).toEqual([]);
    expect(await hitsBelow(clouds.fleet.stateFolder, forms)).toEqual([]);
    expect(hitsIn(shown, forms)).toContain("hetzner, as it is");
  });
});

async function configure(): Promise<void> {
  await clouds.fleet.configure();
  await clouds.fleet.setSecret("hcloud:token", token);
}

async function up() {
  const result = await clouds.fleet.up();
  said.push(result.output);
  return result;
}

async function dropletSnapshots() {
  const found = await clouds.digitalocean("GET", "/snapshots");
  return droplets.parse(found).snapshots;
}

async function snapshotsBegun() {
  const { "e2e-web-1": machine } = await clouds.servers();
  const path = `/servers/${machine ?? 0}/actions?per_page=50`;
  const found = actions.parse(await clouds.hetzner("GET", path)).actions;
  return found.filter(({ command }) => command === "create_image");
}

async function snapshotActions(): Promise<number> {
  return (await snapshotsBegun()).length;
}

/** When the newest was complete, in seconds. */
async function lastSnapshotEnd(): Promise<number> {
  const ends = (await snapshotsBegun()).map(({ finished }) =>
    Date.parse(finished ?? ""),
  );
  return Math.max(...ends) / 1000;
}

/** When the snapshots of droplets were complete, in seconds. */
async function dropletSnapshotEnds(): Promise<number[]> {
  const found = dropletActions.parse(
    await clouds.digitalocean("GET", "/actions?per_page=200"),
  );
  return found.actions
    .filter(({ type }) => type === "snapshot")
    .map(({ completed_at }) => Date.parse(completed_at ?? "") / 1000);
}

type On = (script: string) => Promise<string>;

/** When the jobs began that had to do with a word, as their journals say, in seconds. */
async function jobsBegun(on: On, word: string): Promise<number[]> {
  const script = `cd /var/lib/flotilla/jobs
    for job in *; do
      if grep -q '${word}' "$job/plan"; then head -n1 "$job/journal" | cut -f1; fi
    done`;
  return (await on(script)).split("\n").filter(Boolean).map(Number);
}

/** Runs a script on web-1, which must succeed. */
const onWeb: On = async (script) => onHost("web-1", 2222, script);

/** Runs a script on db-1, which must succeed. */
const onDb: On = async (script) => onHost("db-1", 22, script);

async function onHost(host: string, port: number, script: string) {
  const address = await clouds.address(host);
  const found = await clouds.ssh(`root@${address}`, port, script);
  if (found.exitCode !== 0) throw new Error(`${script}: ${found.stderr}`);
  return found.stdout;
}
