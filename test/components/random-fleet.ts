import fc from "fast-check";
import type { FleetConfig } from "../../components/index.ts";
import { plainUser, smallFleet } from "./fleets.ts";

const port = fc.integer({ min: 1024, max: 65535 });
const source = fc.oneof(
  fc.constant("anywhere"),
  fc.constantFrom("192.168.7.0/24", "10.9.8.7", "2a01:4f8::/64"),
);

interface Shape {
  readonly hostCount: number;
  readonly sshPorts: readonly number[];
  readonly nginx: readonly boolean[];
  readonly redis: readonly boolean[];
  readonly flows: readonly {
    from: number | string;
    to: number;
    port: number;
    protocol: "tcp" | "udp";
  }[];
  readonly users: readonly {
    host: number | undefined;
    sudo: "none" | "webops" | "all";
  }[];
  readonly enabled: boolean;
  readonly sshFrom: string;
}

const most = 6;
const perHost = <T>(value: fc.Arbitrary<T>) =>
  fc.array(value, { minLength: most, maxLength: most });

const shape: fc.Arbitrary<Shape> = fc.record({
  hostCount: fc.integer({ min: 1, max: most }),
  sshPorts: perHost(fc.oneof(fc.constant(22), port)),
  nginx: perHost(fc.boolean()),
  redis: perHost(fc.boolean()),
  flows: fc.array(
    fc.record({
      from: fc.oneof(fc.nat({ max: most - 1 }), source),
      to: fc.nat({ max: most - 1 }),
      port: fc.oneof(fc.constantFrom(80, 6379), port),
      protocol: fc.constantFrom("tcp" as const, "udp" as const),
    }),
    { maxLength: 8 },
  ),
  users: fc.array(
    fc.record({
      host: fc.option(fc.nat({ max: most - 1 }), { nil: undefined }),
      sudo: fc.constantFrom("none" as const, "webops" as const, "all" as const),
    }),
    { maxLength: 3 },
  ),
  enabled: fc.boolean(),
  sshFrom: source,
});

/** Fleets that the configuration's rules accept. */
export const randomFleet: fc.Arbitrary<FleetConfig> = shape.map(fleetOf);

function fleetOf(drawn: Shape): FleetConfig {
  const hosts = Array.from({ length: drawn.hostCount }, (_, i) => `host-${i}`);
  const hostAt = (index: number) => hosts[index % hosts.length] ?? "host-0";
  const { hosts: models, sites: siteModels, firewall } = smallFleet();
  const [model, site] = [models["web-1"], siteModels["welcome"]];
  if (!model || !site) throw new Error("the small fleet has changed");
  const withNginx = hosts.filter((_, index) => drawn.nginx[index]);
  const withRedis = hosts.filter((_, index) => drawn.redis[index]);
  return {
    hosts: record(hosts, (name, index) => ({
      ...model,
      address: `10.86.0.${index + 11}`,
      port: drawn.sshPorts[index] ?? 22,
      packages: name === "host-0" ? ["htop"] : [],
    })),
    services: {
      ...record(withNginx, (host) => ({ type: "nginx", host, purge: false })),
      ...Object.fromEntries(
        withRedis.map((host) => [
          `${host}-redis`,
          { type: "redis" as const, host, port: 6379, purge: false },
        ]),
      ),
    },
    sites: record(withNginx, (host) => ({ ...site, host })),
    users: Object.fromEntries(
      drawn.users.map(({ host, sudo }, index) => [
        `user-${index}`,
        {
          ...plainUser,
          sudo,
          ...(host !== undefined && { hosts: [hostAt(host)] }),
        },
      ]),
    ),
    flows: Object.fromEntries(
      drawn.flows.map(({ from, to, ...rest }, index) => {
        const sender = typeof from === "number" ? hostAt(from) : from;
        return [`flow-${index}`, { from: [sender], to: hostAt(to), ...rest }];
      }),
    ),
    firewall: { ...firewall, enabled: drawn.enabled, sshFrom: [drawn.sshFrom] },
  };
}

function record<T>(
  names: readonly string[],
  make: (name: string, index: number) => T,
): Record<string, T> {
  return Object.fromEntries(names.map((name, i) => [name, make(name, i)]));
}

/** The same fleet, written in another order. */
export function shuffled(fleet: FleetConfig): fc.Arbitrary<FleetConfig> {
  const { hosts, services, sites, users, flows, firewall } = fleet;
  return fc
    .tuple(
      reordered(hosts),
      reordered(services),
      reordered(sites),
      reordered(flows),
      reordered(users),
    )
    .map(([a, b, c, d, e]) => ({
      users: e,
      flows: d,
      sites: c,
      services: b,
      hosts: a,
      firewall,
    }));
}

function reordered<T>(
  record: Readonly<Record<string, T>>,
): fc.Arbitrary<Record<string, T>> {
  const entries = Object.entries(record);
  return fc
    .shuffledSubarray(entries, { minLength: entries.length })
    .map((order) => Object.fromEntries(order));
}
