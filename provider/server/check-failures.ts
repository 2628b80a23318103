import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";

/** One thing that is wrong with what a program gave. */
export interface Problem {
  readonly property: string;
  readonly reason: string;
}

/** Problems as the engine takes them. */
export function checkFailures(
  problems: readonly Problem[],
): provider_pb.CheckFailure[] {
  return problems.map(({ property, reason }) =>
    new provider_pb.CheckFailure().setProperty(property).setReason(reason),
  );
}
