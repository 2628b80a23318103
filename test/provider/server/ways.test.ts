import { describe, expect, it } from "vitest";
import type { Connection, HostInput } from "../../../manifest/manifest.ts";
import { parseItems } from "../../../provider/operations/index.ts";
import {
  firstWays,
  isDeclared,
  moveWays,
  removalWays,
} from "../../../provider/server/ways.ts";
import { parseHostKey } from "../../../provider/ssh/host-key.ts";
import { makeSshKeys } from "../../ssh-keys.ts";

const boot = makeSshKeys();
const final = makeSshKeys();
const next = makeSshKeys();

const declared: Connection = {
  address: "192.0.2.1",
  port: 2222,
  user: "ops",
  hostKeys: [final.public],
};
const { hostKeys } = declared;

describe("the ways before a first state", () => {
  it("are none where the connection says of none", () => {
    expect(firstWays(host(declared), {})).toBeUndefined();
  });

  it("are every port with every login, the declared one first, under both keys", () => {
    const first = {
      hostKeys: [boot.public],
      users: ["root", "ops"],
      ports: [22],
      timeoutSeconds: 600,
    };
    const found = firstWays(host({ ...declared, first }), { "unit:a": {} });
    expect(found?.timeoutSeconds).toBe(600);
    expect(found?.ways.map(({ port, user }) => `${user} ${port}`)).toEqual([
      "ops 2222",
      "root 2222",
      "ops 22",
      "root 22",
    ]);
    for (const way of found?.ways ?? [])
      expect(way.hostKeys).toEqual([final.public, boot.public]);
  });
});

describe("the ways of an update", () => {
  it("are none where the connection stays, or only its keys are others", () => {
    expect(move(declared)).toBeUndefined();
    expect(
      move({ ...declared, hostKeys: [boot.public, final.public] }),
    ).toBeUndefined();
    expect(move({ ...declared, hostKeys: [boot.public] })).toBeUndefined();
  });

  it("are the new one, then the old one, under the new keys alone", () => {
    const before = { ...declared, port: 22, hostKeys: [boot.public] };
    expect(move(before)?.ways).toEqual([
      declared,
      { ...declared, port: 22, hostKeys },
    ]);
  });

  it("accept the old host key only while the items bring the new one", () => {
    const rotated = { ...declared, hostKeys: [next.public] };
    const both = [next.public, final.public];
    expect(move(declared, rotated)).toBeUndefined();
    expect(move(declared, rotated, boot.private)).toBeUndefined();
    expect(move(declared, rotated, next.private)?.ways).toEqual([
      { ...declared, hostKeys: both },
    ]);
    expect(
      move({ ...declared, port: 22 }, rotated, next.private)?.ways,
    ).toEqual([
      { ...declared, hostKeys: both },
      { ...declared, port: 22, hostKeys: both },
    ]);
  });

  it("are all at the new address: the old one may be a stranger's", () => {
    const moved = { ...declared, address: "192.0.2.2" };
    expect(move(declared, moved)).toBeUndefined();
    expect(move({ ...declared, port: 22 }, moved)?.ways).toEqual([
      moved,
      { ...moved, port: 22 },
    ]);
  });

  it("wait for a machine that was made and boots with another address", () => {
    const first = { hostKeys: [], users: [], ports: [], timeoutSeconds: 600 };
    const moved = { ...declared, address: "192.0.2.2", first };
    expect(move(declared, moved)).toEqual({
      ...{ ways: [{ ...moved, first: undefined }] },
      ...{ timeoutSeconds: 600, isTransition: false },
    });
    expect(move({ ...declared, port: 22 }, { ...declared, first })).toEqual({
      ways: [declared, { ...declared, port: 22 }],
      ...{ timeoutSeconds: undefined, isTransition: true },
    });
  });

  it("are also those that an update left open when it broke off", () => {
    const left = [{ ...declared, user: "root", hostKeys: [boot.public] }];
    const both = [final.public, boot.public];
    expect(
      moveWays({
        host: host(declared),
        items: new Map(),
        before: declared,
        left,
      })?.ways,
    ).toEqual([
      { ...declared, hostKeys: both },
      { ...declared, user: "root", hostKeys: both },
    ]);
  });
});

describe("the ways of a removal", () => {
  it("are how the program enters the host by now, then how it did", () => {
    const old = { ...declared, port: 22 };
    expect(removalWays(host(old), undefined)).toBeUndefined();
    expect(removalWays(host(old), old)).toBeUndefined();
    expect(removalWays(host(old), declared)).toEqual({
      ways: [declared, old],
      isTransition: false,
    });
  });
});

describe("a contact", () => {
  it("counts as declared by place and by the key that was shown", () => {
    const shown = (keys: { public: string }, way = declared): boolean =>
      isDeclared(
        {
          client: undefined as never,
          way,
          hostKey: parseHostKey(keys.public).blob,
        },
        host(declared),
      );
    expect(shown(final)).toBe(true);
    expect(shown(boot)).toBe(false);
    expect(shown(final, { ...declared, port: 22 })).toBe(false);
    expect(shown(final, { ...declared, user: "root" })).toBe(false);
  });
});

function host(connection: Connection): HostInput {
  return { id: "one", name: "one", connection };
}

function move(before: Connection, now = declared, privateKey?: string) {
  const items = privateKey ? { "host-key:ed25519": { privateKey } } : {};
  return moveWays({
    host: host(now),
    items: parseItems(items),
    before,
    left: [],
  });
}
