import type grpc from "@grpc/grpc-js";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import status_pb from "@pulumi/pulumi/proto/status_pb.js";
import { fromStruct, type Properties } from "./wire.ts";

/** What an error tells the engine to keep of a resource that exists but is not complete. */
export function keptIn(error: unknown): Properties | undefined {
  const { metadata } = error as { metadata?: grpc.Metadata };
  const [bytes] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(bytes)) return undefined;
  const [detail] = status_pb.Status.deserializeBinary(bytes).getDetailsList();
  const failed = detail?.unpack(
    (value) => provider_pb.ErrorResourceInitFailed.deserializeBinary(value),
    "pulumirpc.ErrorResourceInitFailed",
  );
  return failed
    ? {
        id: failed.getId(),
        properties: fromStruct(failed.getProperties()),
      }
    : undefined;
}
