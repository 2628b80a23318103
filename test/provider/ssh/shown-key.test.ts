import { generateKeyPairSync } from "node:crypto";
import { afterEach, expect, it } from "vitest";
import type { DialError } from "../../../provider/ssh/dial-error.ts";
import { shownKey } from "../../../provider/ssh/shown-key.ts";
import { makeSshKeys } from "../../ssh-keys.ts";
import { sshServer } from "./ssh-server.ts";

const hostKey = makeSshKeys();
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

it("is the line of the host's own public key, and no login was tried", async () => {
  const server = await sshServer(hostKey.private);
  closers.push(server.close);
  const key = await ask(server.port);
  expect(hostKey.public.startsWith(key)).toBe(true);
  expect(server.connections()).toBe(1);
  expect(server.logins()).toBe(0);
});

it("fails as any dial does where nothing listens", async () => {
  const server = await sshServer(hostKey.private);
  server.close();
  const error = await ask(server.port).catch((one: unknown) => one);
  expect((error as DialError).failure).toBe("refused");
  expect((error as DialError).message).toContain(
    `web-1 (127.0.0.1, port ${String(server.port)})`,
  );
});

it("fails for a host that has no ed25519 key, naming both ways on", async () => {
  const server = await sshServer(ecdsaKey());
  closers.push(server.close);
  await expect(ask(server.port)).rejects.toThrow(
    /has no ed25519 host key: nothing was accepted.*ssh-keygen -A.*hostKey/,
  );
});

it("fails at once when it is cancelled", async () => {
  const stop = new AbortController();
  const server = await sshServer(hostKey.private);
  closers.push(server.close);
  stop.abort();
  await expect(ask(server.port, stop.signal)).rejects.toThrow();
});

function ask(port: number, signal = new AbortController().signal) {
  const place = { address: "127.0.0.1", port };
  return shownKey(place, { name: "web-1", timeoutSeconds: 2, signal });
}

function ecdsaKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "sec1", format: "pem" }).toString();
}
