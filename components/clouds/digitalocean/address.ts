import type { Droplet } from "@pulumi/digitalocean/droplet.js";
import { ReservedIp } from "@pulumi/digitalocean/reservedIp.js";
import { ReservedIpAssignment } from "@pulumi/digitalocean/reservedIpAssignment.js";
import type * as pulumi from "@pulumi/pulumi";
import { outliving, type MachineArgs } from "../maker.ts";

/** A reserved IP. */
export interface Address {
  readonly resource: ReservedIp;
  /** Leads it to a droplet; the answer is the address, known when it does. */
  readonly leadTo: (droplet: Droplet) => pulumi.Output<string>;
}

/** The reserved IP that is to lead to a droplet, where one is. */
export function createAddress(
  { reservedAddress }: MachineArgs,
  region: string,
  opts: pulumi.CustomResourceOptions,
): Address | undefined {
  if (!reservedAddress) return undefined;
  const { name } = reservedAddress;
  const resource = new ReservedIp(name, { region }, outliving(opts));
  const { parent } = opts;
  return {
    resource,
    leadTo(droplet) {
      const { ipAddress } = resource;
      const dropletId = droplet.id.apply(Number);
      const assignment = new ReservedIpAssignment(
        `${name}-assignment`,
        { ipAddress, dropletId },
        // A droplet that goes takes its assignment with it.
        { ...(parent && { parent }), deletedWith: droplet },
      );
      return assignment.ipAddress;
    },
  };
}
