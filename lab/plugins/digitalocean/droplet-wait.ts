import { OutOfTime, until, type DigitalOcean } from "./api.ts";
import { dropletAnswer, type Droplet } from "./droplet-answer.ts";

/** Waits until a droplet has a status, and gives it as it is then. */
export async function awaitStatus(
  api: DigitalOcean,
  id: number | string,
  { status, deadline }: { status: string; deadline: number },
): Promise<Droplet> {
  const seconds = Math.ceil((deadline - Date.now()) / 1000);
  try {
    const seen: Droplet[] = [];
    await until(deadline, async () => {
      const answer = await api.ask(`GET /droplets/${id}`);
      const { droplet } = dropletAnswer.parse(answer);
      seen.push(droplet);
      return droplet.status === status;
    });
    const [last] = seen.slice(-1);
    if (last) return last;
    throw new Error(`droplet ${id} was not looked at`);
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    throw new Error(
      `timeout while waiting for state to become '${status}' (timeout: ${duration(seconds)})`,
      { cause: error },
    );
  }
}

/** Seconds as Go writes them: `5s`, `1h0m0s`. */
function duration(seconds: number): string {
  const [hours, minutes] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
  ];
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
