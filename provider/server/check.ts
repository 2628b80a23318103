import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { checkFailures } from "./check-failures.ts";
import { inputProblems, parseInputs } from "./inputs.ts";
import { decode, hasUnknown } from "./property.ts";
import type { Session } from "./session.ts";

/** Checks the inputs of a manifest; they are kept as they were written, so that a diff shows nothing else. */
export function check(
  session: Session,
  request: provider_pb.CheckRequest,
): provider_pb.CheckResponse {
  session.wasChecked(request.getUrn());
  const news = decode(request.getNews());
  const problems = inputProblems(news);
  if (problems.length === 0 && !hasUnknown(news["host"]))
    session.wasDeclared(parseInputs(news).host);
  const response = new provider_pb.CheckResponse();
  response.setInputs(request.getNews());
  response.setFailuresList(checkFailures(problems));
  return response;
}
