import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ignoreAbsent, writeAtomically } from "../files.ts";
import { digitaloceanState } from "./digitalocean/state.ts";
import { hetznerState } from "./hetzner/state.ts";

const cloudState = z.strictObject({
  version: z.literal(1),
  /** Numbers of things are given out once, whatever the thing. */
  nextId: z.number().int(),
  hetzner: hetznerState.prefault({}),
  digitalocean: digitaloceanState.prefault({}),
});

/** Everything that is kept of a cloud. */
export type CloudState = z.infer<typeof cloudState>;

const firstId = 1001;

/** Reads what is kept in a file; what is new where there is none. */
export async function loadCloudState(file: string): Promise<CloudState> {
  const text = await ignoreAbsent(readFile(file, "utf8"));
  if (text === undefined)
    return cloudState.parse({ version: 1, nextId: firstId });
  const result = cloudState.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  throw new Error(
    `${file} is not a cloud's state:\n${z.prettifyError(result.error)}`,
  );
}

/** Forgets everything but which numbers were given out: who kept one of them must not meet another thing under it. */
export async function emptyCloudState(file: string): Promise<void> {
  const { version, nextId } = await loadCloudState(file);
  await saveCloudState(file, cloudState.parse({ version, nextId }));
}

/** Keeps the state, readable by its owner alone: user data has secrets in it. */
export async function saveCloudState(
  file: string,
  state: CloudState,
): Promise<void> {
  await writeAtomically(file, `${JSON.stringify(state, undefined, 2)}\n`);
}
