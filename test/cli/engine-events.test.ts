import { expect, test } from "vitest";
import { EventFollower, type Happening } from "../../cli/engine-events.ts";

const urn =
  "urn:pulumi:dev::flotilla::flotilla:index:Fleet$flotilla:index:Manifest::web-1-nginx";

function metadata(op: string, resource: string = urn) {
  const state = { inputs: { host: { id: "web-1", name: "web-1" } } };
  return {
    metadata: {
      op,
      urn: resource,
      type: "flotilla:index:Manifest",
      old: state,
      new: op === "delete" ? null : state,
    },
  };
}

function follow(...events: readonly object[]): (Happening | undefined)[] {
  const follower = new EventFollower();
  return events.map((event) =>
    follower.follow(JSON.stringify({ sequence: 1, timestamp: 1, ...event })),
  );
}

test("a step on a host is told by host and by the resource's name without the host's", () => {
  expect(
    follow(
      { resourcePreEvent: metadata("create") },
      { resOutputsEvent: metadata("create") },
    ),
  ).toEqual([
    { kind: "started", host: "web-1", text: "creating nginx" },
    { kind: "finished", host: "web-1", text: "created nginx", isChange: true },
  ]);
});

test.each([
  ["hcloud:index/server:Server", { labels: { "flotilla-host": "web-1" } }],
  [
    "digitalocean:index/droplet:Droplet",
    { tags: ["flotilla-stack:dev", "flotilla-stack:dev:flotilla-host:web-1"] },
  ],
])("a machine of type %s is told as its host's", (type, inputs) => {
  const step = { op: "create", urn: `urn::${type}::web-1`, type };
  const made = { metadata: { ...step, old: null, new: { inputs } } };
  expect(follow({ resourcePreEvent: made })).toEqual([
    { kind: "started", host: "web-1", text: "creating machine" },
  ]);
});

test("what all machines of a stack share belongs to no host", () => {
  const type = "hcloud:index/sshKey:SshKey";
  const inputs = { labels: { "flotilla-stack": "dev" } };
  const step = { op: "create", urn: `urn::${type}::hetzner-key`, type };
  const made = { metadata: { ...step, old: null, new: { inputs } } };
  expect(follow({ resourcePreEvent: made })).toEqual([undefined]);
});

test("a removed resource is told by what it was", () => {
  expect(follow({ resourcePreEvent: metadata("delete") })).toEqual([
    { kind: "started", host: "web-1", text: "removing nginx" },
  ]);
});

test("looking at a host is no change", () => {
  expect(follow({ resOutputsEvent: metadata("refresh") })).toEqual([
    {
      kind: "finished",
      host: "web-1",
      text: "looked at nginx",
      isChange: false,
    },
  ]);
});

test("what stays the same is not told", () => {
  expect(
    follow(
      { resourcePreEvent: metadata("same") },
      { resOutputsEvent: metadata("same") },
    ),
  ).toEqual([undefined, undefined]);
});

test("a line of a job's log belongs to the host of its resource", () => {
  const said = {
    diagnosticEvent: { urn, message: "Unpacking nginx …\n", severity: "info" },
  };
  expect(follow({ resourcePreEvent: metadata("create") }, said)[1]).toEqual({
    kind: "said",
    host: "web-1",
    text: "Unpacking nginx …",
  });
});

test("an error is told whole, and the engine's verdict after it is not", () => {
  const failed = {
    diagnosticEvent: {
      urn,
      prefix: "error: ",
      message: "web-1: nginx -t:\n  unknown directive\n",
      severity: "error",
    },
  };
  const verdict = {
    diagnosticEvent: {
      prefix: "error: ",
      message: "update failed\n",
      severity: "error",
    },
  };
  expect(
    follow({ resourcePreEvent: metadata("create") }, failed, verdict),
  ).toEqual([
    { kind: "started", host: "web-1", text: "creating nginx" },
    {
      kind: "failed",
      host: "web-1",
      text: "web-1: nginx -t:\n  unknown directive",
    },
    undefined,
  ]);
});

test("an error of the program, which is on no host, is told too", () => {
  const failed = {
    diagnosticEvent: {
      message: "the configuration has 2 problems",
      severity: "error",
    },
  };
  expect(follow(failed)).toEqual([
    {
      kind: "failed",
      host: undefined,
      text: "the configuration has 2 problems",
    },
  ]);
});

test("debug lines, components and lines that are no events are not told", () => {
  const component = {
    metadata: {
      op: "create",
      urn,
      type: "flotilla:index:Host",
      old: null,
      new: { inputs: {} },
    },
  };
  expect(
    follow(
      {
        diagnosticEvent: {
          urn,
          message: "RegisterResource RPC",
          severity: "debug",
        },
      },
      { resourcePreEvent: component },
      { preludeEvent: { config: {} } },
    ),
  ).toEqual([undefined, undefined, undefined]);
  expect(
    new EventFollower().follow("Installing dependencies…"),
  ).toBeUndefined();
});

test("the end tells the number of changes by kind", () => {
  expect(
    follow({
      summaryEvent: {
        durationSeconds: 4,
        resourceChanges: { create: 3, same: 2 },
        result: "succeeded",
      },
    }),
  ).toEqual([{ kind: "ended", changes: { create: 3, same: 2 } }]);
});

test.each(["what depends on web-1-nginx was left as it is", "update failed"])(
  "what the program says after the provider's own words is not told: %j",
  (message) => {
    expect(follow({ diagnosticEvent: { message, severity: "error" } })).toEqual(
      [undefined],
    );
  },
);
