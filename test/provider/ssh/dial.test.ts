import net from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { dial } from "../../../provider/ssh/dial.ts";
import { DialError } from "../../../provider/ssh/dial-error.ts";
import type { Contact } from "../../../provider/ssh/dial-ways.ts";
import { makeSshKeys } from "../../ssh-keys.ts";
import {
  sshServer as anySshServer,
  type SshServerOptions,
} from "./ssh-server.ts";

const hostKey = makeSshKeys();
const otherKey = makeSshKeys();
const userKey = makeSshKeys();

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

describe("dial", () => {
  it("connects to a host that shows the pinned key", async () => {
    const { port } = await sshServer(hostKey.private);
    const { client } = await dialTo(port);
    client.end();
  });

  it("offers the key of before where the key in use is not known yet, by one connection", async () => {
    const old = makeSshKeys();
    const server = await sshServer(hostKey.private, { only: old.public });
    const { client } = await dialTo(server.port, 5, never(), old.private);
    client.end();
    expect(server.connections()).toBe(1);
  });

  it("fails before a login with both fingerprints when the host shows another key", async () => {
    const server = await sshServer(otherKey.private);
    const error = await failureOf(dialTo(server.port));
    expect(error.failure).toBe("wrong-host-key");
    expect(error.message).toMatch(
      /Shown: SHA256:[\w+/]{43}; pinned: SHA256:[\w+/]{43}/,
    );
    expect(server.logins()).toBe(0);
  });

  it("fails with 'no access' after one try when the key is refused", async () => {
    const server = await sshServer(hostKey.private, { refuseLogins: true });
    const error = await failureOf(dialTo(server.port));
    expect(error.failure).toBe("no-access");
    expect(error.message).toContain("authorized_keys");
    expect(server.logins()).toBe(1);
  });

  it("fails with 'refused' within its time when nothing listens", async () => {
    const port = await freePort();
    const begin = Date.now();
    const error = await failureOf(dialTo(port, 3));
    expect(error.failure).toBe("refused");
    expect(error.message).toContain(`port ${String(port)}`);
    expect(Date.now() - begin).toBeLessThan(5000);
  });

  it("fails with 'unreachable' within its time when the machine is silent", async () => {
    const port = await silentServer();
    const begin = Date.now();
    const error = await failureOf(dialTo(port, 2));
    expect(error.failure).toBe("unreachable");
    expect(Date.now() - begin).toBeLessThan(5000);
  });

  it("fails at once when it is cancelled", async () => {
    const port = await silentServer();
    const abort = new AbortController();
    const dialled = dialTo(port, 30, abort.signal);
    abort.abort();
    await expect(dialled).rejects.toThrow();
  });
});

function dialTo(
  port: number,
  timeoutSeconds = 5,
  signal = never(),
  previousPrivateKey?: string,
): Promise<Contact> {
  const connection = {
    address: "127.0.0.1",
    port,
    user: "flotilla",
    hostKeys: [hostKey.public],
  };
  return dial(connection, {
    name: "web-1",
    privateKey: userKey.private,
    previousPrivateKey,
    timeoutSeconds,
    signal,
  });
}

async function failureOf(dialled: Promise<unknown>): Promise<DialError> {
  const error: unknown = await dialled.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DialError);
  return error as DialError;
}

async function sshServer(privateKey: string, options: SshServerOptions = {}) {
  const server = await anySshServer(privateKey, options);
  closers.push(server.close);
  return server;
}

function never(): AbortSignal {
  return new AbortController().signal;
}

async function silentServer(): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  closers.push(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return (server.address() as net.AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
