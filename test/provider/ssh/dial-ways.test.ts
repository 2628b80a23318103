import { afterEach, describe, expect, it } from "vitest";
import { DialError } from "../../../provider/ssh/dial-error.ts";
import { dialWays, type Way } from "../../../provider/ssh/dial-ways.ts";
import { makeSshKeys } from "../../ssh-keys.ts";
import { sshServer, type SshServer } from "./ssh-server.ts";

const final = makeSshKeys();
const boot = makeSshKeys();
const stranger = makeSshKeys();
const userKey = makeSshKeys();

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

describe("a host with several ways", () => {
  it("is entered by the first that opens, and says which key it showed", async () => {
    const [now, old] = [
      await serve(final.private, "ops"),
      await serve(boot.private, "root"),
    ];
    const contact = await enter([way(now, "ops"), way(old, "root")]);
    expect(contact.way.user).toBe("ops");
    expect(final.public).toContain(contact.hostKey.toString("base64"));
    expect(old.connections()).toBe(0);
  });

  it("is entered by a later one where the first ports are closed and logins missing", async () => {
    const old = await serve(boot.private, "root");
    const closed = await serve(final.private, "ops");
    closed.close();
    const contact = await enter([
      way(closed, "ops"),
      way(old, "ops"),
      way(old, "root"),
    ]);
    expect(contact.way).toMatchObject({ port: old.port, user: "root" });
    expect(boot.public).toContain(contact.hostKey.toString("base64"));
  });

  it("is tried again until a login that comes late is there", async () => {
    const closed = await serve(final.private, "ops");
    closed.close();
    const waited: string[] = [];
    const entered = enter(
      [way(closed, "ops"), way(closed, "root")],
      20,
      (text) => {
        waited.push(text);
        if (waited.length === 2) void serve(boot.private, "root", closed.port);
      },
    );
    expect((await entered).way.user).toBe("root");
    expect(waited[0]).toMatch(
      /ops on port \d+: refused; root on port \d+: refused/,
    );
  });

  it("fails at once, and tries nothing else, when a key that nobody expects is on the wire", async () => {
    const wrong = await serve(stranger.private);
    const good = await serve(boot.private);
    const begin = performance.now();
    const error = await failureOf(
      enter([way(wrong, "ops"), way(good, "root")]),
    );
    expect(error.failure).toBe("wrong-host-key");
    expect(error.message).toContain("nothing was sent");
    expect(performance.now() - begin).toBeLessThan(3000);
    expect([wrong.logins(), good.connections()]).toEqual([0, 0]);
  });

  it("fails within its time, naming every way and what became of it", async () => {
    const closed = await serve(final.private);
    closed.close();
    const other = await serve(boot.private, "nobody");
    const begin = performance.now();
    const error = await failureOf(
      enter([way(closed, "ops"), way(other, "root")], 3),
    );
    expect(error.failure).toBe("no-access");
    expect(error.message).toContain(
      `ops on port ${closed.port}: refused; root on port ${other.port}: no-access`,
    );
    expect(performance.now() - begin).toBeLessThan(6000);
  });

  it("fails at once when it is cancelled", async () => {
    const closed = await serve(final.private);
    closed.close();
    const abort = new AbortController();
    const entered = enter(
      [way(closed, "ops")],
      60,
      () => abort.abort(),
      abort.signal,
    );
    await expect(entered).rejects.toThrow();
  });
});

async function serve(
  key: string,
  user?: string,
  port?: number,
): Promise<SshServer> {
  const server = await sshServer(key, user === undefined ? {} : { user }, port);
  closers.push(server.close);
  return server;
}

function way({ port }: SshServer, user: string): Way {
  const hostKeys = [final.public, boot.public];
  return { address: "127.0.0.1", port, user, hostKeys };
}

async function enter(
  ways: readonly Way[],
  timeoutSeconds = 10,
  onWait: (text: string) => void = () => undefined,
  signal = new AbortController().signal,
) {
  const contact = await dialWays(ways, {
    name: "one",
    privateKey: userKey.private,
    timeoutSeconds,
    signal,
    onWait,
  });
  closers.push(() => contact.client.end());
  return contact;
}

async function failureOf(entered: Promise<unknown>): Promise<DialError> {
  const error: unknown = await entered.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DialError);
  return error as DialError;
}
