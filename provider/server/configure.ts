import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { checkFailures } from "./check-failures.ts";
import {
  configurationProblems,
  parseConfiguration,
  secretKeys,
} from "./configuration.ts";
import { decode, encode, Secret } from "./property.ts";
import type { Session } from "./session.ts";

/** Checks the provider's own configuration; keys and tokens are secret whether the program said so or not. */
export function checkConfig(
  request: provider_pb.CheckRequest,
): provider_pb.CheckResponse {
  const news = decode(request.getNews());
  for (const name of secretKeys) {
    const key = news[name];
    if (typeof key === "string") news[name] = new Secret(key);
  }
  const response = new provider_pb.CheckResponse();
  response.setInputs(encode(news));
  response.setFailuresList(checkFailures(configurationProblems(news)));
  return response;
}

/** Another key, owner or timeout never replaces anything: no manifest is touched by it. */
export function diffConfig(
  request: provider_pb.DiffRequest,
): provider_pb.DiffResponse {
  const olds = JSON.stringify(request.getOlds()?.toJavaScript() ?? {});
  const news = JSON.stringify(request.getNews()?.toJavaScript() ?? {});
  const { DIFF_NONE, DIFF_SOME } = provider_pb.DiffResponse.DiffChanges;
  const response = new provider_pb.DiffResponse();
  response.setChanges(olds === news ? DIFF_NONE : DIFF_SOME);
  return response;
}

/** Takes the configuration, secrets included, and says what this plugin can do. */
export function configure(
  session: Session,
  request: provider_pb.ConfigureRequest,
): provider_pb.ConfigureResponse {
  const configuration = parseConfiguration(decode(request.getArgs()));
  if (configuration) session.configure(configuration);
  const response = new provider_pb.ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setSupportspreview(true);
  // Construct is told which component another one stands on, and what of its inputs comes from where.
  response.setAcceptresources(true);
  response.setAcceptoutputs(true);
  return response;
}
