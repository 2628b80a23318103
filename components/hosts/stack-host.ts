import * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../../manifest/manifest.ts";
import type { HostArgs } from "./host.ts";

/** What a stack says of each of its hosts, under its output `hosts`. */
export interface StackHost {
  /** Identity of the machine. */
  readonly id: string;
  /** Address or name under which it is reached. */
  readonly address: string;
  /** Port of sshd. */
  readonly port: number;
  /** Login of the program. */
  readonly user: string;
  /** Host keys that it shows, each as in known_hosts. */
  readonly hostKeys: readonly string[];
  /** Size, system and kernel, as read from it. */
  readonly facts?: HostFacts | undefined;
}

/** The part of a StackReference that is needed. */
type Outputs = Pick<pulumi.StackReference, "requireOutput" | "name">;

/**
 * The hosts of another stack's fleet, by name. Fails where that stack has none: it was not updated yet, or is no fleet.
 *
 * @example
 * ```ts
 * const fleet = new pulumi.StackReference("organization/flotilla/production");
 * const host = new Host("web-1", hostOfStack(fleet, "web-1"), { provider });
 * ```
 */
export function hostsOfStack(
  stack: Outputs,
): pulumi.Output<Readonly<Record<string, StackHost>>> {
  const hosts: pulumi.Output<unknown> = stack.requireOutput("hosts");
  return hosts.apply((found) => found as Record<string, StackHost>);
}

/** How a host of another stack's fleet is reached and recognised: what `Host` takes. Fails where that stack has no such host, naming those that it has. */
export function hostOfStack(stack: Outputs, name: string): HostArgs {
  const all = pulumi.all([hostsOfStack(stack), stack.name]);
  const read = <T>(part: (host: StackHost) => T): pulumi.Output<T> =>
    all.apply(([hosts, stackName]) =>
      part(requireHost(hosts, name, stackName)),
    );
  return {
    id: read(({ id }) => id),
    address: read(({ address }) => address),
    port: read(({ port }) => port),
    user: read(({ user }) => user),
    hostKeys: read(({ hostKeys }) => [...hostKeys]),
  };
}

/** The host of that name; fails where there is none. */
export function requireHost(
  hosts: Readonly<Record<string, StackHost>>,
  name: string,
  stack: string,
): StackHost {
  const found = hosts[name];
  if (found) return found;
  const known = Object.keys(hosts).sort().join(", ");
  throw new Error(
    `stack ${stack} has no host ${name}; its hosts are ${known || "none"}`,
  );
}
