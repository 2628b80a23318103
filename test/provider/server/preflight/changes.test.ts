import { describe, expect, it } from "vitest";
import { hostChanges } from "../../../../provider/server/preflight/changes.ts";
import type { PropertyMap } from "../../../../provider/server/property.ts";
import { UNKNOWN } from "../../../../provider/server/property.ts";

function inputs(
  hosts: Record<string, PropertyMap>,
  requirements: PropertyMap = { minDiskGb: 20 },
): PropertyMap {
  return { hosts, requirements };
}

function host(changes: PropertyMap = {}): PropertyMap {
  const connection = { address: "10.0.0.1", port: 22, user: "root" };
  return { host: { id: "a", name: "a", connection }, ports: {}, ...changes };
}

const none = {
  added: [],
  changed: [],
  removed: [],
  hasOtherRequirements: false,
};

describe("the hosts that a preflight looks at", () => {
  it("are none when nothing changed", () => {
    const before = inputs({ a: host(), b: host() });
    expect(hostChanges(before, structuredClone(before))).toEqual(none);
  });

  it("are all of a new fleet", () => {
    expect(hostChanges({}, inputs({ b: host(), a: host() }))).toMatchObject({
      added: ["a", "b"],
      changed: [],
    });
  });

  it("are those that are new, and those whose ports or sizes are others", () => {
    const before = inputs({ a: host(), b: host(), c: host(), d: host() });
    const after = inputs({
      a: host(),
      b: host({ ports: { "tcp/80": { by: "sites.x" } } }),
      c: host({ declared: { cpus: 2 } }),
      e: host(),
    });
    expect(hostChanges(before, after)).toEqual({
      added: ["e"],
      changed: ["b", "c"],
      removed: ["d"],
      hasOtherRequirements: false,
    });
  });

  it("are all where something else is asked of all", () => {
    const before = inputs({ a: host(), b: host() });
    const after = inputs({ a: host(), b: host() }, { minDiskGb: 40 });
    expect(hostChanges(before, after)).toEqual({
      ...none,
      changed: ["a", "b"],
      hasOtherRequirements: true,
    });
  });

  it("cannot be told before they are known", () => {
    expect(hostChanges({}, { hosts: UNKNOWN })).toMatchObject({ added: [] });
  });
});
