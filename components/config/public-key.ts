import { strengthFault } from "./private-key.ts";
import { sshStrings } from "./ssh-strings.ts";
import { controlFault, text, type Fault } from "./text.ts";

/** Types of keys that sshd takes from people, security keys included. */
const types: readonly string[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-rsa",
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
];

const like = 'write it like "ssh-ed25519 AAAA… name", as in the file .pub';

/** Finds what keeps a text from being one line of authorized_keys: a public key without options. */
export function publicKeyFault(key: string): Fault | undefined {
  if (/PRIVATE KEY|b3BlbnNzaC1rZXk|PuTTY-User-Key-File/.test(key))
    return {
      rule: "is a private key",
      hint: "give the public one, from the file .pub; and make a new pair: this one has been pasted",
    };
  if (/^(SHA256|MD5):/.test(key))
    return { rule: "is a fingerprint, not a key", hint: like };
  if (/^[~./][^ ]*$/.test(key))
    return { rule: "is a path, not a key", hint: `paste its content: ${like}` };
  if (key.startsWith("---- BEGIN SSH2"))
    return {
      rule: "is a public key in another form than OpenSSH's",
      hint: "convert it with `ssh-keygen -i -f KEY`",
    };
  if (key.trim().includes("\n"))
    return { rule: "is more than one line", hint: "give one key, as one line" };
  const fault = controlFault(key);
  if (fault) return fault;
  const [type = "", blob = ""] = key.split(" ");
  return typeFault(type, key) ?? blobFault(type, blob);
}

/** A public SSH key. */
export const publicKey = text(publicKeyFault, {
  pattern: `^(${types.join("|").replaceAll(".", "\\.")}) [A-Za-z0-9+/]{40,}={0,2}( [^\\x00-\\x1f\\x7f]*)?$`,
});

/** What tells two keys apart, whatever their names. */
export function keyOf(key: string): string {
  return key.split(" ")[1] ?? key;
}

function typeFault(type: string, key: string): Fault | undefined {
  if (types.includes(type)) return undefined;
  if (/-cert-v01@openssh\.com$/.test(type))
    return { rule: "is a certificate, not a key", hint: like };
  if (type === "ssh-dss") return strengthFault(type);
  if (types.some((known) => key.includes(` ${known} `)))
    return {
      rule: "has options in front",
      hint: "leave them out: who comes from where is the firewall's to say",
    };
  return { rule: "is not a public SSH key", hint: like };
}

function blobFault(type: string, blob: string): Fault | undefined {
  const bytes = Buffer.from(blob, "base64");
  const damaged: Fault = {
    rule: "is damaged: it cannot be decoded",
    hint: "copy the whole line again",
  };
  if (bytes.toString("base64").replace(/=+$/, "") !== blob.replace(/=+$/, ""))
    return damaged;
  try {
    const [inside, second, modulus] = sshStrings(bytes, 3, true);
    if (inside?.toString() !== type || !second?.length) return damaged;
    if (/ed25519/.test(type) && second.length !== 32) return damaged;
    if (type !== "ssh-rsa") return undefined;
    const bits = modulus && (modulus.length - (modulus[0] === 0 ? 1 : 0)) * 8;
    return strengthFault(type, bits);
  } catch {
    return damaged;
  }
}
