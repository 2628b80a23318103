import {
  createPublicKey,
  generateKeyPair,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { promisify } from "node:util";
import type { OpensshKey } from "./key.ts";

/** A new ed25519 key. */
export async function generateEd25519(): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)("ed25519");
  return privateKey;
}

/**
 * An ed25519 key as OpenSSH writes it. ssh2 would write it too, but it takes away zeros at the
 * beginning of the public key, and one key of 256 has some: no program reads what is left.
 */
export function opensshEd25519(key: KeyObject): OpensshKey {
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  const { d = "" } = key.export({ format: "jwk" });
  const [point, seed] = [x, d].map((text) => Buffer.from(text, "base64url"));
  if (point?.length !== 32 || seed?.length !== 32)
    throw new Error("this is no ed25519 key");
  const publicBlob = strings(type, point);
  const check = randomBytes(4);
  const own = padded(
    Buffer.concat([
      ...[check, check, publicBlob],
      strings(Buffer.concat([seed, point]), noComment),
    ]),
  );
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    strings("none", "none", ""),
    uint32(1),
    strings(publicBlob, own),
  ]);
  return {
    publicBlob,
    publicLine: `${type} ${publicBlob.toString("base64")}\n`,
    privateText: armor(file),
  };
}

const type = "ssh-ed25519";
const noComment = "";

/** Each with its length before it. */
function strings(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part);
      return [uint32(bytes.length), bytes];
    }),
  );
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Filled with 1, 2, 3… to a multiple of eight. */
function padded(bytes: Buffer): Buffer {
  const missing = (8 - (bytes.length % 8)) % 8;
  const filling = Array.from({ length: missing }, (_, index) => index + 1);
  return Buffer.concat([bytes, Buffer.from(filling)]);
}

function armor(file: Buffer): string {
  const lines = file.toString("base64").match(/.{1,70}/g) ?? [];
  const name = "OPENSSH PRIVATE KEY";
  return [
    `-----BEGIN ${name}-----`,
    ...lines,
    `-----END ${name}-----`,
    "",
  ].join("\n");
}
