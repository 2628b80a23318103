import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ignoreAbsent, writeAtomically } from "../files.ts";

const cloudTokens = z.strictObject({
  /** 64 characters, as the official plugin insists. */
  hetzner: z.string().length(64),
  digitalocean: z.string().min(1),
});

/** What opens each provider's API. */
export type CloudTokens = z.infer<typeof cloudTokens>;

/** The tokens in a file, those that are not there made; only its owner reads them. */
export async function ensureTokens(file: string): Promise<CloudTokens> {
  const text = await ignoreAbsent(readFile(file, "utf8"));
  const kept = cloudTokens.partial().parse(JSON.parse(text ?? "{}"));
  const tokens = {
    hetzner: randomBytes(32).toString("hex"),
    digitalocean: `dop_v1_${randomBytes(32).toString("hex")}`,
    ...kept,
  };
  await writeAtomically(file, JSON.stringify(tokens));
  return tokens;
}
