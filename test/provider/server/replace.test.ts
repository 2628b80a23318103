import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { describe, expect, it } from "vitest";
import { parseConfiguration } from "../../../provider/server/configuration.ts";
import { diff } from "../../../provider/server/diff.ts";
import { Engine } from "../../../provider/server/engine.ts";
import { encode } from "../../../provider/server/property.ts";
import { Session } from "../../../provider/server/session.ts";
import { makeSshKeys } from "../../ssh-keys.ts";

const urn = "urn:pulumi:dev::shop::flotilla:index:Manifest::web-1";
const connection = {
  address: "10.0.0.1",
  hostKeys: [makeSshKeys().public],
};
const inputs = encode({
  host: { id: "web-1", name: "web-1", connection },
  items: {},
});
const state = encode({ observed: {}, facts: {} });
const { DIFF_SOME, DIFF_NONE } = provider_pb.DiffResponse.DiffChanges;

describe("a manifest that is as it is wanted", () => {
  it("has nothing to change", () => {
    expect(diff(sessionWith([]), request()).getChanges()).toBe(DIFF_NONE);
    const other = diff(sessionWith(["db-1"]), request());
    expect(other.getChanges()).toBe(DIFF_NONE);
  });

  it("is looked at anew in place where its host stands in replace: the state is of another machine", () => {
    const response = diff(sessionWith(["web-1"]), request());
    expect(response.getChanges()).toBe(DIFF_SOME);
    expect(response.getDiffsList()).toEqual(["host"]);
    expect(response.getReplacesList()).toEqual([]);
  });

  it("has not drifted for that: a refresh says what it saw, and nothing else", () => {
    const session = sessionWith(["web-1"]);
    session.wasRead(urn);
    expect(diff(session, request()).getChanges()).toBe(DIFF_NONE);
  });
});

function request(): provider_pb.DiffRequest {
  return new provider_pb.DiffRequest()
    .setUrn(urn)
    .setOlds(state)
    .setOldInputs(inputs)
    .setNews(inputs);
}

function sessionWith(replace: readonly string[]): Session {
  const session = new Session(new Engine(undefined), () => undefined);
  const privateKey = makeSshKeys().private;
  const configuration = parseConfiguration({
    privateKey,
    replace: [...replace],
  });
  if (configuration) session.configure(configuration);
  return session;
}
