import grpc from "@grpc/grpc-js";
import plugin_pb from "@pulumi/pulumi/proto/plugin_pb.js";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";
import type { Engine } from "../../../provider/server/engine.ts";
import { decode, encode } from "../../../provider/server/property.ts";
import { CallError, unary, unimplemented } from "../shared/call.ts";
import { check } from "./check.ts";
import { diff } from "./diff.ts";
import { Lifecycle } from "./lifecycle.ts";
import schema from "./schema.json" with { type: "json" };

/** The version of the framework that the official plugin says it is made with. */
const frameworkVersion = "v1.4.0";

/** The methods of the protocol; gRPC itself answers "unimplemented" for the rest. */
export function commandService(
  engine: Engine,
): grpc.UntypedServiceImplementation {
  const lifecycle = new Lifecycle(engine);
  return {
    handshake: unimplemented("Handshake is not implemented"),
    diffConfig: unimplemented("DiffConfig is not implemented"),
    getPluginInfo: unary(() =>
      new plugin_pb.PluginInfo().setVersion(schema.version),
    ),
    getSchema: unary(() =>
      new provider_pb.GetSchemaResponse().setSchema(JSON.stringify(schema)),
    ),
    checkConfig: unary(checkConfig),
    configure: unary(configure),
    attach: unary(() => new empty_pb.Empty()),
    check: unary(known(check)),
    diff: unary(known(diff)),
    create: unary(
      known((request: provider_pb.CreateRequest) => lifecycle.create(request)),
    ),
    read: unary(known(read)),
    update: unary(
      known((request: provider_pb.UpdateRequest) => lifecycle.update(request)),
    ),
    delete: unary(
      known((request: provider_pb.DeleteRequest) => lifecycle.delete(request)),
    ),
    cancel: unary(() => {
      lifecycle.cancel();
      return new empty_pb.Empty();
    }),
  };
}

function configure(): provider_pb.ConfigureResponse {
  return new provider_pb.ConfigureResponse()
    .setAcceptsecrets(true)
    .setSupportspreview(true)
    .setAcceptresources(true)
    .setAcceptoutputs(true);
}

function checkConfig(
  request: provider_pb.CheckRequest,
): provider_pb.CheckResponse {
  const inputs = {
    ...decode(request.getNews()),
    "__pulumi-go-provider-version": frameworkVersion,
  };
  return new provider_pb.CheckResponse().setInputs(encode(inputs));
}

/** A command has no state of its own to look at: a refresh gives back what it was given. */
function read(request: provider_pb.ReadRequest): provider_pb.ReadResponse {
  return new provider_pb.ReadResponse()
    .setId(request.getId())
    .setInputs(request.getInputs())
    .setProperties(request.getProperties());
}

/** Lets a method through for the resources that this stand-in has. */
function known<Request extends { getUrn(): string; getType(): string }, R>(
  method: (request: Request) => R,
): (request: Request) => R {
  return (request) => {
    const token = request.getType() || typeOf(request.getUrn());
    if (token in schema.resources) return method(request);
    const name = token.split(":").slice(1).join(":");
    throw new CallError(grpc.status.NOT_FOUND, `Resource '${name}' not found`);
  };
}

/** `urn:pulumi:dev::project::parent$command:local:Command::name` → `command:local:Command`. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
