import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ignoreAbsent, writeAtomically } from "../files.ts";

const cloudTokens = z.strictObject({
  /** 64 characters, as the official plugin insists. */
  hetzner: z.string().length(64),
});

/** What opens each provider's API. */
export type CloudTokens = z.infer<typeof cloudTokens>;

/** The tokens in a file, made when it is not there; only its owner reads them. */
export async function ensureTokens(file: string): Promise<CloudTokens> {
  const text = await ignoreAbsent(readFile(file, "utf8"));
  if (text !== undefined) return cloudTokens.parse(JSON.parse(text));
  const made = { hetzner: randomBytes(32).toString("hex") };
  await writeAtomically(file, JSON.stringify(made));
  return made;
}
