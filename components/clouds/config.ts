import { z } from "zod";
import { anyHost } from "../config/any-host.ts";
import { integer, text } from "../config/text.ts";
import { need, size } from "./size.ts";

function word(what: string, pattern: RegExp, example: string) {
  return text(
    (value) =>
      pattern.test(value)
        ? undefined
        : { rule: `is no ${what}`, hint: `write it like "${example}"` },
    { pattern: pattern.source },
  );
}

/** When snapshots of a machine are made, and how many stay. */
export const snapshotBefore = z.strictObject({
  /** Complete ones that are kept (1–100); the oldest go. Updates in place. @default 3 */
  keep: integer(1, 100).default(3).describe("Snapshots that are kept"),
});

/** When snapshots of a machine are made, and how many stay. */
export type SnapshotBefore = z.output<typeof snapshotBefore>;

/** The keys of every host that is made. */
export const cloudHost = z.strictObject({
  /** The provider's name of a size, or what is needed at least: the cheapest that has it is taken. Updates in place, with a stop. @default {"cpus":1,"memoryMib":1024,"diskGib":20} */
  size: size
    .default(need.parse({}))
    .describe("Name of a size, or what is needed at least"),
  /** The machine can be deleted only after this is false. Updates in place. @default - true where data live */
  protect: z
    .boolean()
    .optional()
    .describe("The machine can be deleted only after this is false"),
  /** Any text; another one makes another machine, with keys of its own, and everything on it anew. @default "1" */
  generation: word("generation", /^[a-z0-9]{1,16}$/, "2")
    .default("1")
    .describe("Another one makes another machine"),
  /** Keeps a public IPv4 address of its own, which stays when the machine is replaced in the same location. Costs extra. Updates in place, with another address than before, at Hetzner with a stop. @default false */
  reservedAddress: z
    .boolean()
    .default(false)
    .describe("Its public IPv4 address stays when the machine is replaced"),
  /** Replaces the machine when what it is told at its first boot changes; else the change is made on the running machine. @default false */
  replaceOnUserDataChange: z
    .boolean()
    .default(false)
    .describe("Replaces the machine when its user data change"),
  /** Makes a snapshot of the machine at the provider before its packages, or anything of PostgreSQL or Redis, are changed; such as `{}`. Snapshots cost, and stay when the host goes. Updates in place, with a first snapshot. @default - none is made */
  snapshotBefore: snapshotBefore
    .optional()
    .describe("Makes a snapshot before packages or data are changed"),
});

const place = /^[a-z]{3,4}[0-9]{0,2}$/;

/** A server that is made at Hetzner Cloud. */
export const hetznerHost = z.strictObject({
  /** Makes the host at Hetzner Cloud. Another provider replaces the host. */
  provider: z.literal("hetzner").describe("Where the host is made"),
  ...anyHost.shape,
  ...cloudHost.shape,
  /** Hetzner's name of a location. Replaces the server. @default "fsn1" */
  location: word("location", place, "fsn1")
    .default("fsn1")
    .describe("Location of the server"),
  /** Hetzner's name of an image with Debian 12 or 13, Ubuntu 22.04 or 24.04, or the number of a snapshot. Counts when the server is made. @default "debian-12" */
  image: word("image", /^[a-z0-9][a-z0-9.-]{0,62}$/, "debian-12")
    .default("debian-12")
    .describe("Image that the server is made from"),
});

/** A droplet that is made at DigitalOcean. */
export const digitaloceanHost = z.strictObject({
  /** Makes the host at DigitalOcean. Another provider replaces the host. */
  provider: z.literal("digitalocean").describe("Where the host is made"),
  ...anyHost.shape,
  ...cloudHost.shape,
  /** DigitalOcean's slug of a region. Replaces the droplet. @default "fra1" */
  location: word("region", place, "fra1")
    .default("fra1")
    .describe("Region of the droplet"),
  /** DigitalOcean's slug of an image with Debian 12 or 13, Ubuntu 22.04 or 24.04, or the number of a snapshot. Counts when the droplet is made. @default "debian-12-x64" */
  image: word("image", /^[a-z0-9][a-z0-9.-]{0,62}$/, "debian-12-x64")
    .default("debian-12-x64")
    .describe("Image that the droplet is made from"),
});

/** A host that is made at a provider. */
export type CloudHostSettings =
  z.output<typeof hetznerHost> | z.output<typeof digitaloceanHost>;
/** What decides the machine of a host. */
export type CloudConfig = Pick<
  CloudHostSettings,
  | "provider"
  | "location"
  | "size"
  | "image"
  | "protect"
  | "generation"
  | "reservedAddress"
  | "replaceOnUserDataChange"
  | "snapshotBefore"
>;
/** What of a host's settings decides its machine. */
export function cloudConfigOf(host: CloudHostSettings): CloudConfig {
  const { provider, location, size: wanted, image } = host;
  const { protect, generation, reservedAddress } = host;
  const { replaceOnUserDataChange, snapshotBefore } = host;
  return {
    ...{ provider, location, size: wanted, image, protect, generation },
    ...{ reservedAddress, replaceOnUserDataChange, snapshotBefore },
  };
}

/** A provider that hosts are made at. */
export type CloudProvider = CloudHostSettings["provider"];
