import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { create } from "../../../../provider/server/accepted-host-key/create.ts";
import { diff } from "../../../../provider/server/accepted-host-key/diff.ts";
import { read } from "../../../../provider/server/accepted-host-key/read.ts";
import { update } from "../../../../provider/server/accepted-host-key/update.ts";
import { parseConfiguration } from "../../../../provider/server/configuration.ts";
import { Engine } from "../../../../provider/server/engine.ts";
import {
  decode,
  encode,
  UNKNOWN,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { Session } from "../../../../provider/server/session.ts";
import {
  startFakeEngine,
  type FakeEngine,
} from "../../../contract/fake-engine.ts";
import { makeSshKeys } from "../../../ssh-keys.ts";
import { sshServer, type SshServer } from "../../ssh/ssh-server.ts";

const hostKey = makeSshKeys();
const urn = "urn:pulumi:dev::shop::flotilla:index:AcceptedHostKey::web-1";
const nothing = (): undefined => undefined;

let engine: FakeEngine;
let session: Session;
let server: SshServer;

beforeEach(async () => {
  engine = await startFakeEngine();
  session = sessionWith([]);
  server = await sshServer(hostKey.private);
});

afterEach(() => {
  engine.stop();
  server.close();
});

describe("the first contact", () => {
  it("records the key that the host shows, and says it with its fingerprint", async () => {
    const made = await create(session, createRequest(inputs()));
    const outputs = decode(made.getProperties());
    expect(outputs["hostKeys"]).toEqual([
      hostKey.public.split(" ").slice(0, 2).join(" "),
    ]);
    expect(outputs["acceptedAt"]).toMatch(/^\d{4}-.*Z$/);
    await session.engine.drain();
    expect(engine.log).toHaveLength(1);
    expect(engine.log[0]).toMatchObject({ severity: "warning" });
    expect(engine.log[0]?.message).toContain(
      `web-1: accepted the host key ${String(outputs["fingerprint"])}`,
    );
    expect(server.logins()).toBe(0);
  });

  it("is only announced by a preview", async () => {
    const preview = createRequest(inputs()).setPreview(true);
    const made = await create(session, preview);
    expect(decode(made.getProperties())["hostKeys"]).toBe(UNKNOWN);
    await session.engine.drain();
    expect(engine.log[0]?.message).toContain("will be accepted");
    expect(server.connections()).toBe(0);
  });

  it("accepts nothing where a key is pinned: nobody is asked, nothing is said", async () => {
    const { public: pin } = makeSshKeys();
    const made = await create(
      session,
      createRequest(inputs({ pinned: [pin] })),
    );
    expect(decode(made.getProperties())).toMatchObject({
      hostKeys: [pin],
      acceptedAt: "",
    });
    await session.engine.drain();
    expect(engine.log).toEqual([]);
    expect(server.connections()).toBe(0);
  });

  it("fails without a record where nobody answers", async () => {
    server.close();
    await expect(create(session, createRequest(inputs()))).rejects.toThrow(
      "web-1 (127.0.0.1, port",
    );
  });
});

describe("later on", () => {
  const recorded = {
    hostKeys: [makeSshKeys().public],
    fingerprint: "SHA256:recorded",
    acceptedAt: "2026-01-01T00:00:00.000Z",
  };

  it("nobody is asked again: not by a refresh, and not from another address", async () => {
    const request = new provider_pb.ReadRequest()
      .setUrn(urn)
      .setProperties(encode(recorded));
    expect(decode(read(session, request).getProperties())).toEqual(recorded);
    const moved = { ...inputs(), address: "10.0.0.9" };
    const updated = await update(
      session,
      new provider_pb.UpdateRequest()
        .setOlds(encode(recorded))
        .setOldInputs(encode(inputs()))
        .setNews(encode(moved)),
    );
    expect(decode(updated.getProperties())).toEqual(recorded);
    expect(server.connections()).toBe(0);
  });

  it.each([
    ["another port", { port: 2222 }, []],
    ["another machine", { hostId: "other" }, ["hostId"]],
    ["nothing else", {}, []],
  ])("%s replaces %j", (_title, change, replaces) => {
    const response = diff(session, diffRequest(recorded, change));
    expect(response.getReplacesList()).toEqual(replaces);
    expect(response.getDiffsList()).toEqual(Object.keys(change));
  });

  it("another pinned key fails before anything is changed", () => {
    const { public: pin } = makeSshKeys();
    expect(() =>
      diff(session, diffRequest(recorded, { pinned: [pin] })),
    ).toThrow("SHA256:recorded");
  });

  function diffRequest(olds: PropertyMap, change: PropertyMap) {
    return new provider_pb.DiffRequest()
      .setOlds(encode(olds))
      .setOldInputs(encode(inputs()))
      .setNews(encode({ ...inputs(), ...change }));
  }
});

describe("a host that stands in replace", () => {
  const before = {
    hostKeys: [makeSshKeys().public],
    fingerprint: "SHA256:before",
    acceptedAt: "2026-01-01T00:00:00.000Z",
  };

  it("is asked again, in every plan while it stands there", () => {
    const request = new provider_pb.DiffRequest()
      .setOlds(encode(before))
      .setOldInputs(encode(inputs()))
      .setNews(encode(inputs()));
    const { DIFF_SOME, DIFF_NONE } = provider_pb.DiffResponse.DiffChanges;
    expect(diff(sessionWith(["web-1"]), request).getChanges()).toBe(DIFF_SOME);
    expect(diff(sessionWith(["db-1"]), request).getChanges()).toBe(DIFF_NONE);
  });

  it("has a first contact again, and both fingerprints are said", async () => {
    const outputs = await outputsOf(before);
    expect(outputs["hostKeys"]).toEqual([shown]);
    const said = engine.log.map(({ message }) => message).join("\n");
    expect(said).toContain("SHA256:before does not count any more");
    expect(said).toContain(`accepted the host key ${print(outputs)}`);
  });

  it("keeps what is recorded where it shows that key, without a word", async () => {
    const same = { ...before, hostKeys: [shown] };
    expect(await outputsOf(same)).toEqual(same);
    expect(engine.log).toEqual([]);
  });

  it("is known by the pinned key where there is one, whatever was recorded", async () => {
    const { public: pin } = makeSshKeys();
    const outputs = await outputsOf(before, { pinned: [pin] });
    expect(outputs["hostKeys"]).toEqual([pin]);
    expect(server.connections()).toBe(0);
  });

  async function outputsOf(olds: PropertyMap, more: PropertyMap = {}) {
    const again = sessionWith(["web-1"]);
    const request = new provider_pb.UpdateRequest()
      .setUrn(urn)
      .setOlds(encode(olds))
      .setOldInputs(encode(inputs()))
      .setNews(encode(inputs(more)));
    const updated = await update(again, request);
    await again.engine.drain();
    return decode(updated.getProperties());
  }
});

const shown = hostKey.public.split(" ").slice(0, 2).join(" ");

function print(outputs: PropertyMap): string {
  return String(outputs["fingerprint"]);
}

function sessionWith(replace: readonly string[]): Session {
  const made = new Session(new Engine(engine.address), nothing);
  const configuration = parseConfiguration({
    privateKey: makeSshKeys().private,
    connectTimeoutSeconds: 2,
    replace: JSON.stringify(replace),
  });
  if (configuration) made.configure(configuration);
  return made;
}

function createRequest(properties: PropertyMap): provider_pb.CreateRequest {
  return new provider_pb.CreateRequest()
    .setUrn(urn)
    .setProperties(encode(properties));
}

function inputs(more: PropertyMap = {}): PropertyMap {
  const place = { address: "127.0.0.1", port: server.port };
  return { hostId: "web-1", name: "web-1", ...place, ...more };
}
