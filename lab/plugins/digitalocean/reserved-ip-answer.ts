import { z } from "zod";
import { until, type DigitalOcean } from "./api.ts";

/** A reserved address as the API tells it. */
export const reservedIpAnswer = z.object({
  reserved_ip: z.object({
    ip: z.string(),
    region: z.object({ slug: z.string() }),
    droplet: z.object({ id: z.number() }).nullish(),
  }),
});

const actions = z.object({
  actions: z.array(z.object({ status: z.string() })).default([]),
});

/** How long an assignment may take. */
export const assignmentLimit = 10 * 60_000;

/** Gives an address to a droplet, once nothing else is done to that. */
export async function assign(
  api: DigitalOcean,
  ip: string,
  { dropletId, deadline }: { dropletId: number; deadline: number },
): Promise<void> {
  await until(deadline, async () => {
    const answer = await api.ask(
      `GET /droplets/${dropletId}/actions?per_page=50`,
    );
    return actions
      .parse(answer)
      .actions.every(({ status }) => status !== "in-progress");
  });
  const body = { droplet_id: dropletId, type: "assign" };
  const below = `/reserved_ips/${ip}/actions`;
  await api.act(`POST ${below}`, body, { deadline, below });
}

/** Takes an address from the droplet that has it. */
export async function unassign(
  api: DigitalOcean,
  ip: string,
  deadline: number,
): Promise<void> {
  const below = `/reserved_ips/${ip}/actions`;
  await api.act(`POST ${below}`, { type: "unassign" }, { deadline, below });
}
