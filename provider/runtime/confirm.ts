import { run } from "../ssh/channel.ts";
import type { JobSite } from "./job.ts";
import { bootstrapCommand } from "./remote-shell.ts";

/** Tells a firewall job that a new connection came through. Throws when the window is over. */
export async function confirmJob(site: JobSite): Promise<void> {
  const { connection, runtime, jobId, client } = site;
  const words = ["confirm", runtime.hash, jobId];
  const command = bootstrapCommand(connection, runtime.bootstrap, words);
  const { code, stderr } = await run(client, command);
  if (code !== 0)
    throw new Error(`the confirmation was refused: ${stderr.trim()}`);
}
