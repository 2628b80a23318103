import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { renderUserData, userDataDigest } from "../../cloud-init/render.ts";
import type { firstContact } from "../../manifest/manifest.ts";
import type { Cloud } from "../clouds/cloud.ts";
import { catalogues } from "../clouds/catalogues.ts";
import { chooseSize } from "../clouds/choose-size.ts";
import type { SnapshotBefore } from "../clouds/config.ts";
import type { Machine } from "../clouds/maker.ts";
import { hostLabels, machineName } from "../clouds/name.ts";
import { need, type Need } from "../clouds/size.ts";
import type { DeepInput } from "../input.ts";
import type { Items } from "../items.ts";
import type { ManifestArgs } from "../manifest.ts";
import { entranceItems, firstBootGates } from "./cloud-host-plan.ts";
import { planSuccession } from "./machine-plan.ts";
import { SshIdentity } from "./ssh-identity.ts";

/** A host whose machine is made at a provider. */
export interface CloudHostArgs {
  /** Where the machine is made, and the key that opens it. Another one replaces the machine. */
  readonly cloud: Cloud;
  /** The provider's name of a size, or what is needed at least: the cheapest that has it is taken. Updates in place, with a stop. @default { cpus: 1, memoryMib: 1024, diskGib: 20 } */
  readonly size?: string | Partial<Need> | undefined;
  /** The provider's name of a location. Replaces the machine. @default - Falkenstein, Frankfurt */
  readonly location?: string | undefined;
  /** The provider's name of an image, or the number of a snapshot. Counts when the machine is made. @default - Debian 12 */
  readonly image?: string | undefined;
  /** The machine can be deleted only after this is false. Updates in place. @default false */
  readonly protect?: boolean | undefined;
  /** Any text of letters and digits; another one makes another machine, with keys of its own, and everything on it anew. @default "1" */
  readonly generation?: string | undefined;
  /** Keeps a public IPv4 address of its own, which stays when the machine is replaced in the same location. Costs extra. Updates in place, with another address than before, at Hetzner with a stop. @default false */
  readonly reservedAddress?: boolean | undefined;
  /** Replaces the machine when its user data change; else the change is made on the running machine. @default false */
  readonly replaceOnUserDataChange?: boolean | undefined;
  /** Makes a snapshot of the machine before its packages, or anything of PostgreSQL or Redis, are changed, and keeps as many. Declare all of these in one go with the host, without waiting for anything in between. Updates in place, with a first snapshot. @default - none is made */
  readonly snapshotBefore?: SnapshotBefore | undefined;
  /** Login of the program: root, or an account that is made, with passwordless sudo. Updates in place. @default "root" */
  readonly user?: string | undefined;
  /** Port of sshd (1–65535). Updates in place, in one transaction. @default 22 */
  readonly port?: number | undefined;
  /** A public key of your own that lets you in whatever happens to the program, one line. Updates in place by `BreakGlassKey`. @default - none */
  readonly breakGlassKey?: string | undefined;
}

/** How a machine is entered before its first contact. */
export type FirstContact = DeepInput<z.input<typeof firstContact>>;

/** A machine that was made, and everything that is needed to recognise and enter it. */
export interface CloudHost {
  readonly machine: Machine;
  /** Identity of the machine: another machine is another host. */
  readonly id: pulumi.Output<string>;
  /** The key that it shows from the first contact on. */
  readonly hostKey: pulumi.Output<string>;
  /** What the first contact may be made with, as long as it was not made: nobody trusts these later. */
  readonly first: FirstContact;
  /** What must hold before anything is changed: cloud-init has done what it was told. */
  readonly firstBoot: ManifestArgs["gates"];
  /** What is done at the first contact. */
  readonly entrance: Items;
  /** What it was given, in words. */
  readonly size: string;
}

/** Seconds that a machine has from its creation to the end of its first boot. */
const firstBootSeconds = 600;

