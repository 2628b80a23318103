import type grpc from "@grpc/grpc-js";
import plugin_pb from "@pulumi/pulumi/proto/plugin_pb.js";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";
import type { Engine } from "../../../../provider/server/engine.ts";
import {
  decode,
  reveal,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { unary, unimplemented } from "../call.ts";
import { check, checkConfiguration } from "./check.ts";
import { create } from "./create.ts";
import { diff } from "./diff.ts";
import { invoke } from "./invoke.ts";
import type { ManagedPlugin } from "./plugin.ts";
import { read } from "./read.ts";
import { remove } from "./remove.ts";
import { Session } from "./session.ts";
import { update } from "./update.ts";

/** The methods of the protocol; gRPC itself answers "unimplemented" for the rest. */
export function managedService<Api>(
  plugin: ManagedPlugin<Api>,
): (engine: Engine) => grpc.UntypedServiceImplementation {
  return (engine) => methods(new Session(plugin, engine));
}

function methods<Api>(
  session: Session<Api>,
): grpc.UntypedServiceImplementation {
  const { plugin } = session;
  const { schema } = plugin;
  const nothing = unary(() => new empty_pb.Empty());
  return {
    handshake: unimplemented("method Handshake not implemented"),
    getPluginInfo: unary(() =>
      new plugin_pb.PluginInfo().setVersion(schema.version),
    ),
    getSchema: unary(() =>
      new provider_pb.GetSchemaResponse().setSchema(JSON.stringify(schema)),
    ),
    checkConfig: unary((request: provider_pb.CheckRequest) =>
      checkConfiguration(plugin, request),
    ),
    // The answer of an empty message is DIFF_UNKNOWN.
    diffConfig: unary(() => new provider_pb.DiffResponse()),
    configure: unary((request: provider_pb.ConfigureRequest) =>
      configure(session, request),
    ),
    check: unary((request: provider_pb.CheckRequest) =>
      check(session, request),
    ),
    diff: unary((request: provider_pb.DiffRequest) => diff(session, request)),
    create: unary((request: provider_pb.CreateRequest) =>
      create(session, request),
    ),
    read: unary((request: provider_pb.ReadRequest) => read(session, request)),
    update: unary((request: provider_pb.UpdateRequest) =>
      update(session, request),
    ),
    delete: unary((request: provider_pb.DeleteRequest) =>
      remove(session, request),
    ),
    invoke: unary((request: provider_pb.InvokeRequest) =>
      invoke(session, request),
    ),
    attach: nothing,
    cancel: nothing,
  };
}

function configure<Api>(
  session: Session<Api>,
  request: provider_pb.ConfigureRequest,
): provider_pb.ConfigureResponse {
  session.configure(reveal(decode(request.getArgs())) as PropertyMap);
  return new provider_pb.ConfigureResponse()
    .setSupportspreview(true)
    .setSupportsAutonamingConfiguration(true);
}
