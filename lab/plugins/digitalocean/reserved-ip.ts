import { z } from "zod";
import type {
  Call,
  Found,
  ManagedResource,
} from "../shared/managed/resource.ts";
import type { DigitalOcean } from "./api.ts";
import { during, unlessMissing } from "./error.ts";
import {
  assign,
  assignmentLimit,
  reservedIpAnswer,
  unassign,
} from "./reserved-ip-answer.ts";

const inputs = z.object({
  region: z.string(),
  dropletId: z.number().optional(),
});

/** `digitalocean.ReservedIp`: an address that stays when droplets go. */
export const reservedIp: ManagedResource<DigitalOcean> = {
  computed: ["ipAddress"],
  create: async ({ api, inputs: given, made, deadline }) => {
    const { region, dropletId } = inputs.parse(given);
    const answered = await during("Error creating reserved IP", () =>
      api.ask("POST /reserved_ips", { region }),
    );
    const { ip } = reservedIpAnswer.parse(answered).reserved_ip;
    made(ip);
    if (dropletId !== undefined)
      await during("Error assigning reserved IP", () =>
        assign(api, ip, {
          dropletId,
          deadline: deadline ?? Date.now() + assignmentLimit,
        }),
      );
    return undefined;
  },
  read: readAddress,
  update: async (call) => {
    const { api, id, inputs: given, deadline } = call;
    const { dropletId } = inputs.parse(given);
    const end = deadline ?? Date.now() + assignmentLimit;
    await during("Error assigning reserved IP", () =>
      dropletId === undefined
        ? unassign(api, id, end)
        : assign(api, id, { dropletId, deadline: end }),
    );
    const now = await readAddress({ ...call, state: given });
    return now && dropletId === undefined ? { ...now, dropletId: 0 } : now;
  },
  remove: async ({ api, id, state, deadline }) => {
    const end = deadline ?? Date.now() + assignmentLimit;
    if (state["dropletId"])
      await during("Error unassigning reserved IP", () =>
        unassign(api, id, end),
      );
    await during("Error deleting reserved IP", () =>
      api.ask(`DELETE /reserved_ips/${id}`),
    );
  },
};

async function readAddress({
  api,
  id,
  state,
}: Call<DigitalOcean>): Promise<Found | undefined> {
  const found = await unlessMissing("Error retrieving reserved IP", () =>
    api.ask(`GET /reserved_ips/${id}`),
  );
  if (found === undefined) return undefined;
  const { ip, region, droplet } = reservedIpAnswer.parse(found).reserved_ip;
  return {
    ipAddress: ip,
    region: region.slug,
    reservedIpUrn: `do:reservedip:${ip}`,
    // Whose it is matters only to who gave it away here.
    ...(state["dropletId"] && droplet ? { dropletId: droplet.id } : {}),
  };
}
