import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { machineSnapshots } from "../../../manifest/machine-snapshots.ts";
import { checkFailures } from "../check-failures.ts";
import { decode, reveal } from "../property.ts";
import { problemsOf } from "../schema-problems.ts";
import type { Session } from "../session.ts";

/** Checks the inputs of a machine's snapshots; they are kept as they were written. */
export function check(
  _session: Session,
  request: provider_pb.CheckRequest,
): provider_pb.CheckResponse {
  const news = reveal(decode(request.getNews()));
  const { error } = machineSnapshots.safeParse(news);
  const response = new provider_pb.CheckResponse();
  response.setInputs(request.getNews());
  response.setFailuresList(checkFailures(problemsOf(error, news, "")));
  return response;
}
