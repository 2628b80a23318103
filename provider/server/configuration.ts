import { z } from "zod";
import type { Problem } from "./check-failures.ts";
import { hasUnknown, reveal, type PropertyMap } from "./property.ts";

const text = z.string().min(1);

/** The SDK sends a provider's lists and numbers as JSON text; other hosts send them as they are. */
function json<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => {
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }, schema);
}

/** Configuration of the provider, the same for all hosts of a fleet. */
export const configuration = z.strictObject({
  /** The private key that logs in, as PEM or OpenSSH text; never an input of a resource. */
  privateKey: text,
  /** The key before that: tried after `privateKey`, so that hosts which were not told of the new one yet still open. */
  previousPrivateKey: text.optional(),
  /** Who holds the lock of a host, in messages. @default "flotilla" */
  stack: text.default("flotilla"),
  /** Hosts that are gone for good: what was on them is forgotten by a delete instead of removed. @default [] */
  forgetHosts: json(z.array(text)).default([]),
  /** Hosts whose machine was rebuilt: everything on them is looked at anew, and a first contact is believed once more. @default [] */
  replace: json(z.array(text)).default([]),
  /** Seconds until a host counts as unreachable (1–600). @default 20 */
  connectTimeoutSeconds: json(z.number().min(1).max(600)).default(20),
  /** Seconds to wait for another job on the same host (0–3600). @default 300 */
  lockWaitSeconds: json(z.number().min(0).max(3600)).default(300),
  /** Tokens and endpoints of the providers' APIs, for snapshots. @default - those of the environment */
  hetznerToken: text.optional(),
  hetznerEndpoint: text.optional(),
  digitaloceanToken: text.optional(),
  digitaloceanEndpoint: text.optional(),
  version: text.optional(),
});

/** Keys whose values are secret, whether the program said so or not. */
export const secretKeys = [
  "privateKey",
  "previousPrivateKey",
  "hetznerToken",
  "digitaloceanToken",
] as const satisfies readonly (keyof Configuration)[];

export type Configuration = z.output<typeof configuration>;

/** Parses what Configure gets; `undefined` while a value is not known yet. */
export function parseConfiguration(
  properties: PropertyMap,
): Configuration | undefined {
  if (hasUnknown(properties)) return undefined;
  return configuration.parse(reveal(properties));
}

/** The problems of a configuration, as Check failures. */
export function configurationProblems(properties: PropertyMap): Problem[] {
  if (hasUnknown(properties)) return [];
  const parsed = configuration.safeParse(reveal(properties));
  return (parsed.error?.issues ?? []).map((issue) => ({
    property: issue.path.join("."),
    reason: issue.message,
  }));
}
