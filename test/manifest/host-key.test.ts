import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { hostKeyItem, publicHalfOfHostKey } from "../../manifest/host-key.ts";
import { makeSshKeys } from "../ssh-keys.ts";

test("the public half of a host key is what a client would pin", () => {
  for (let round = 0; round < 50; round += 1) {
    const keys = makeSshKeys();
    expect(publicHalfOfHostKey(keys.private)).toBe(keys.public);
  }
});

const whole = makeSshKeys().private;
const [head = "", body = "", tail = ""] = whole.split(
  /(?<=-----\n)|(?=-----END)/,
);

test.each([
  ["nothing", ""],
  ["words", "a private key"],
  ["a public key", makeSshKeys().public],
  ["a key in another format", pkcs8()],
  ["half a key", `${head}${body.slice(0, 30)}\n${tail}`],
  ["a frame without a key", `${head}${tail}`],
  ["a key behind a passphrase", withCipher("aes256-ctr")],
])("fails for %s, and does not repeat it", (_, text) => {
  expect(publicHalfOfHostKey(text)).toBeUndefined();
  const { error } = hostKeyItem.safeParse({ privateKey: text });
  expect(error?.issues[0]?.message).toMatch(/^must be an ed25519 private key/);
  if (text.length > 20) expect(error?.message).not.toContain(text.slice(0, 20));
});

function pkcs8(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** The same key, which says that it is encrypted. */
function withCipher(name: string): string {
  const bytes = Buffer.from(body, "base64");
  const magic = Buffer.from("openssh-key-v1\0");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  const rest = bytes.subarray(magic.length + 4 + "none".length);
  const changed = Buffer.concat([magic, length, Buffer.from(name), rest]);
  return `${head}${changed.toString("base64")}\n${tail}`;
}
