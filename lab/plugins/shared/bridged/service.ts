import type grpc from "@grpc/grpc-js";
import plugin_pb from "@pulumi/pulumi/proto/plugin_pb.js";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";
import type { Engine } from "../../../../provider/server/engine.ts";
import { check, checkConfig } from "./check.ts";
import { create } from "./create.ts";
import { diff } from "./diff.ts";
import { read } from "./read.ts";
import { unary, unimplemented } from "../call.ts";
import type { BridgedPlugin } from "./plugin.ts";

/** The methods of the protocol; gRPC itself answers "unimplemented" for the rest. */
export function bridgedService(
  plugin: BridgedPlugin,
): (engine: Engine) => grpc.UntypedServiceImplementation {
  return (engine) => methods(plugin, engine);
}

function methods(
  plugin: BridgedPlugin,
  engine: Engine,
): grpc.UntypedServiceImplementation {
  const { version } = plugin.schema;
  const nothing = unary(() => new empty_pb.Empty());
  return {
    handshake: unimplemented("Handshake is not yet implemented"),
    getPluginInfo: unary(() => new plugin_pb.PluginInfo().setVersion(version)),
    getSchema: unary(() =>
      new provider_pb.GetSchemaResponse().setSchema(
        JSON.stringify(plugin.schema),
      ),
    ),
    checkConfig: unary(checkConfig),
    // The answer of an empty message is DIFF_UNKNOWN.
    diffConfig: unary(() => new provider_pb.DiffResponse()),
    configure: unary(configure),
    check: unary((request: provider_pb.CheckRequest) => check(plugin, request)),
    diff: unary((request: provider_pb.DiffRequest) => diff(plugin, request)),
    create: unary((request: provider_pb.CreateRequest) =>
      create({ plugin, engine }, request),
    ),
    read: unary((request: provider_pb.ReadRequest) => read(plugin, request)),
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
