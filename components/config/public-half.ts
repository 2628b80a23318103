import { createPrivateKey, createPublicKey } from "node:crypto";
import { sshStrings } from "./ssh-strings.ts";

/** The public half of a private key as an authorized_keys line has it, in base64; `undefined` when it cannot be read. */
export function publicHalfOf(pem: string): string | undefined {
  try {
    const blob = pem.includes("OPENSSH PRIVATE KEY")
      ? publicHalfOfOpenSsh(pem)
      : publicHalfOfTraditional(pem);
    return blob?.toString("base64");
  } catch {
    return undefined;
  }
}

/** The same with its type in front: a line of authorized_keys without comment. */
export function publicLineOf(pem: string): string | undefined {
  const half = publicHalfOf(pem);
  if (half === undefined) return undefined;
  const [type] = sshStrings(Buffer.from(half, "base64"), 1);
  return `${type?.toString() ?? ""} ${half}`;
}

const magic = "openssh-key-v1\0";

/** The public key stands in OpenSSH's own format before the private one, in clear also under a passphrase. */
function publicHalfOfOpenSsh(pem: string): Buffer | undefined {
  const bytes = Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ""), "base64");
  const [, , , rest] = sshStrings(bytes.subarray(magic.length), 3);
  return rest && sshStrings(rest.subarray(4), 1)[0];
}

function publicHalfOfTraditional(pem: string): Buffer | undefined {
  const { kty, crv, n, e, x, y } = createPublicKey(
    createPrivateKey(pem),
  ).export({ format: "jwk" });
  if (kty === "RSA") return blobOf("ssh-rsa", integer(e), integer(n));
  if (kty === "OKP") return blobOf("ssh-ed25519", bytesOf(x));
  if (kty !== "EC") return undefined;
  const curve = `nistp${crv?.slice(2) ?? ""}`;
  const point = Buffer.concat([Buffer.of(4), bytesOf(x), bytesOf(y)]);
  return blobOf(`ecdsa-sha2-${curve}`, Buffer.from(curve), point);
}

function blobOf(type: string, ...parts: readonly Buffer[]): Buffer {
  const strings = [Buffer.from(type), ...parts].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return Buffer.concat(strings);
}

function bytesOf(field: string | undefined): Buffer {
  return Buffer.from(field ?? "", "base64url");
}

/** An integer of SSH's: a leading zero keeps it positive. */
function integer(field: string | undefined): Buffer {
  const bytes = bytesOf(field);
  return (bytes[0] ?? 0) < 128 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
}
