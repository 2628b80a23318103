import { PrimaryIp } from "@pulumi/hcloud/primaryIp.js";
import type * as pulumi from "@pulumi/pulumi";
import { outliving, type MachineArgs } from "../maker.ts";

/** The primary IP that a server is to have, where it has one of its own. */
export function createAddress(
  { reservedAddress, labels }: MachineArgs,
  location: string,
  opts: pulumi.CustomResourceOptions,
): PrimaryIp | undefined {
  if (!reservedAddress) return undefined;
  const { name, addressName } = reservedAddress;
  return new PrimaryIp(
    name,
    {
      // That of another location is made while the old server still has this one.
      name: `${addressName}-${location}`,
      ...{ type: "ipv4", location, autoDelete: false, labels },
    },
    { ...outliving(opts), deleteBeforeReplace: false },
  );
}

/** What a server is told, so that it has a primary IP. */
export function havingAddress({ id }: PrimaryIp) {
  return { ipv4Enabled: true, ipv4: id.apply(Number), ipv6Enabled: true };
}
