import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { changesOf } from "./changes.ts";
import { converge } from "./converge.ts";
import { parseInputs, type ParsedInputs } from "./inputs.ts";
import { withState } from "./partial-state.ts";
import { sayWhatWillHappen } from "./preview-line.ts";
import { decode, encode } from "./property.ts";
import type { ResourceLog } from "./engine.ts";
import type { Session } from "./session.ts";
import {
  itemsWithSecrets,
  parseState,
  previewProperties,
  stateProperties,
} from "./state.ts";
import { taskOf } from "./task.ts";
import { firstWays, moveWays, type OtherWays } from "./ways.ts";

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
    otherWays:
      rebuiltWays(session, inputs, log) ??
      moveWays({
        host: inputs.host,
        items: itemsWithSecrets(inputs),
        before: oldInputs.host.connection,
        left: state.ways ?? [],
      }),
  });
  const changes = changesOf(state, rawOld, raw);
  const isQuiet =
    !session.isRebuilt(inputs.host.name) &&
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

/** A machine that was rebuilt has a first contact again, which is said; `undefined` for any other. */
function rebuiltWays(
  session: Session,
  { host, items }: ParsedInputs,
  log: ResourceLog,
): OtherWays | undefined {
  if (!session.isRebuilt(host.name)) return undefined;
  const ways = firstWays(host, items);
  if (session.isFirstWarning(host, "replace")) {
    const key = ways
      ? ", and the key that its user data carry is believed until it has its own"
      : "";
    log.say(
      "warning",
      `${host.name} stands in replace: everything on it is looked at anew${key}. Take it out of the list when this update is through`,
    );
  }
  return ways;
}