/** Makes the machine of a host, with the keys by which it is recognised. */
export function makeCloudHost(
  parent: pulumi.ComponentResource,
  name: string,
  args: CloudHostArgs,
): CloudHost {
  const { cloud, generation = "1", reservedAddress = false } = args;
  const { movesAddress } = cloud.maker;
  const { resource, keys, options } = planSuccession({
    ...{ host: name, generation, reservedAddress, movesAddress },
  });
  const chosen = sizeOf(parent, args);
  const boot = new SshIdentity(`${keys}-boot-key`, {}, { parent });
  const userData = userDataOf(name, args, boot);
  const stack = pulumi.getStack();
  const named = machineName(stack, name, generation);
  const { unclaimed } = cloud;
  const wanted = { machineName: named, logicalName: resource, host: parent };
  const machine = cloud.createMachine(
    resource,
    {
      machineName: unclaimed.freeName(wanted),
      size: chosen.name,
      ...{ location: args.location, image: args.image },
      userData,
      key: cloud.keyId,
      labels: hostLabels(stack, name),
      ...(reservedAddress && {
        reservedAddress: {
          name: `${name}-address`,
          addressName: machineName(stack, name, "1"),
        },
      }),
    },
    {
      ...options,
      parent,
      dependsOn: Object.values(cloud.nodes.firewalls),
      protect: args.protect ?? false,
      ignoreChanges: ignored(args),
    },
  );
  machine.id.apply((id) => unclaimed.warnOfTwin(named, id));
  // Another machine is another identity, also where the old one was deleted behind our back.
  const identity = new SshIdentity(
    `${keys}-host-key`,
    { rotation: machine.id },
    { parent },
  );
  const { user = "root", port = 22 } = args;
  const settings = {
    ...{ user, port, hostname: name },
    publicKey: cloud.publicKey,
    hostKey: identity.privateKey,
    userData: userData.apply(userDataDigest),
  };
  return {
    machine,
    id: pulumi.interpolate`${cloud.provider}/${machine.id}`,
    hostKey: identity.hostKey,
    first: {
      hostKeys: [boot.hostKey],
      users: ["root"],
      ports: [22],
      timeoutSeconds: firstBootSeconds,
    },
    firstBoot: firstBootGates(settings),
    entrance: entranceItems(settings),
    size: chosen.text,
  };
}

/** Where a machine is reached; nowhere when it is only referred to. */
export function placeOf(made: CloudHost) {
  const { machine, id, hostKey } = made;
  const address = machine.reservedAddress ?? machine.address;
  return { address, hostKeys: [hostKey], id };
}

function sizeOf(parent: pulumi.ComponentResource, args: CloudHostArgs) {
  const catalogue = catalogues[args.cloud.provider];
  const { size = {} } = args;
  const wanted = typeof size === "string" ? size : need.parse(size);
  const found = chooseSize(catalogue, wanted);
  if (found) return found;
  throw new pulumi.ResourceError(
    `size: ${catalogue.provider} has none with ${JSON.stringify(wanted)}; ask for less, or name a size of its own`,
    parent,
    true,
  );
}

/** It holds the boot key: a secret, in every output. */
function userDataOf(
  name: string,
  { cloud, user = "root", port = 22, breakGlassKey }: CloudHostArgs,
  { privateKey, hostKey }: SshIdentity,
): pulumi.Output<string> {
  const known = pulumi.all([cloud.publicKey, privateKey, hostKey]);
  const userData = known.apply(([operator, bootKey, publicKey]) =>
    renderUserData({
      hostname: name,
      user,
      authorizedKeys: [operator],
      breakGlassKey,
      hostKey: { privateKey: bootKey, publicKey },
      sshPort: port,
    }),
  );
  return pulumi.secret(userData);
}

/** What the provider would make a new machine for, although the running one can be changed. */
function ignored({ replaceOnUserDataChange = false }: CloudHostArgs): string[] {
  return ["sshKeys", "image", ...(replaceOnUserDataChange ? [] : ["userData"])];
}
