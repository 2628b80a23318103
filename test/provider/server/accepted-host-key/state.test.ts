import { describe, expect, it } from "vitest";
import {
  pinned,
  recordedOrPinned,
} from "../../../../provider/server/accepted-host-key/state.ts";
import {
  fingerprint,
  parseHostKey,
} from "../../../../provider/ssh/host-key.ts";
import { makeSshKeys } from "../../../ssh-keys.ts";

const shown = makeSshKeys().public;
const other = makeSshKeys().public;
const recorded = {
  hostKeys: [shown],
  fingerprint: printOf(shown),
  acceptedAt: "2026-01-01T00:00:00.000Z",
};

describe("a key that was recorded", () => {
  it("stays, wherever the host is by now", () => {
    const moved = inputs([], { address: "10.0.0.9", port: 2222 });
    expect(recordedOrPinned(recorded, moved)).toEqual(recorded);
  });

  it("gives way to pinned ones that it is among, and is known for when it came", () => {
    const pins = [`${shown} root@web-1`, other];
    expect(recordedOrPinned(recorded, inputs(pins))).toEqual({
      ...recorded,
      hostKeys: pins,
    });
  });

  it("fails beside another pinned one, with both fingerprints and both ways on", () => {
    const act = () => recordedOrPinned(recorded, inputs([other]));
    expect(act).toThrow(printOf(shown));
    expect(act).toThrow(printOf(other));
    expect(act).toThrow(/take acceptNewHostKey out.*correct hostKey/);
  });

  it("is the pinned one where that was known beforehand, accepted at no time", () => {
    const known = pinned([shown]);
    expect(known).toEqual({ ...recorded, acceptedAt: "" });
    expect(recordedOrPinned(known, inputs([]))).toEqual(known);
  });
});

function inputs(pins: readonly string[], more = {}) {
  const place = { address: "10.0.0.1", port: 22 };
  return { hostId: "a", name: "a", ...place, pinned: [...pins], ...more };
}

function printOf(key: string): string {
  return fingerprint(parseHostKey(key).blob);
}
