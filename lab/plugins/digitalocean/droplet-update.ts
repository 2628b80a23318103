import { z } from "zod";
import type { UpdateCall } from "../shared/managed/resource.ts";
import type { DigitalOcean } from "./api.ts";
import { awaitStatus } from "./droplet-wait.ts";
import { during } from "./error.ts";

const inputs = z.object({
  name: z.string(),
  size: z.string(),
  resizeDisk: z.boolean().default(true),
  backups: z.boolean().default(false),
  tags: z.array(z.string()).default([]),
});
const before = z.object({ tags: z.array(z.string()).nullish() });

/** One droplet that is being changed. */
interface Change {
  readonly call: UpdateCall<DigitalOcean>;
  readonly wanted: z.infer<typeof inputs>;
  readonly deadline: number;
}

const limit = 60 * 60_000;
const refused = ["backupPolicy", "privateNetworking", "volumeIds"];

const steps: Readonly<Record<string, (change: Change) => Promise<void>>> = {
  size: resize,
  name: rename,
  backups: (change) =>
    switchOn(
      change,
      change.wanted.backups ? "enable_backups" : "disable_backups",
    ),
  ipv6: (change) => switchOn(change, "enable_ipv6"),
  tags: changeTags,
};

/** Changes a droplet in place, one thing after the other. */
export async function updateDroplet(
  call: UpdateCall<DigitalOcean>,
): Promise<undefined> {
  const { changed, deadline = Date.now() + limit } = call;
  const unable = refused.filter((key) => changed.has(key));
  if (unable.length > 0)
    throw new Error(
      `this stand-in does not change ${unable.join(", ")} of a droplet: use the official plugin`,
    );
  const wanted = inputs.parse(call.inputs);
  for (const key of Object.keys(steps).filter((one) => changed.has(one)))
    await steps[key]?.({ call, wanted, deadline });
}

async function rename({ call, wanted, deadline }: Change): Promise<void> {
  const { api, id } = call;
  await during(`Error renaming droplet (${id})`, async () => {
    const body = { name: wanted.name, type: "rename" };
    await api.ask(`POST /droplets/${id}/actions`, body);
    await awaitStatus(api, id, { status: "active", deadline });
  });
}

async function resize({ call, wanted, deadline }: Change): Promise<void> {
  const { api, id } = call;
  const path = `POST /droplets/${id}/actions`;
  await during(`Error resizing droplet (${id})`, async () => {
    await api.ask(path, { type: "power_off" });
    await awaitStatus(api, id, { status: "off", deadline });
    const { size, resizeDisk: disk } = wanted;
    await api.act(path, { disk, size, type: "resize" }, { deadline });
    await api.ask(path, { type: "power_on" });
    await awaitStatus(api, id, { status: "active", deadline });
  });
}

async function switchOn(
  { call, deadline }: Change,
  type: string,
): Promise<void> {
  const { api, id } = call;
  await during(`Error changing droplet (${id}) by ${type}`, () =>
    api.act(`POST /droplets/${id}/actions`, { type }, { deadline }),
  );
}

async function changeTags({ call, wanted }: Change): Promise<void> {
  const { api, id, state } = call;
  const had = before.parse(state).tags ?? [];
  const body = { resources: [{ resource_id: id, resource_type: "droplet" }] };
  await during("Error updating tags", async () => {
    for (const tag of had.filter((one) => !wanted.tags.includes(one)))
      await api.ask(`DELETE /tags/${encodeURIComponent(tag)}/resources`, body);
    for (const tag of wanted.tags.filter((one) => !had.includes(one))) {
      await api.ask("POST /tags", { name: tag });
      await api.ask(`POST /tags/${encodeURIComponent(tag)}/resources`, body);
    }
  });
}
