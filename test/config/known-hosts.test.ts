import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { KnownHosts } from "../../components/config/known-hosts.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA";
const other = "ecdsa-sha2-nistp256 AAAAE2VjZHNh";

const hostKeysFor = (text: string, address: string, port: number) =>
  new KnownHosts(text).keysFor(address, port);

test("finds the keys of an address among comments, other hosts and lists", () => {
  const text = `# mine\n\n10.0.0.9 ${other}\nweb.eu,10.0.0.1 ${key} web@eu\n10.0.0.1 ${other}\r\n`;
  expect(hostKeysFor(text, "10.0.0.1", 22)).toEqual([key, other]);
  expect(hostKeysFor(text, "WEB.eu", 22)).toEqual([key]);
});

test("a key for another port is not a key for port 22", () => {
  const text = `[10.0.0.1]:2222 ${key}\n10.0.0.1 ${other}\n`;
  expect(hostKeysFor(text, "10.0.0.1", 22)).toEqual([other]);
  expect(hostKeysFor(text, "10.0.0.1", 2222)).toEqual([key]);
});

test("finds a hashed entry, as ssh writes it with HashKnownHosts", () => {
  const salt = Buffer.from("0123456789abcdefghij");
  const hash = createHmac("sha1", salt).update("10.0.0.1").digest("base64");
  const text = `|1|${salt.toString("base64")}|${hash} ${key}\n`;
  expect(hostKeysFor(text, "10.0.0.1", 22)).toEqual([key]);
  expect(hostKeysFor(text, "10.0.0.2", 22)).toEqual([]);
});

test("a revoked key is none, and an authority is no host key", () => {
  const text = `10.0.0.1 ${key}\n@revoked * ${key}\n@cert-authority * ${other}\n`;
  expect(hostKeysFor(text, "10.0.0.1", 22)).toEqual([]);
});

test("patterns match, and a negated one takes its host away", () => {
  const text = `*.eu,!bad.eu,10.0.0.? ${key}\n`;
  expect(hostKeysFor(text, "web.eu", 22)).toEqual([key]);
  expect(hostKeysFor(text, "bad.eu", 22)).toEqual([]);
  expect(hostKeysFor(text, "10.0.0.7", 22)).toEqual([key]);
  expect(hostKeysFor(text, "10.0.0.77", 22)).toEqual([]);
});

test("keys come in the order of their lines, whatever kind of entry has them", () => {
  const text = `* ${other}\n10.0.0.1 ${key}\n10.0.0.1,10.0.0.2 ${other}\n`;
  expect(hostKeysFor(text, "10.0.0.1", 22)).toEqual([other, key]);
});
