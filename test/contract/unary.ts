import type grpc from "@grpc/grpc-js";
import type provider_grpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { fromStruct, type Properties } from "./wire.ts";

/** A connection to a plugin. */
export type Client = provider_grpc.ResourceProviderClient;

type Reply<R> = (error: grpc.ServiceError | null, response: R) => void;

/** One call, as a promise. */
export function unary<R>(start: (reply: Reply<R>) => grpc.ClientUnaryCall) {
  return new Promise<R>((resolve, reject) => {
    start((error, response) => (error ? reject(error) : resolve(response)));
  });
}

/** Answer of Check and CheckConfig. */
export function checked(response: provider_pb.CheckResponse): Properties {
  return {
    inputs: fromStruct(response.getInputs()),
    failures: response.getFailuresList().map((failure) => failure.toObject()),
  };
}

/** What a Diff found: DIFF_NONE, DIFF_SOME or DIFF_UNKNOWN. */
export function changesOf(response: provider_pb.DiffResponse): string {
  const changes = Object.entries(provider_pb.DiffResponse.DiffChanges);
  return (
    changes.find(([, value]) => value === response.getChanges())?.[0] ?? ""
  );
}
