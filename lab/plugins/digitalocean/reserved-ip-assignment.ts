import { randomInt } from "node:crypto";
import { z } from "zod";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { DigitalOcean } from "./api.ts";
import { during, unlessMissing } from "./error.ts";
import {
  assign,
  assignmentLimit,
  reservedIpAnswer,
  unassign,
} from "./reserved-ip-answer.ts";

const inputs = z.object({ dropletId: z.number(), ipAddress: z.string() });

/** `digitalocean.ReservedIpAssignment`: which droplet a reserved address leads to. */
export const reservedIpAssignment: ManagedResource<DigitalOcean> = {
  create: async ({ api, inputs: given, made, deadline }) => {
    const { dropletId, ipAddress } = inputs.parse(given);
    await during("Error assigning reserved IP", () =>
      assign(api, ipAddress, {
        dropletId,
        deadline: deadline ?? Date.now() + assignmentLimit,
      }),
    );
    made(`${dropletId}-${ipAddress}-${uniqueText()}`);
    await api.ask(`GET /reserved_ips/${ipAddress}`);
    return { dropletId, ipAddress };
  },
  read: async ({ api, state }) => {
    const { dropletId, ipAddress } = inputs.parse(state);
    const found = await unlessMissing("Error retrieving reserved IP", () =>
      api.ask(`GET /reserved_ips/${ipAddress}`),
    );
    if (found === undefined) return undefined;
    const { droplet } = reservedIpAnswer.parse(found).reserved_ip;
    return droplet?.id === dropletId ? { dropletId, ipAddress } : undefined;
  },
  remove: async ({ api, state, deadline }) => {
    const { dropletId, ipAddress } = inputs.parse(state);
    const found = await unlessMissing("Error retrieving reserved IP", () =>
      api.ask(`GET /reserved_ips/${ipAddress}`),
    );
    if (found === undefined) return;
    const { droplet } = reservedIpAnswer.parse(found).reserved_ip;
    if (droplet?.id !== dropletId) return;
    const end = deadline ?? Date.now() + assignmentLimit;
    await during("Error unassigning reserved IP", () =>
      unassign(api, ipAddress, end),
    );
  },
};

/** The time and eight digits, as Terraform makes ids unique. */
function uniqueText(): string {
  const time = new Date().toISOString().replaceAll(/\D/g, "");
  const digits = randomInt(2 ** 32)
    .toString(16)
    .padStart(8, "0");
  return `${time}0${digits}`;
}
