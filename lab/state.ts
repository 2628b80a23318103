import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { parseRange } from "./addresses.ts";
import { hostNetwork } from "./host-network.ts";
import { ignoreAbsent, writeAtomically } from "./files.ts";

const hostState = z.strictObject({
  /** Last part of the address; kept as long as the lab exists. */
  number: z.number().int().min(2).max(254),
  /** The disk, when there is one: which image it lies on, and where what was written lies. */
  disk: z
    .strictObject({
      image: z.string(),
      folder: z.string(),
      instanceId: z.string(),
    })
    .optional(),
  /** How many processors the host may use. @default - all of the machine */
  cpus: z.number().int().min(1).optional(),
  /** How it is connected where that is not the usual: one address, and the network that all hosts share. */
  network: hostNetwork.optional(),
  /** Its host keys come with what it is told at its first boot: the lab knows and pins none. */
  unpinned: z.literal(true).optional(),
});

const labState = z.strictObject({
  version: z.literal(1),
  range: z.string(),
  subnet: z.number().int().min(0).max(255),
  hosts: z.record(z.string(), hostState),
  /** Numbers whose addresses are kept for somebody, whether a host has them or not. */
  held: z.array(z.number().int()).optional(),
  /** Numbers that were given back, the longest ago first. */
  freed: z.array(z.number().int()).optional(),
});

/** What a lab has to know of the others: a later version may keep more of them. */
const neighbour = z.object({
  subnet: labState.shape.subnet,
  hosts: z.record(
    z.string(),
    z.object({ disk: z.object({ image: z.string() }).optional() }),
  ),
});

/** What is known of another lab in the same cache folder. */
export type Neighbour = z.infer<typeof neighbour>;

/** What is kept of one host. */
export type HostState = z.infer<typeof hostState>;

/** What is kept of a lab in its `lab.json`. Processes are not in it: they are looked up. */
export type LabState = z.infer<typeof labState>;

/** Reads the text of a `lab.json`; throws with the file's name when it is not one of ours. */
export function parseState(text: string, file: string): LabState {
  const state = parse(labState, text, file);
  parseRange(state.range);
  return state;
}

/** The state of a lab, or undefined when it was never started. */
export async function loadState(
  labFolder: string,
): Promise<LabState | undefined> {
  const file = stateFile(labFolder);
  const text = await ignoreAbsent(readFile(file, "utf8"));
  return text === undefined ? undefined : parseState(text, file);
}

/** What must be known of another lab, or undefined when it was never started. */
export async function loadNeighbour(
  labFolder: string,
): Promise<Neighbour | undefined> {
  const file = stateFile(labFolder);
  const text = await ignoreAbsent(readFile(file, "utf8"));
  return text === undefined ? undefined : parse(neighbour, text, file);
}

/** Keeps the state of a lab. */
export async function saveState(
  labFolder: string,
  state: LabState,
): Promise<void> {
  await writeAtomically(
    stateFile(labFolder),
    `${JSON.stringify(state, undefined, 2)}\n`,
  );
}

function parse<T>(schema: z.ZodType<T>, text: string, file: string): T {
  const result = schema.safeParse(parseJson(text, file));
  if (result.success) return result.data;
  throw new Error(
    `${file} is not a lab's state:\n${z.prettifyError(result.error)}\nRemove its folder to start over.`,
  );
}

function stateFile(labFolder: string): string {
  return path.join(labFolder, "lab.json");
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not JSON. Remove its folder to start over.`, {
      cause,
    });
  }
}
