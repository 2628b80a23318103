import type { Call } from "../shared/managed/resource.ts";
import { until, type DigitalOcean } from "./api.ts";
import { dropletAnswer } from "./droplet-answer.ts";
import { awaitStatus } from "./droplet-wait.ts";
import { during, unlessMissing } from "./error.ts";

const limit = 60_000;

/** Deletes a droplet once nothing holds it, and waits until it is gone. */
export async function removeDroplet({
  api,
  id,
  state,
  deadline = Date.now() + limit,
}: Call<DigitalOcean>): Promise<void> {
  await during(
    `Error waiting for droplet to be unlocked for destroy (${id})`,
    () => until(deadline, () => isUnlocked(api, id)),
  );
  if (state["gracefulShutdown"] === true) {
    await during("Error shutting down the droplet", async () => {
      await api.ask(`POST /droplets/${id}/actions`, { type: "shutdown" });
      await awaitStatus(api, id, { status: "off", deadline });
    });
  }
  await during("Error deleting droplet", async () => {
    await api.ask(`DELETE /droplets/${id}`);
    await until(deadline, async () => (await look(api, id)) === undefined);
  });
}

async function isUnlocked(api: DigitalOcean, id: string): Promise<boolean> {
  const answer = await look(api, id);
  if (answer === undefined)
    throw new Error(
      "unexpected state 'Not Found', wanted target 'false'. last error: %!s(<nil>)",
    );
  return !dropletAnswer.parse(answer).droplet.locked;
}

function look(api: DigitalOcean, id: string): Promise<unknown> {
  return unlessMissing("Error retrieving droplet", () =>
    api.ask(`GET /droplets/${id}`),
  );
}
