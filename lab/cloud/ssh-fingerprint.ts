import { createHash } from "node:crypto";
import ssh2 from "ssh2";

/** The MD5 fingerprint of a public key, as both providers show it; undefined for what is no public key. */
export function sshFingerprint(publicKey: string): string | undefined {
  const parsed = ssh2.utils.parseKey(publicKey.trim());
  if (parsed instanceof Error || parsed.isPrivateKey()) return undefined;
  const digest = createHash("md5").update(parsed.getPublicSSH()).digest("hex");
  return digest.match(/../g)?.join(":");
}
