import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { InitFailed } from "../../../../provider/server/failure.ts";
import {
  decode,
  encode,
  reveal,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { plan, typedInputs, withoutUnknowns } from "./plan.ts";
import { findManaged, isFramework, type Known } from "./plugin.ts";
import type { Found } from "./resource.ts";
import type { Session } from "./session.ts";
import { appliedState } from "./state.ts";

/** Create: makes it; in a preview, says which outputs will come. */
export async function create<Api>(
  session: Session<Api>,
  request: provider_pb.CreateRequest,
): Promise<provider_pb.CreateResponse> {
  const known = findManaged(session.plugin, request.getType());
  const raw = reveal(decode(request.getProperties())) as PropertyMap;
  const inputs = typedInputs(known, raw);
  session.refuse(known, inputs, request.getUrn());
  const planned = plan(known, inputs);
  if (request.getPreview()) {
    return new provider_pb.CreateResponse().setProperties(encode(planned));
  }
  const { id, found } = await make(session, known, { request, inputs, raw });
  const state = appliedState(known, planned, found);
  return new provider_pb.CreateResponse()
    .setId(id)
    .setProperties(encode({ ...state, id }));
}

interface Order {
  readonly request: provider_pb.CreateRequest;
  readonly inputs: PropertyMap;
  readonly raw: PropertyMap;
}

async function make<Api>(
  session: Session<Api>,
  known: Known<Api>,
  order: Order,
): Promise<{ id: string; found: Found }> {
  const made: { id?: string } = {};
  const { request, inputs } = order;
  const deadline = session.deadlineOf(request);
  const { api, teller } = session;
  try {
    const given = await known.resource.create({
      ...{ api, deadline },
      inputs: { ...known.resource.defaults, ...inputs },
      made: (id) => {
        made.id = id;
      },
    });
    if (made.id === undefined) throw new Error("the answer names no id");
    const found =
      given ??
      (await known.resource.read({
        ...{ api, deadline, id: made.id },
        state: plan(known, inputs),
      }));
    if (!found) throw new Error("it was gone as soon as it was made");
    return { id: made.id, found };
  } catch (error) {
    const urn = request.getUrn();
    if (made.id === undefined || isFramework(known))
      throw new Error(teller.tell(error, known, { urn }), { cause: error });
    throw halfMade(session, known, { ...order, id: made.id, error });
  }
}

/** It exists, and something failed after that: the state keeps what is known of it. */
function halfMade<Api>(
  { teller }: Session<Api>,
  known: Known<Api>,
  failed: Order & { readonly id: string; readonly error: unknown },
): InitFailed {
  const { id, inputs, raw, error, request } = failed;
  const urn = request.getUrn();
  const message = teller.tell(error, known, {
    urn,
    doing: { verb: "creating", urn },
  });
  const properties = { ...withoutUnknowns(known, plan(known, inputs)), id };
  const state = { id, inputs: raw, properties };
  return new InitFailed(message, state, { cause: error });
}
