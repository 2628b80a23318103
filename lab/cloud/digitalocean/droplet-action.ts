import { z } from "zod";
import { now, type Action } from "../action.ts";
import { hostname } from "../hostname.ts";
import { unprocessable, type Account } from "./account.ts";
import { installDroplet } from "./droplet-creation.ts";
import {
  dropletHost,
  dropletResource,
  dropletStatus,
  ensureIdle,
  type Droplet,
} from "./droplet.ts";
import { requireImage } from "./image.ts";
import { requireSize } from "./region.ts";
import { snapshotDisk } from "./snapshot.ts";

/** What may be done with a droplet. */
export const dropletAction = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.enum([
      "power_on",
      "power_off",
      "power_cycle",
      "shutdown",
      "reboot",
    ]),
  }),
  z.strictObject({ type: z.literal("rename"), name: hostname }),
  z.strictObject({
    type: z.literal("resize"),
    size: z.string(),
    disk: z.boolean().default(false),
  }),
  z.strictObject({
    type: z.literal("rebuild"),
    image: z.union([z.string(), z.number()]),
  }),
  z.strictObject({ type: z.literal("snapshot"), name: z.string().min(1) }),
]);

type Asked = z.infer<typeof dropletAction>;
type Work = () => Promise<void>;

/** Begins what is asked; refuses it while another action runs. */
export function startDropletAction(
  account: Account,
  given: Droplet,
  asked: Asked,
): Action {
  ensureIdle(account, given);
  const work = planWork(account, given, asked);
  return account.actions.start(asked.type, [dropletResource(given)], work);
}

function planWork(account: Account, given: Droplet, asked: Asked): Work {
  const { hosts } = account;
  const host = dropletHost(given);
  switch (asked.type) {
    case "power_on":
      return () => hosts.powerOn(host);
    case "power_off":
      return () => hosts.powerOff(host);
    case "power_cycle":
      return () => hosts.powerOff(host).then(() => hosts.powerOn(host));
    case "shutdown":
      return () => hosts.shutDown(host);
    case "reboot":
      return () => hosts.reboot(host);
    case "rename":
      return async () => {
        given.name = asked.name;
      };
    case "resize":
      return planResize(account, given, asked);
    case "rebuild":
      return planRebuild(account, given, asked.image);
    case "snapshot":
      return () => takeSnapshot(account, given, asked.name);
  }
}

function planResize(
  account: Account,
  given: Droplet,
  asked: { readonly size: string; readonly disk: boolean },
): Work {
  const size = requireSize(asked.size);
  if (dropletStatus(account, given) !== "off")
    throw unprocessable("Droplet must be powered off to resize.");
  if (size.disk < given.disk)
    throw unprocessable("This size is not available: its disk is smaller.");
  return async () => {
    await account.hosts.resize(dropletHost(given), size.vcpus);
    given.size = size.slug;
    if (asked.disk) given.disk = size.disk;
  };
}

/** A fresh disk, with the user data and the keys of its creation. */
function planRebuild(
  account: Account,
  given: Droplet,
  wanted: string | number,
): Work {
  const image = requireImage(account, wanted);
  return async () => {
    given.image = image;
    await account.hosts.powerOff(dropletHost(given));
    await installDroplet(account, given);
    await account.hosts.powerOn(dropletHost(given));
  };
}

async function takeSnapshot(
  account: Account,
  given: Droplet,
  name: string,
): Promise<void> {
  const id = account.nextId();
  const host = dropletHost(given);
  const bytes = await account.hosts.takeSnapshot(host, snapshotDisk(id));
  account.snapshots.add({
    id,
    name,
    region: given.region,
    created_at: now(),
    resource_id: given.id,
    min_disk_size: given.disk,
    size_gigabytes: Math.round(bytes / 1e7) / 100,
  });
}
