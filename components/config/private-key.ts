import { createPrivateKey } from "node:crypto";
import { sshStrings } from "./ssh-strings.ts";
import type { Fault } from "./text.ts";

const leastRsaBits = 2048;
const generate = "make one with `ssh-keygen -t ed25519 -N ''`";

/** Finds what keeps a text from being a private key that can be used without a question. */
export function privateKeyFault(pem: string): Fault | undefined {
  if (/^(ssh|ecdsa)-[a-z0-9-]+ AAAA/.test(pem.trim())) {
    return {
      rule: "holds a public key",
      hint: "name the private key: the file without '.pub'",
    };
  }
  if (pem.startsWith("PuTTY-User-Key-File")) {
    return {
      rule: "holds a key in PuTTY's form",
      hint: "convert it with `puttygen KEY -O private-openssh -o id`",
    };
  }
  if (!/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem.trimStart())) {
    return { rule: "holds no private key", hint: generate };
  }
  if (pem.includes("\r\n")) {
    return {
      rule: "has Windows line endings",
      hint: "convert it with `sed -i 's/\\r$//'`",
    };
  }
  return pem.includes("OPENSSH PRIVATE KEY")
    ? openSshFault(pem)
    : traditionalFault(pem);
}

const protectedKey: Fault = {
  rule: "is protected by a passphrase",
  hint: "use a key without one, kept where only you can read it: `ssh-keygen -p -N '' -f KEY` removes it",
};

function traditionalFault(pem: string): Fault | undefined {
  if (/ENCRYPTED/.test(pem)) return protectedKey;
  try {
    const key = createPrivateKey(pem);
    const bits = key.asymmetricKeyDetails?.modulusLength;
    return strengthFault(key.asymmetricKeyType ?? "", bits);
  } catch {
    return damaged;
  }
}

const damaged: Fault = {
  rule: "is damaged: it cannot be decoded",
  hint: "copy the whole file again, first and last line included",
};

/** Reads as much of OpenSSH's own format as tells cipher, type and size. */
function openSshFault(pem: string): Fault | undefined {
  const bytes = Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ""), "base64");
  const magic = "openssh-key-v1\0";
  if (bytes.toString("latin1", 0, magic.length) !== magic) return damaged;
  try {
    const [cipher, , , ...rest] = sshStrings(bytes.subarray(magic.length), 3);
    if (cipher?.toString() !== "none") return protectedKey;
    const afterCount = rest[0]?.subarray(4) ?? Buffer.alloc(0);
    const [publicKey] = sshStrings(afterCount, 1);
    const [type, , modulus] = sshStrings(publicKey ?? Buffer.alloc(0), 3, true);
    const bits = modulus && (modulus.length - (modulus[0] === 0 ? 1 : 0)) * 8;
    return strengthFault(type?.toString() ?? "", bits);
  } catch {
    return damaged;
  }
}

/** Finds what makes a key too weak, or one that sshd refuses. */
export function strengthFault(type: string, bits?: number): Fault | undefined {
  if (/dss|dsa$/.test(type) && !/ecdsa/.test(type)) {
    return { rule: "is a DSA key, which sshd refuses", hint: generate };
  }
  if (/rsa/.test(type) && bits !== undefined && bits < leastRsaBits) {
    return {
      rule: `is an RSA key of ${bits} bits, fewer than ${leastRsaBits}`,
      hint: generate,
    };
  }
  return undefined;
}
