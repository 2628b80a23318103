import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { completeSnapshots } from "../../clouds/index.ts";
import { decode, encode } from "../property.ts";
import type { Session } from "../session.ts";
import { makerOf } from "./settle.ts";
import {
  parseSnapshotInputs,
  parseSnapshotState,
  snapshotProperties,
} from "./state.ts";

/** Looks at what there is by now. Where nobody answers, what was known stays. */
export async function read(
  session: Session,
  request: provider_pb.ReadRequest,
): Promise<provider_pb.ReadResponse> {
  const properties = decode(request.getProperties());
  if (properties["snapshots"] === undefined)
    throw new Error(
      "MachineSnapshots cannot be imported: set 'snapshotBefore' on the host and run 'pulumi up'",
    );
  const inputs = parseSnapshotInputs(decode(request.getInputs()));
  const { mark } = parseSnapshotState(properties);
  const response = new provider_pb.ReadResponse();
  response.setId(request.getId());
  response.setInputs(request.getInputs());
  response.setProperties(request.getProperties());
  try {
    const maker = makerOf(session, inputs);
    const found = await completeSnapshots(maker, session.signal);
    return response.setProperties(encode(snapshotProperties(mark, found)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    session.engine
      .logOf(request.getUrn())
      .say(
        "warning",
        `${inputs.host}: its snapshots were not looked at: ${reason}`,
      );
    return response;
  }
}
