import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { changesOf } from "./changes.ts";
import { converge } from "./converge.ts";
import { parseInputs } from "./inputs.ts";
import { withState } from "./partial-state.ts";
import { sayWhatWillHappen } from "./preview-line.ts";
import { decode, encode } from "./property.ts";
import type { Session } from "./session.ts";
import {
  itemsWithSecrets,
  parseState,
  previewProperties,
  stateProperties,
} from "./state.ts";
import { taskOf } from "./task.ts";
import { moveWays } from "./ways.ts";

/** Brings a host from one state of a manifest to another. Dials nothing when only the way to the host changed. */
export async function update(
  session: Session,
  request: provider_pb.UpdateRequest,
): Promise<provider_pb.UpdateResponse> {
  const raw = decode(request.getNews());
  const rawOld = decode(request.getOldInputs());
  const state = parseState(decode(request.getOlds()));
  const inputs = parseInputs(raw);
  const oldInputs = parseInputs(rawOld);
  const log = session.engine.logOf(request.getUrn());
  const response = new provider_pb.UpdateResponse();
  if (request.getPreview()) {
    sayWhatWillHappen(log, { inputs: oldInputs, state }, inputs);
    return response.setProperties(encode(previewProperties(inputs, state)));
  }
  const task = taskOf(session, {
    manifestId: request.getId(),
    urn: request.getUrn(),
    inputs,
    state,
    previousItems: itemsWithSecrets(oldInputs),
    timeoutSeconds: request.getTimeout(),
    otherWays: moveWays({
      host: inputs.host,
      items: itemsWithSecrets(inputs),
      before: oldInputs.host.connection,
      left: state.ways ?? [],
    }),
  });
  const changes = changesOf(state, rawOld, raw);
  const isQuiet =
    changes.length > 0 &&
    !state.ways?.length &&
    changes.every(({ touchesHost }) => !touchesHost);
  try {
    const converged = isQuiet
      ? { observed: { ...state.observed }, facts: state.facts, kept: [] }
      : await converge(session, task);
    return response.setProperties(
      encode(stateProperties(inputs, converged, state.digestKey)),
    );
  } catch (error) {
    throw withState(error, task, raw);
  }
}
