import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import {
  decode,
  encode,
  isRecord,
  reveal,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { importedInputs } from "./import.ts";
import { plan, withoutUnknowns } from "./plan.ts";
import { findManaged, type Known } from "./plugin.ts";
import type { Found } from "./resource.ts";
import type { Session } from "./session.ts";
import { refreshedState } from "./state.ts";
import { isSame } from "./value.ts";

/** Read: what there is now; without a state it is an import. No id says that it is gone. */
export async function read<Api>(
  session: Session<Api>,
  request: provider_pb.ReadRequest,
): Promise<provider_pb.ReadResponse> {
  const known = findManaged(session.plugin, request.getType());
  const state = reveal(decode(request.getProperties())) as PropertyMap;
  const found = await lookUp(session, known, { request, state });
  if (!found) return new provider_pb.ReadResponse();
  const id = request.getId();
  const isImport = Object.keys(state).length === 0;
  const blank = withoutUnknowns(known, withoutDefaults(known, plan(known, {})));
  const before = isImport ? blank : state;
  const now = { ...refreshedState(known, before, found), id };
  const inputs = isImport
    ? importedInputs(known, now)
    : refreshedInputs(
        reveal(decode(request.getInputs())) as PropertyMap,
        state,
        now,
      );
  return new provider_pb.ReadResponse()
    .setId(id)
    .setInputs(encode(inputs))
    .setProperties(encode(now));
}

/** What no API says is not made up for something that is imported. */
function withoutDefaults<Api>(
  { resource }: Known<Api>,
  planned: PropertyMap,
): PropertyMap {
  const presets = Object.keys(resource.defaults ?? {});
  return {
    ...planned,
    ...Object.fromEntries(presets.map((key) => [key, null])),
  };
}

async function lookUp<Api>(
  session: Session<Api>,
  known: Known<Api>,
  { request, state }: { request: provider_pb.ReadRequest; state: PropertyMap },
): Promise<Found | undefined> {
  const urn = request.getUrn();
  const { api, teller } = session;
  try {
    return await known.resource.read({
      ...{ api, state, id: request.getId() },
      deadline: undefined,
    });
  } catch (error) {
    const doing = { verb: "refreshing", urn } as const;
    const message = teller.tell(error, known, { urn, doing });
    throw new Error(message, { cause: error });
  }
}

/** The inputs, where what they say has not changed; what changed behind their back replaces them. */
function refreshedInputs(
  inputs: PropertyMap,
  before: PropertyMap,
  now: PropertyMap,
): PropertyMap {
  const entries = Object.entries(inputs).map(([key, value]) => {
    const isMark = key.startsWith("__") || !(key in now);
    return isMark || isSame(before[key], now[key], true)
      ? [key, value]
      : [key, now[key]];
  });
  return withoutEmptyMarks(Object.fromEntries(entries)) as PropertyMap;
}

function withoutEmptyMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyMarks);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, leaf]) =>
          key !== "__defaults" || (Array.isArray(leaf) && leaf.length > 0),
      )
      .map(([key, leaf]) => [key, withoutEmptyMarks(leaf)]),
  );
}
