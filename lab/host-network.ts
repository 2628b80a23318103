import { z } from "zod";

/** A private network that a host is plugged into, beside the one that all hosts share. */
const privateLink = z.strictObject({
  /** Hosts with the same wire are neighbours; nobody else is on it. */
  wire: z.number().int(),
  /** What the host calls its end. */
  interface: z.string().regex(/^[a-z]+\d[a-z0-9]*$/),
  mac: z.string(),
  /** ADDRESS/PREFIX each. */
  addresses: z.array(z.string()),
  /** Ranges that are reached over it. */
  routes: z.array(z.string()),
});

/** How a host of a cloud is connected. */
export const hostNetwork = z.strictObject({
  /** Its public IPv4 address, from its next boot on; `null` for none. */
  ipv4: z.string().nullable(),
  /** What else it has on its public interface, ADDRESS/PREFIX each. */
  addresses: z.array(z.string()),
  /** Ranges that are reached there without the gateway. */
  routes: z.array(z.string()),
  links: z.array(privateLink),
});

/** How a host of a cloud is connected, as it is kept. */
export type HostNetwork = z.infer<typeof hostNetwork>;

/** One private network that a host is plugged into. */
export type PrivateLink = HostNetwork["links"][number];

/** A host as the machine knows its cables. */
export interface CabledHost {
  readonly subnet: number;
  readonly cable: string;
  readonly mac: string;
}

/** What brings a host's cables from one state to another: lines for `ip -batch`. */
export interface CableChange {
  /** In the machine's network; the host's is the one of process `@PID@`. */
  readonly outside: readonly string[];
  /** In the host's network, afterwards. */
  readonly inside: readonly string[];
}

const publicInterface = "eth0";

/** Plans what changes; a host that boots begins with nothing. */
export function planCables(
  host: CabledHost,
  before: HostNetwork | undefined,
  after: HostNetwork,
): CableChange {
  const links = changed(before?.links ?? [], after.links, sameEnds);
  const kept = after.links.flatMap((link) => {
    const old = before?.links.find((other) => sameEnds(other, link));
    return old ? planEnd(link.interface, old, link) : [];
  });
  const eth0 = planEnd(publicInterface, before ?? nothing, after);
  return {
    outside: [
      ...links.gone.map((link) => `link delete ${linkCable(host, link)}`),
      ...links.added.flatMap((link) => plugIn(host, link)),
    ],
    inside: [
      ...links.added.flatMap((link) => [
        `link set ${link.interface} up`,
        ...planEnd(link.interface, nothing, link),
      ]),
      ...kept,
      ...eth0,
      // Setting it anew tells the neighbours: an address that was another host's is this one's.
      ...(eth0.length > 0
        ? [`link set ${publicInterface} address ${host.mac}`]
        : []),
    ],
  };
}

/** The bridge that a private network is. */
export function wireBridge(subnet: number, wire: number): string {
  return `${wirePrefix(subnet)}${wire}`;
}

/** What the bridges of a lab's private networks begin with. */
export function wirePrefix(subnet: number): string {
  return `fln-${subnet}-`;
}

/** The machine's end of a link. */
export function linkCable(
  host: Pick<CabledHost, "cable">,
  { interface: name }: PrivateLink,
): string {
  return `${host.cable}-${/\d/.exec(name)?.[0] ?? ""}`;
}

interface End {
  readonly addresses: readonly string[];
  readonly routes: readonly string[];
}

const nothing: End = { addresses: [], routes: [] };

function planEnd(name: string, before: End, after: End): string[] {
  const addresses = changed(before.addresses, after.addresses);
  const routes = changed(before.routes, after.routes);
  return [
    ...routes.gone.map((range) => `route delete ${range} dev ${name}`),
    ...addresses.gone.map((address) => `address delete ${address} dev ${name}`),
    // Nobody else has it: it need not be asked for first.
    ...addresses.added.map(
      (address) =>
        `address add ${address} dev ${name}${address.includes(":") ? " nodad" : ""}`,
    ),
    ...routes.added.map((range) => `route add ${range} dev ${name}`),
  ];
}

function plugIn(host: CabledHost, link: PrivateLink): string[] {
  const cable = linkCable(host, link);
  return [
    `link add ${cable} type veth peer name ${link.interface} address ${link.mac} netns @PID@`,
    `link set ${cable} master ${wireBridge(host.subnet, link.wire)} up`,
  ];
}

function sameEnds(one: PrivateLink, other: PrivateLink): boolean {
  return (
    one.wire === other.wire &&
    one.interface === other.interface &&
    one.mac === other.mac
  );
}

function changed<T>(
  before: readonly T[],
  after: readonly T[],
  isSame: (one: T, other: T) => boolean = (one, other) => one === other,
): { gone: T[]; added: T[] } {
  return {
    gone: before.filter((one) => !after.some((other) => isSame(one, other))),
    added: after.filter((one) => !before.some((other) => isSame(one, other))),
  };
}
