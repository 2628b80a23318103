import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import {
  askFirstKeys,
  unpinnedKeysOf,
  withUnpinnedKey,
} from "../../cli/look/first-keys.ts";
import { factsJson, preflightJson } from "../../cli/look/json.ts";
import { isComplete } from "../../cli/look/facts.ts";
import type { LeftOut } from "../../cli/look/known-hosts-of-stack.ts";
import type { ExistingHostConfig } from "../../components/config/fleet.ts";
import { sshServer } from "../provider/ssh/ssh-server.ts";
import { makeSshKeys } from "../ssh-keys.ts";

const key = makeSshKeys();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const notMade: LeftOut = { reason: "notMade", text: "not made yet" };

it("is the key that a host shows now, by the name that ssh-keygen gives it; nobody logs in", async () => {
  const server = await sshServer(key.private);
  closers.push(server.close);
  const first = await askFirstKeys({ "db-1": hostAt(server.port) }, "2");
  const line = first.hosts["db-1"]?.hostKeys[0] ?? "none";
  expect(key.public.startsWith(line)).toBe(true);
  expect(unpinnedKeysOf(first)).toEqual({ "db-1": await printOf(line) });
  expect(first.silent).toEqual({});
  expect(server.logins()).toBe(0);
});

it("is an answer of its own where a host shows none", async () => {
  const server = await sshServer(key.private);
  server.close();
  const first = await askFirstKeys({ "db-1": hostAt(server.port) }, "1");
  expect(first.hosts).toEqual({});
  const { hosts } = parse(factsJson({ looked: first.silent, leftOut: {} }));
  expect(hosts["db-1"]).toMatchObject({
    address: "127.0.0.1",
    facts: null,
    declared: { cpus: 2 },
    problem: expect.stringContaining("refuses the connection") as string,
    unpinnedKey: null,
  });
});

it("is a warning with its fingerprint, and no problem of a host that answers", () => {
  const plain = { name: "db-1", address: "10.0.0.2", facts: undefined };
  const found = withUnpinnedKey({ ...plain, findings: [] }, "SHA256:abc");
  const looked = {
    "db-1": { wanted: { declared: {} }, found, unpinnedKey: "SHA256:abc" },
  };
  const facts = parse(factsJson({ looked, leftOut: {} }));
  expect(facts.hosts["db-1"]).toMatchObject({
    ...{ problem: null, unpinnedKey: "SHA256:abc" },
  });
  const preflight = parse(preflightJson({ looked, leftOut: {} }));
  expect(preflight.hosts["db-1"]).toMatchObject({
    ok: true,
    unpinnedKey: "SHA256:abc",
    findings: [
      {
        check: "connection",
        severity: "warning",
        text: expect.stringMatching(
          /^db-1 showed the host key SHA256:abc, which nobody pinned.*recorded nowhere/,
        ) as string,
        fix: expect.stringContaining("ssh-keygen -lf") as string,
      },
    ],
  });
});

it("stands beside the hosts that are left out, which both kinds of JSON name with a reason", () => {
  const leftOut = { "app-1": notMade };
  for (const json of [factsJson, preflightJson])
    expect(parse(json({ looked: {}, leftOut }))).toEqual({
      ...{ version: 1, hosts: {}, leftOut },
    });
  expect(isComplete(leftOut)).toBe(true);
  const unreadable: LeftOut = { reason: "outputsUnreadable", text: "why" };
  expect(isComplete({ ...leftOut, "db-1": unreadable })).toBe(false);
});

function hostAt(port: number): ExistingHostConfig {
  return {
    ...{ address: "127.0.0.1", user: "admin", port, hostKeys: [] },
    ...{ acceptNewHostKey: true, declared: { cpus: 2 }, packages: [] },
    hardening: {},
  };
}

/** The fingerprint as OpenSSH's own tool prints it. */
async function printOf(line: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "flotilla-key-"));
  closers.push(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "key.pub");
  writeFileSync(file, `${line}\n`);
  const words = ["-lf", file];
  const said = execFileSync("ssh-keygen", words, { encoding: "utf8" });
  return said.split(" ")[1] ?? "";
}

function parse(text: string) {
  return JSON.parse(text) as {
    readonly hosts: Readonly<Record<string, object>>;
  };
}
