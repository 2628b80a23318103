import type grpc from "@grpc/grpc-js";
import plugin_pb from "@pulumi/pulumi/proto/plugin_pb.js";
import provider_grpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";
import { checkConfig, configure, diffConfig } from "./configure.ts";
import { construct } from "./construct.ts";
import { serviceErrorOf } from "./failure.ts";
import { resourceType } from "./resources.ts";
import { schema } from "./schema.ts";
import type { Session } from "./session.ts";
import { urnOf } from "./trace.ts";
import { version } from "./version.ts";

/** The protocol that the engine speaks with a plugin. */
export const definition =
  provider_grpc.ResourceProviderService as unknown as grpc.ServiceDefinition;

/** The methods that we answer; gRPC itself answers "unimplemented" for the rest. */
export function service(session: Session): grpc.UntypedServiceImplementation {
  return {
    getPluginInfo: unary(session, () =>
      new plugin_pb.PluginInfo().setVersion(version),
    ),
    attach: unary(session, () => new empty_pb.Empty()),
    getSchema: unary(session, () =>
      new provider_pb.GetSchemaResponse().setSchema(schema()),
    ),
    checkConfig: unary(session, (request: provider_pb.CheckRequest) =>
      checkConfig(request),
    ),
    diffConfig: unary(session, (request: provider_pb.DiffRequest) =>
      diffConfig(request),
    ),
    configure: unary(session, (request: provider_pb.ConfigureRequest) =>
      configure(session, request),
    ),
    check: unary(session, (request: provider_pb.CheckRequest) =>
      resourceType(request.getUrn()).check(session, request),
    ),
    diff: unary(session, (request: provider_pb.DiffRequest) =>
      resourceType(request.getUrn()).diff(session, request),
    ),
    create: unary(session, (request: provider_pb.CreateRequest) =>
      resourceType(request.getUrn()).create(session, request),
    ),
    read: unary(session, (request: provider_pb.ReadRequest) =>
      resourceType(request.getUrn()).read(session, request),
    ),
    update: unary(session, (request: provider_pb.UpdateRequest) =>
      resourceType(request.getUrn()).update(session, request),
    ),
    delete: unary(session, (request: provider_pb.DeleteRequest) =>
      resourceType(request.getUrn()).remove(session, request),
    ),
    construct: unary(session, (request: provider_pb.ConstructRequest) =>
      construct(session, request),
    ),
    cancel: unary(session, () => {
      session.cancel();
      return new empty_pb.Empty();
    }),
  };
}

function unary<Request, Response>(
  session: Session,
  method: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const begin = performance.now();
    const trace = (outcome: string): void => {
      const milliseconds = Math.round(performance.now() - begin);
      const name = call.getPath().split("/").at(-1) ?? "";
      session.trace(
        "rpc",
        name,
        urnOf(call.request),
        `${String(milliseconds)} ms`,
        outcome,
      );
    };
    Promise.resolve()
      .then(() => method(call.request))
      .finally(() => session.engine.drain())
      .then(
        (response) => {
          trace("ok");
          callback(null, response);
        },
        (error: unknown) => {
          trace(error instanceof Error ? error.name : "failed");
          callback(serviceErrorOf(error), null);
        },
      );
  };
}
