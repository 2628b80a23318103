import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import ssh2 from "ssh2";
import { describe, expect, test } from "vitest";
import { opensshEd25519 } from "../../../../lab/plugins/tls/ed25519.ts";

/** The beginning of an ed25519 key in PKCS#8; 32 bytes of seed follow. */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

function keyOf(text: string) {
  const seed = createHash("sha256").update(text).digest();
  const key = Buffer.concat([pkcs8, seed]);
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

function firstByteOf(text: string): number | undefined {
  const { x = "" } = createPublicKey(keyOf(text)).export({ format: "jwk" });
  return Buffer.from(x, "base64url")[0];
}

describe.each([
  { what: "any key", text: "key 0", first: 189 },
  {
    what: "a key whose public half begins with zero",
    text: "key 99",
    first: 0,
  },
])("$what", ({ text, first }) => {
  const key = keyOf(text);
  const { privateText, publicLine, publicBlob } = opensshEd25519(key);

  test("is read by OpenSSH, which finds the same public key", async () => {
    expect(firstByteOf(text)).toBe(first);
    const folder = await mkdtemp(path.join(os.tmpdir(), "flotilla-key-"));
    const file = path.join(folder, "key");
    await writeFile(file, privateText, { mode: 0o600 });
    const { stdout } = await execa("ssh-keygen", ["-y", "-f", file]);
    await rm(folder, { recursive: true });
    expect(`${stdout.trim()}\n`).toBe(publicLine);
  });

  test("signs, where ssh2 has read it, what its public half confirms", () => {
    const own = ssh2.utils.parseKey(privateText);
    const other = ssh2.utils.parseKey(publicLine);
    if (own instanceof Error || other instanceof Error)
      throw new Error("ssh2 reads no such key");
    expect(own.getPublicSSH()).toEqual(publicBlob);
    expect(other.verify("a text", own.sign("a text"))).toBe(true);
    const pem = createPublicKey(own.getPrivatePEM());
    expect(pem.equals(createPublicKey(key))).toBe(true);
  });
});
