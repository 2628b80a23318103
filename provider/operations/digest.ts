import { createHash, createHmac } from "node:crypto";

/** SHA-256 of a text, in hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What `observed` says of a content: its hash, or where it is secret one that only the holder of the key can compute. */
export function contentDigest(
  contentSha256: string,
  secretKey: string | undefined,
): string {
  if (secretKey === undefined) return `sha256:${contentSha256}`;
  const hmac = createHmac("sha256", secretKey).update(contentSha256);
  return `hmac:${hmac.digest("hex")}`;
}

/** A short name for a text: 128 bits of its SHA-256. */
export function shortDigest(text: string): string {
  return sha256(text).slice(0, 32);
}

/** A public key's name as OpenSSH prints it. */
export function fingerprint(blob: Buffer): string {
  const digest = createHash("sha256").update(blob).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}
