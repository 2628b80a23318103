import { createHash, timingSafeEqual } from "node:crypto";

/** One accepted host key. */
export interface HostKey {
  /** As in known_hosts, such as `ssh-ed25519`. */
  readonly type: string;
  readonly blob: Buffer;
}

/** Parses `ssh-ed25519 AAAA… [comment]`. */
export function parseHostKey(text: string): HostKey {
  const [type = "", encoded = ""] = text.trim().split(/\s+/);
  return { type, blob: Buffer.from(encoded, "base64") };
}

/** The fingerprint as OpenSSH prints it: `SHA256:…`. */
export function fingerprint(blob: Buffer): string {
  const digest = createHash("sha256").update(blob).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}

/** Whether the key on the wire is one of the accepted ones. */
export function isAccepted(
  accepted: readonly HostKey[],
  blob: Buffer,
): boolean {
  return accepted.some(
    (key) => key.blob.length === blob.length && timingSafeEqual(key.blob, blob),
  );
}

/** The signature algorithms to offer: those of the accepted keys first, so that the server shows the key that we know. */
export function serverHostKeyAlgorithms(
  accepted: readonly HostKey[],
  supported: readonly string[],
): string[] {
  const wanted = new Set(accepted.flatMap((key) => algorithmsOf(key.type)));
  return [
    ...supported.filter((name) => wanted.has(name)),
    ...supported.filter((name) => !wanted.has(name)),
  ];
}

function algorithmsOf(type: string): string[] {
  return type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type];
}
