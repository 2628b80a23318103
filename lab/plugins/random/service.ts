import grpc from "@grpc/grpc-js";
import plugin_pb from "@pulumi/pulumi/proto/plugin_pb.js";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";
import type { Engine } from "../../../provider/server/engine.ts";
import { check, checkConfig } from "./check.ts";
import { create } from "./create.ts";
import { diff } from "./diff.ts";
import { read } from "./read.ts";
import { schemaText, version } from "./schema.ts";

/** The methods of the protocol; gRPC itself answers "unimplemented" for the rest. */
export function service(engine: Engine): grpc.UntypedServiceImplementation {
  const nothing = unary(() => new empty_pb.Empty());
  return {
    handshake: unimplemented("Handshake is not yet implemented"),
    getPluginInfo: unary(() => new plugin_pb.PluginInfo().setVersion(version)),
    getSchema: unary(() =>
      new provider_pb.GetSchemaResponse().setSchema(schemaText),
    ),
    checkConfig: unary(checkConfig),
    // The answer of an empty message is DIFF_UNKNOWN.
    diffConfig: unary(() => new provider_pb.DiffResponse()),
    configure: unary(configure),
    check: unary(check),
    diff: unary(diff),
    create: unary((request: provider_pb.CreateRequest) =>
      create(engine, request),
    ),
    read: unary(read),
    attach: nothing,
    delete: nothing,
    cancel: nothing,
  };
}

function configure(): provider_pb.ConfigureResponse {
  return new provider_pb.ConfigureResponse()
    .setSupportspreview(true)
    .setAcceptresources(true)
    .setSupportsAutonamingConfiguration(true);
}

function unary<Request, Response>(
  method: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void answer(method, call.request).then(
      (response) => callback(null, response),
      (error: unknown) => {
        const details = error instanceof Error ? error.message : String(error);
        callback({ code: grpc.status.UNKNOWN, details });
      },
    );
  };
}

async function answer<Request, Response>(
  method: (request: Request) => Response | Promise<Response>,
  request: Request,
): Promise<Response> {
  return method(request);
}

function unimplemented(details: string): grpc.handleUnaryCall<unknown, never> {
  return (_call, callback) => {
    callback({ code: grpc.status.UNIMPLEMENTED, details });
  };
}
