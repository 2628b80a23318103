import { createHash } from "node:crypto";

/** The address of a private network card, told from what it belongs to: the same whenever it is made. */
export function privateMac(...owner: readonly (string | number)[]): string {
  const digest = createHash("sha256").update(owner.join("/")).digest("hex");
  return ["86", "00", ...(digest.match(/../g) ?? []).slice(0, 4)].join(":");
}
