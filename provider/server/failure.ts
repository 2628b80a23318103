import grpc from "@grpc/grpc-js";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import status_pb from "@pulumi/pulumi/proto/status_pb.js";
import any_pb from "google-protobuf/google/protobuf/any_pb.js";
import { encode, type PropertyMap } from "./property.ts";

/** The host may have changed, and what is known of it must reach the state: the next `up` goes on from there. */
export class InitFailed extends Error {
  override readonly name = "InitFailed";
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly properties: PropertyMap;

  constructor(
    message: string,
    state: { id: string; inputs: PropertyMap; properties: PropertyMap },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.id = state.id;
    this.inputs = state.inputs;
    this.properties = state.properties;
  }
}

/** What gRPC sends for an error; `InitFailed` carries the state with it. */
export function serviceErrorOf(error: unknown): Partial<grpc.ServiceError> {
  if (isServiceError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const base = { code: grpc.status.UNKNOWN, details: message };
  if (!(error instanceof InitFailed)) return base;
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", detailOf(error));
  return { ...base, metadata };
}

/** Whether another gRPC server said it: it goes on as it came. */
function isServiceError(error: unknown): error is grpc.ServiceError {
  return error instanceof Error && "metadata" in error && "details" in error;
}

function detailOf(error: InitFailed): Buffer {
  const failed = new provider_pb.ErrorResourceInitFailed();
  failed.setId(error.id);
  failed.setProperties(encode(error.properties));
  failed.setInputs(encode(error.inputs));
  failed.setReasonsList([error.message]);
  const any = new any_pb.Any();
  any.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new status_pb.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(error.message);
  status.addDetails(any);
  return Buffer.from(status.serializeBinary());
}
