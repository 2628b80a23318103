import { expect, test } from "vitest";
import {
  Cloud,
  Host,
  Nginx,
  Packages,
  Postgres,
  Provider,
  Redis,
  type PackageArgs,
} from "../../../components/index.ts";
import { generatedPassword, made, type Recorded } from "../recording.ts";

interface Declared {
  readonly packages?: Readonly<Record<string, PackageArgs>>;
  readonly password?: string;
  readonly snapshotBefore?: { readonly keep: number };
}

/** A host at Hetzner with packages, nginx, Redis and PostgreSQL. */
function make({
  packages = { htop: {} },
  password,
  snapshotBefore = { keep: 2 },
}: Declared): Promise<Recorded[]> {
  return made((opts) => {
    const provider = new Provider("fleet", { privateKey: "KEY" }, opts);
    const own = { ...opts, provider };
    const publicKey = "ssh-ed25519 AAAA";
    const cloud = new Cloud("hetzner", { provider: "hetzner", publicKey }, own);
    const host = new Host("db-1", { cloud, snapshotBefore }, own);
    const installed = new Packages("db-1-packages", { host, packages }, own);
    // As in a fleet: services come after packages, and what they generate must be known before both.
    const after = { ...own, dependsOn: installed };
    new Nginx("web", { host }, after);
    new Redis("cache", { host, password }, after);
    new Postgres("db", { host, roles: { shop: {} } }, after);
  });
}

function snapshotsIn(all: readonly Recorded[]): Recorded {
  const found = all.find(({ type }) => type.endsWith(":MachineSnapshots"));
  if (!found) throw new Error("no snapshots are made");
  return found;
}

async function watched(declared: Declared): Promise<Record<string, string>> {
  const { inputs } = snapshotsIn(await make(declared));
  return inputs["watch"] as Record<string, string>;
}

/** Keys that differ. */
async function differences(one: Declared, other: Declared): Promise<string[]> {
  const [before, after] = [await watched(one), await watched(other)];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => before[key] !== after[key]).sort();
}

test("a machine's snapshots are named after stack and host, with what they cost", async () => {
  const { name, inputs, parent, dependencies } = snapshotsIn(await make({}));
  expect([name, parent]).toEqual(["db-1-snapshots", "Host db-1"]);
  expect(inputs).toMatchObject({
    provider: "hetzner",
    machine: "db-1-id",
    hostId: "hetzner/db-1-id",
    stack: "test",
    host: "db-1",
    keep: 2,
    price: { perGbMonth: 0.011, currency: "EUR" },
  });
  expect(dependencies).toContain("Manifest db-1");
});

test("everything that is declared on the host waits for them", async () => {
  const all = await make({});
  const manifests = all.filter(
    ({ type, name }) =>
      type.endsWith(":Manifest") && !name.startsWith("db-1-first"),
  );
  const waiting = manifests.filter(({ dependencies }) =>
    dependencies.includes("MachineSnapshots db-1-snapshots"),
  );
  const others = manifests.filter((one) => !waiting.includes(one));
  expect(others.map(({ name }) => name)).toEqual(["db-1", "db-role-shop"]);
  // The role waits for its server, which waits for them.
  expect(others.at(-1)?.dependencies).toContain("Manifest db");
});

test("they watch packages, whoever wants them, and the whole of PostgreSQL and Redis; nothing of nginx else", async () => {
  const keys = Object.keys(await watched({}));
  expect(keys).toEqual(
    expect.arrayContaining([
      "db-1-packages/package:htop",
      "web/package:nginx",
      "cache/package:redis-server",
      "cache/file:/etc/redis/flotilla.conf",
      "db/package:postgresql",
      "db-role-shop/postgres-role:main/shop",
    ]),
  );
  expect(keys.filter((key) => key.startsWith("web/"))).toEqual([
    "web/package:nginx",
  ]);
});

test.for<[string, Declared, string[]]>([
  [
    "a package more",
    { packages: { htop: {}, tree: {} } },
    ["db-1-packages/package:tree"],
  ],
  [
    "another version",
    { packages: { htop: { version: "3.2.2-2" } } },
    ["db-1-packages/package:htop"],
  ],
  [
    "when a package starts, and whether it goes",
    { packages: { htop: { purge: true, deferStart: ["htop.service"] } } },
    [],
  ],
  [
    "another password of Redis",
    { password: "another-password-0123" },
    ["cache/file:/etc/redis/flotilla-auth.conf"],
  ],
])("what is watched differs by %s", async ([, change, expected]) => {
  expect(await differences({}, change)).toEqual(expected);
});

test("what comes of a password is secret, and does not tell it", async () => {
  const { secrets, inputs } = snapshotsIn(await make({}));
  expect(secrets).toContain("watch cache/file:/etc/redis/flotilla-auth.conf");
  expect(secrets).not.toContain("watch db-1-packages/package:htop");
  expect(JSON.stringify(inputs)).not.toContain(generatedPassword);
});

test("none are made of a host without snapshotBefore", async () => {
  const all = await made((opts) => {
    const provider = new Provider("fleet", { privateKey: "KEY" }, opts);
    const own = { ...opts, provider };
    const publicKey = "ssh-ed25519 AAAA";
    const cloud = new Cloud("hetzner", { provider: "hetzner", publicKey }, own);
    const host = new Host("db-1", { cloud }, own);
    new Redis("cache", { host }, own);
  });
  expect(all.some(({ type }) => type.endsWith(":MachineSnapshots"))).toBe(
    false,
  );
});

test("fails for what is declared too late to be watched", async () => {
  let declare: () => unknown = () => undefined;
  await made((opts) => {
    const provider = new Provider("fleet", { privateKey: "KEY" }, opts);
    const own = { ...opts, provider };
    const publicKey = "ssh-ed25519 AAAA";
    const cloud = new Cloud("hetzner", { provider: "hetzner", publicKey }, own);
    const host = new Host("db-1", { cloud, snapshotBefore: { keep: 1 } }, own);
    declare = () => new Redis("cache", { host }, own);
  });
  expect(declare).toThrow(
    /^snapshotBefore: cache\/package:redis-server is declared too late/,
  );
});
