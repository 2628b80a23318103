import { createHash } from "node:crypto";
import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type {
  Call,
  CreateCall,
  Found,
  ManagedResource,
} from "../shared/managed/resource.ts";
import type { DigitalOcean } from "./api.ts";
import {
  describeDroplet,
  dropletAnswer,
  type Droplet,
} from "./droplet-answer.ts";
import { removeDroplet } from "./droplet-removal.ts";
import { updateDroplet } from "./droplet-update.ts";
import { awaitStatus } from "./droplet-wait.ts";
import { during, unlessMissing } from "./error.ts";

const inputs = z.object({
  name: z.string(),
  region: z.string().optional(),
  size: z.string(),
  image: z.string(),
  sshKeys: z.array(z.string()).default([]),
  backups: z.boolean().default(false),
  ipv6: z.boolean().default(false),
  privateNetworking: z.boolean().default(false),
  publicNetworking: z.boolean().optional(),
  monitoring: z.boolean().default(false),
  dropletAgent: z.boolean().optional(),
  userData: z.string().optional(),
  tags: z.array(z.string()).default([]),
  vpcUuid: z.string().optional(),
});

const limit = 60 * 60_000;
const refused = ["backupPolicy", "gpuPartitionMode", "volumeIds"];

/** `digitalocean.Droplet`. */
export const droplet: ManagedResource<DigitalOcean> = {
  isAutonamed: true,
  schemaVersion: "1",
  inputDefaults: { resizeDisk: true },
  computed: [
    ...["ipv6Address", "privateNetworking", "publicNetworking"],
    ...["region", "volumeIds", "vpcUuid"],
  ],
  defaults: {
    ...{ backups: false, gracefulShutdown: false },
    ...{ ipv6: false, monitoring: false },
  },
  sets: ["sshKeys", "tags", "volumeIds"],
  kept: {
    userData: (text) => createHash("sha1").update(text).digest("hex"),
  },
  // IPv6 is never taken away from a droplet.
  replacesFor: (before, after) =>
    before["ipv6"] === true && after["ipv6"] !== true,
  create: createDroplet,
  read: readDroplet,
  update: updateDroplet,
  remove: removeDroplet,
};

async function createDroplet({
  api,
  inputs: given,
  made,
  deadline = Date.now() + limit,
}: CreateCall<DigitalOcean>): Promise<Found> {
  const unable = refused.filter((key) => given[key] !== undefined);
  if (unable.length > 0)
    throw new Error(
      `this stand-in makes no droplet with ${unable.join(", ")}: use the official plugin`,
    );
  const body = orderOf(given);
  const answer = await during("Error creating droplet", () =>
    api.ask("POST /droplets", body),
  );
  const { id } = dropletAnswer.parse(answer).droplet;
  made(String(id));
  const ready = await during(
    `Error waiting for droplet (${id}) to become ready`,
    () => awaitStatus(api, id, { status: "active", deadline }),
  );
  return outputsOf(ready, given);
}

function orderOf(given: PropertyMap): object {
  const wanted = inputs.parse(given);
  const { publicNetworking, dropletAgent, userData, vpcUuid } = wanted;
  const keys = wanted.sshKeys.map(numberWhereOne);
  return {
    name: wanted.name,
    ...(wanted.region !== undefined && { region: wanted.region }),
    size: wanted.size,
    image: numberWhereOne(wanted.image),
    ssh_keys: keys.length > 0 ? keys : null,
    backups: wanted.backups,
    ipv6: wanted.ipv6,
    private_networking: wanted.privateNetworking,
    ...(publicNetworking !== undefined && {
      public_networking: publicNetworking,
    }),
    monitoring: wanted.monitoring,
    ...(dropletAgent !== undefined && { with_droplet_agent: dropletAgent }),
    ...(userData !== undefined && { user_data: userData }),
    tags: wanted.tags,
    ...(vpcUuid !== undefined && { vpc_uuid: vpcUuid }),
  };
}

function numberWhereOne(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

async function readDroplet({
  api,
  id,
  state,
}: Call<DigitalOcean>): Promise<Found | undefined> {
  const isImport = Object.keys(state).length === 0;
  if (!/^\d+$/.test(id)) return undefined;
  const look = () =>
    unlessMissing("Error retrieving droplet", () =>
      api.ask(`GET /droplets/${id}`),
    );
  const first = await look();
  // The official plugin looks twice at what it imports.
  const found = isImport && first !== undefined ? await look() : first;
  if (found === undefined) return undefined;
  const outputs = outputsOf(dropletAnswer.parse(found).droplet, state);
  return isImport ? { ...outputs, resizeDisk: true } : outputs;
}

function outputsOf(found: Droplet, state: PropertyMap): Found {
  const id = String(found.image?.id ?? "");
  return {
    ...describeDroplet(found),
    ...(state["image"] === id && { image: id }),
    dropletUrn: `do:droplet:${found.id}`,
    publicNetworking: (found.networks.v4 ?? []).some(
      ({ type }) => type === "public",
    ),
  };
}
