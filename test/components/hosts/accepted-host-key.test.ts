import { expect, test } from "vitest";
import {
  Fleet,
  Host,
  Provider,
  type FleetConfig,
  type HostArgs,
} from "../../../components/index.ts";
import { preflight } from "../../../components/config/preflight.ts";
import { smallFleet } from "../fleets.ts";
import { keyOf, made, type Recorded } from "../recording.ts";

const accepted = [`ssh-ed25519 ${keyOf("web-1")}`];

test("a host takes the key of its first contact, and the first contact comes first", async () => {
  const all = await madeHost({ address: "10.0.0.5", acceptNewHostKey: true });
  expect(find(all, "AcceptedHostKey", "web-1")).toMatchObject({
    inputs: { hostId: "web-1", name: "web-1", address: "10.0.0.5" },
    parent: "Host web-1",
  });
  const manifest = find(all, "Manifest", "web-1");
  expect(connectionOf(manifest.inputs["host"])).toMatchObject({
    hostKeys: accepted,
  });
  expect(manifest.dependencies).toContain("AcceptedHostKey web-1");
});

test("fails for a host without a key whose first contact is not to be believed", () => {
  expect(() => new Host("web-1", { address: "10.0.0.5" })).toThrow(
    /hostKeys:.*acceptNewHostKey: true/,
  );
});

test("a fleet makes one first contact, before it looks at the host and puts anything on it", async () => {
  const config = smallFleet();
  const { "web-1": web } = config.hosts;
  const all = await madeFleet({
    ...config,
    preflight: preflight.parse({}),
    hosts: {
      ...config.hosts,
      "web-1": { ...web, hostKeys: [], acceptNewHostKey: true },
    } as FleetConfig["hosts"],
  });
  const first = all.filter(({ type }) => type.endsWith(":AcceptedHostKey"));
  expect(first.map(({ name, parent }) => [name, parent])).toEqual([
    ["web-1", "Fleet fleet"],
  ]);
  const look = find(all, "Preflight", "fleet");
  const { "web-1": one, "db-1": two } = look.inputs["hosts"] as Record<
    string,
    { host: unknown }
  >;
  expect(connectionOf(one?.host)).toMatchObject({ hostKeys: accepted });
  expect(connectionOf(two?.host)).not.toMatchObject({ hostKeys: accepted });
  expect(look.dependencies).toEqual(["AcceptedHostKey web-1"]);
  expect(
    connectionOf(find(all, "Manifest", "web-1").inputs["host"]),
  ).toMatchObject({ hostKeys: accepted });
});

function connectionOf(host: unknown): unknown {
  return (host as { connection: unknown }).connection;
}

function find(all: readonly Recorded[], type: string, name: string): Recorded {
  const found = all.find(
    (one) => one.type === `flotilla:index:${type}` && one.name === name,
  );
  if (!found) throw new Error(`no ${type} ${name}`);
  return found;
}

function madeHost(args: HostArgs): Promise<Recorded[]> {
  return made((opts) => {
    const provider = new Provider("fleet", { privateKey: "KEY" }, opts);
    return new Host("web-1", args, { ...opts, provider });
  });
}

function madeFleet(config: FleetConfig): Promise<Recorded[]> {
  return made((opts) => {
    const provider = new Provider("fleet", { privateKey: "KEY" }, opts);
    return new Fleet("fleet", config, { ...opts, provider });
  });
}
