import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import type empty_pb from "google-protobuf/google/protobuf/empty_pb.js";
import { changesOf, checked, type Client, unary } from "./unary.ts";
import { fromStruct, toStruct, type Properties } from "./wire.ts";

/** Which resource a call is about. */
export interface Subject {
  readonly type: string;
  readonly name: string;
}

/** What the engine would have in its state. */
export interface State {
  readonly id: string;
  readonly inputs: Properties;
  readonly properties: Properties;
}

function urnOf({ type, name }: Subject): string {
  return `urn:pulumi:dev::contract::${type}::${name}`;
}

/** Check. */
export async function check(
  client: Client,
  subject: Subject,
  news: Properties,
): Promise<Properties> {
  const request = new provider_pb.CheckRequest()
    .setUrn(urnOf(subject))
    .setName(subject.name)
    .setType(subject.type)
    .setOlds(toStruct({}))
    .setNews(toStruct(news))
    .setRandomseed(new Uint8Array(32).fill(7));
  return checked(
    await unary<provider_pb.CheckResponse>((reply) =>
      client.check(request, reply),
    ),
  );
}

/** Create, in a preview or for real. */
export async function create(
  client: Client,
  subject: Subject,
  {
    preview,
    properties,
    timeout = 0,
  }: { preview: boolean; properties: Properties; timeout?: number },
): Promise<State> {
  const request = new provider_pb.CreateRequest()
    .setUrn(urnOf(subject))
    .setName(subject.name)
    .setType(subject.type)
    .setPreview(preview)
    .setTimeout(timeout)
    .setProperties(toStruct(properties));
  const response = await unary<provider_pb.CreateResponse>((reply) =>
    client.create(request, reply),
  );
  return {
    id: response.getId(),
    inputs: properties,
    properties: fromStruct(response.getProperties()),
  };
}

/** Read: a refresh of a state, or an import when there is an id alone. */
export async function read(
  client: Client,
  subject: Subject,
  state: State,
): Promise<State> {
  const request = new provider_pb.ReadRequest()
    .setUrn(urnOf(subject))
    .setName(subject.name)
    .setType(subject.type)
    .setId(state.id)
    .setInputs(toStruct(state.inputs))
    .setProperties(toStruct(state.properties));
  const response = await unary<provider_pb.ReadResponse>((reply) =>
    client.read(request, reply),
  );
  return {
    id: response.getId(),
    inputs: fromStruct(response.getInputs()),
    properties: fromStruct(response.getProperties()),
  };
}

/** New inputs for a state. */
export interface Change {
  readonly state: State;
  readonly news: Properties;
  readonly preview?: boolean;
  readonly ignoreChanges?: readonly string[];
}

/** A request of either kind, about this change of this resource. */
function withChange<
  Request extends provider_pb.DiffRequest | provider_pb.UpdateRequest,
>(request: Request, subject: Subject, { state, news }: Change): Request {
  request.setUrn(urnOf(subject));
  request.setName(subject.name);
  request.setType(subject.type);
  request.setId(state.id);
  request.setOlds(toStruct(state.properties));
  request.setOldInputs(toStruct(state.inputs));
  request.setNews(toStruct(news));
  return request;
}

/** Diff of a state against new inputs. */
export async function diff(
  client: Client,
  subject: Subject,
  { state, news, ignoreChanges = [] }: Change,
): Promise<Properties> {
  const request = withChange(
    new provider_pb.DiffRequest().setIgnorechangesList([...ignoreChanges]),
    subject,
    { state, news },
  );
  const response = await unary<provider_pb.DiffResponse>((reply) =>
    client.diff(request, reply),
  );
  return {
    changes: changesOf(response),
    diffs: response.getDiffsList(),
    replaces: response.getReplacesList(),
    stables: response.getStablesList(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
    hasDetailedDiff: response.getHasdetaileddiff(),
    ...(response.getHasdetaileddiff()
      ? { detailedDiff: details(response) }
      : {}),
  };
}

const kinds = Object.entries(provider_pb.PropertyDiff.Kind);

function details(response: provider_pb.DiffResponse): Properties {
  const found: Record<string, unknown> = {};
  response.getDetaileddiffMap().forEach((one, path) => {
    const kind = kinds.find(([, value]) => value === one.getKind())?.[0];
    found[path] = { kind };
  });
  return found;
}

/** Update, in a preview or for real: the state that comes of it. */
export async function update(
  client: Client,
  subject: Subject,
  { state, news, preview = false }: Change,
): Promise<State> {
  const request = withChange(
    new provider_pb.UpdateRequest().setPreview(preview),
    subject,
    { state, news },
  );
  const response = await unary<provider_pb.UpdateResponse>((reply) =>
    client.update(request, reply),
  );
  const properties = fromStruct(response.getProperties());
  return { id: state.id, inputs: news, properties };
}

/** Delete. */
export async function remove(
  client: Client,
  subject: Subject,
  state: State,
): Promise<Properties> {
  const request = new provider_pb.DeleteRequest()
    .setUrn(urnOf(subject))
    .setName(subject.name)
    .setType(subject.type)
    .setId(state.id)
    .setProperties(toStruct(state.properties))
    .setOldInputs(toStruct(state.inputs));
  await unary<empty_pb.Empty>((reply) => client.delete(request, reply));
  return {};
}
