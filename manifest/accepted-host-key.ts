import { z } from "zod";
import { hostKeyLine, port } from "./manifest.ts";

/** A host whose key is accepted from its first contact, and recorded. */
export const acceptedHostKey = z.strictObject({
  /** Identity of the machine: another one has a first contact of its own. */
  hostId: z.string().min(1),
  /** The name that messages use. */
  name: z.string().min(1),
  /** IPv4 or IPv6 address, or a name. Another one dials nothing: the recorded key has to be shown there. */
  address: z.string().min(1),
  /** Port of sshd. @default 22 */
  port: port.default(22),
  /** Keys that are known beforehand: nothing is accepted then. Fails when the recorded key is another one. @default [] */
  pinned: z.array(hostKeyLine).max(32).default([]),
});

export type AcceptedHostKeyInputs = z.output<typeof acceptedHostKey>;

/** What was recorded of the first contact. */
export interface AcceptedHostKeyOutputs {
  /** The keys that are accepted from now on, each as in known_hosts. */
  readonly hostKeys: readonly string[];
  /** The recorded key as OpenSSH shows it: `SHA256:…`. */
  readonly fingerprint: string;
  /** When it was accepted, ISO 8601; empty where it was pinned beforehand. */
  readonly acceptedAt: string;
}
