import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { DialError } from "../ssh/dial-error.ts";
import { asObserved } from "./converge.ts";
import { parseInputs } from "./inputs.ts";
import { observe } from "./observe.ts";
import { gatesOnHost, seeOutside } from "./outside-gates.ts";
import { decode, encode, isRecord } from "./property.ts";
import type { Session } from "./session.ts";
import { parseState } from "./state.ts";
import { taskOf } from "./task.ts";

/** Looks at the host and replaces `observed`, nothing else. A host out of reach keeps its state: it is never "gone". */
export async function read(
  session: Session,
  request: provider_pb.ReadRequest,
): Promise<provider_pb.ReadResponse> {
  const properties = decode(request.getProperties());
  const raw = decode(request.getInputs());
  if (!isRecord(properties["observed"])) {
    throw new Error(
      "a Manifest cannot be imported: declare it in the program and run 'pulumi up'; what is there already and equal is taken over",
    );
  }
  const response = new provider_pb.ReadResponse();
  response.setId(request.getId());
  response.setInputs(request.getInputs());
  response.setProperties(request.getProperties());
  session.wasRead(request.getUrn());
  const task = taskOf(session, {
    manifestId: request.getId(),
    urn: request.getUrn(),
    inputs: parseInputs(raw),
    state: parseState(properties),
  });
  const { inputs, log } = task;
  // Gates beside items were proven with them; a manifest of gates alone is there to be looked at again.
  const gates = task.items.size === 0 ? inputs.gates : {};
  try {
    const observation = await session.pool.besideOthers(inputs.host, () =>
      observe(session, inputs.host, {
        manifestId: request.getId(),
        items: task.items.values(),
        gates: gatesOnHost(gates),
      }),
    );
    const observed = {
      ...asObserved(task, observation).observed,
      ...(await seeOutside(gates)),
    };
    return response.setProperties(encode({ ...properties, observed }));
  } catch (error) {
    const { host } = inputs;
    if (isOfAnother(error) && session.isRebuilt(host.name)) {
      // The update that follows may enter by another key.
      session.pool.forget(host);
      if (session.isFirstWarning(host))
        log.say("warning", `${host.name} stands in replace: ${toBeReplaced}`);
      return response;
    }
    if (!isOutOfReach(error)) throw error;
    if (session.isFirstWarning(host)) {
      log.say(
        "warning",
        `${error.message} What is known of it stays as it was`,
      );
    }
    return response;
  }
}

const toBeReplaced =
  "its machine shows another host key, and what was known of the one before stays as it was until an update puts everything on this one";

function isOfAnother(error: unknown): boolean {
  return error instanceof DialError && error.failure === "wrong-host-key";
}

function isOutOfReach(error: unknown): error is DialError {
  return error instanceof DialError && error.isTransient;
}
