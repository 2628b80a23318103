import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { InitFailed } from "../../../../provider/server/failure.ts";
import {
  decode,
  encode,
  reveal,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { differences } from "./differences.ts";
import { plan, typedInputs, withoutUnknowns } from "./plan.ts";
import { findManaged, isFramework, type Known } from "./plugin.ts";
import type { Found } from "./resource.ts";
import type { Session } from "./session.ts";
import { appliedState, withKeptElements } from "./state.ts";

/** Update: carries changed inputs over; in a preview, says what the outputs will be. */
export async function update<Api>(
  session: Session<Api>,
  request: provider_pb.UpdateRequest,
): Promise<provider_pb.UpdateResponse> {
  const known = findManaged(session.plugin, request.getType());
  const before = reveal(decode(request.getOlds())) as PropertyMap;
  const raw = reveal(decode(request.getNews())) as PropertyMap;
  const inputs = typedInputs(known, raw);
  session.refuse(known, inputs, request.getUrn());
  const fresh = plan(known, inputs, before);
  const planned = withKeptElements(known, before, fresh);
  if (request.getPreview()) {
    return new provider_pb.UpdateResponse().setProperties(encode(planned));
  }
  const found = await carryOver(session, known, {
    ...{ request, before, inputs, raw, planned },
  });
  const state = appliedState(known, planned, found);
  const id = request.getId();
  return new provider_pb.UpdateResponse().setProperties(
    encode({ ...state, id }),
  );
}

interface Order {
  readonly request: provider_pb.UpdateRequest;
  readonly before: PropertyMap;
  readonly inputs: PropertyMap;
  readonly raw: PropertyMap;
  readonly planned: PropertyMap;
}

async function carryOver<Api>(
  session: Session<Api>,
  known: Known<Api>,
  { request, before, inputs, raw, planned }: Order,
): Promise<Found> {
  const urn = request.getUrn();
  const { api, teller } = session;
  const changed = differences(known, before, inputs).map(({ key }) => key);
  const call = {
    ...{ api, id: request.getId(), state: before },
    deadline: session.deadlineOf(request),
  };
  try {
    const given = await known.resource.update?.({
      ...call,
      inputs: { ...known.resource.defaults, ...inputs },
      changed: new Set(changed),
    });
    const found = given ?? (await known.resource.read(call));
    if (found && found !== "gone") return found;
  } catch (error) {
    const doing = { verb: "updating", urn } as const;
    const message = teller.tell(error, known, { urn, doing });
    if (isFramework(known)) throw new Error(message, { cause: error });
    // The official plugins keep what was wanted here, although it was not carried over: a refresh sets it right.
    const id = request.getId();
    const properties = { ...withoutUnknowns(known, planned), id };
    const state = { id, inputs: raw, properties };
    throw new InitFailed(message, state, { cause: error });
  }
  throw new Error(
    `Resource provider reported that the resource did not exist while updating ${urn}.\n\nThis is usually a result of the resource having been deleted outside of Pulumi, and can often be fixed by running \`pulumi refresh\` before updating.`,
  );
}
