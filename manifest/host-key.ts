import { z } from "zod";

const MAGIC = "openssh-key-v1\0";

/** The host's own key of one type: sshd shows it to whoever connects. Installed under the guard of a new connection. */
export const hostKeyItem = z.strictObject({
  /** The private half in OpenSSH's own format, without a passphrase. Secret; its public half is what is compared. */
  privateKey: z
    .string()
    .refine(
      (text) => publicHalfOfHostKey(text) !== undefined,
      "must be an ed25519 private key in OpenSSH's format, without a passphrase: make one with 'ssh-keygen -t ed25519 -N \"\"', or with SshIdentity",
    ),
  /** How long the host waits for a confirmation by a new connection before it takes the old key back, in seconds (5–600). @default 60 */
  confirmSeconds: z.number().int().min(5).max(600).default(60),
});

/** Types of host key that are pinned. */
export const hostKeyType = z.enum(["ed25519"]);

/** `ssh-ed25519 AAAA…` of a private key; `undefined` when it is none of that type, or is under a passphrase. */
export function publicHalfOfHostKey(privateKey: string): string | undefined {
  const body =
    /^-----BEGIN OPENSSH PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----\s*$/.exec(
      privateKey,
    )?.[1];
  const bytes = Buffer.from(body ?? "", "base64");
  if (bytes.subarray(0, MAGIC.length).toString("latin1") !== MAGIC)
    return undefined;
  const [cipher, , , rest] = strings(bytes.subarray(MAGIC.length), 3);
  // Behind the three comes the number of keys, then the first public one.
  const [blob] = strings(rest?.subarray(4), 1);
  const [type] = strings(blob, 1);
  if (cipher?.toString() !== "none" || type?.toString() !== "ssh-ed25519")
    return undefined;
  return `ssh-ed25519 ${blob?.toString("base64") ?? ""}`;
}

/** So many strings of SSH's, and what is left; shorter where the bytes end. */
function strings(bytes: Buffer | undefined, count: number): Buffer[] {
  if (!bytes || bytes.length < 4) return [];
  const end = 4 + bytes.readUInt32BE(0);
  if (end > bytes.length) return [];
  const [text, rest] = [bytes.subarray(4, end), bytes.subarray(end)];
  return count === 1 ? [text, rest] : [text, ...strings(rest, count - 1)];
}
