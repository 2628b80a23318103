import type plugin_pb from "@pulumi/pulumi/proto/plugin_pb.js";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";
import { changesOf, checked, type Client, unary } from "./unary.ts";
import { toStruct, type Properties } from "./wire.ts";

/** Handshake: answers nothing, or fails. */
export async function handshake(client: Client): Promise<void> {
  const request = new provider_pb.ProviderHandshakeRequest();
  await unary<provider_pb.ProviderHandshakeResponse>((reply) =>
    client.handshake(request, reply),
  );
}

/** GetPluginInfo. */
export async function pluginInfo(client: Client): Promise<Properties> {
  const info = await unary<plugin_pb.PluginInfo>((reply) =>
    client.getPluginInfo(new empty_pb.Empty(), reply),
  );
  return { version: info.getVersion() };
}

/** GetSchema: the parsed schema. */
export async function getSchema(client: Client): Promise<unknown> {
  const request = new provider_pb.GetSchemaRequest();
  const response = await unary<provider_pb.GetSchemaResponse>((reply) =>
    client.getSchema(request, reply),
  );
  return JSON.parse(response.getSchema());
}

/** Cancel. */
export async function cancel(client: Client): Promise<Properties> {
  await unary<empty_pb.Empty>((reply) =>
    client.cancel(new empty_pb.Empty(), reply),
  );
  return {};
}

/** Configure; the answer is what the plugin can do. */
export async function configure(
  client: Client,
  configuration: Properties = {},
): Promise<Properties> {
  const request = new provider_pb.ConfigureRequest()
    .setArgs(toStruct(configuration))
    .setAcceptsecrets(true)
    .setAcceptresources(true)
    .setSendsOldInputs(true)
    .setSendsOldInputsToDelete(true);
  const response = await unary<provider_pb.ConfigureResponse>((reply) =>
    client.configure(request, reply),
  );
  return response.toObject();
}

/** CheckConfig. */
export async function checkConfig(
  client: Client,
  plugin: string,
  news: Properties,
): Promise<Properties> {
  const request = new provider_pb.CheckRequest()
    .setUrn(`urn:pulumi:dev::contract::pulumi:providers:${plugin}::prov`)
    .setName("prov")
    .setType(`pulumi:providers:${plugin}`)
    .setOlds(toStruct({}))
    .setNews(toStruct(news));
  return checked(
    await unary<provider_pb.CheckResponse>((reply) =>
      client.checkConfig(request, reply),
    ),
  );
}

/** DiffConfig of a provider that stays as it is. */
export async function diffConfig(
  client: Client,
  plugin: string,
): Promise<Properties> {
  const request = new provider_pb.DiffRequest()
    .setUrn(`urn:pulumi:dev::contract::pulumi:providers:${plugin}::prov`)
    .setOlds(toStruct({}))
    .setNews(toStruct({}));
  const response = await unary<provider_pb.DiffResponse>((reply) =>
    client.diffConfig(request, reply),
  );
  return { changes: changesOf(response) };
}
