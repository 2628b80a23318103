import { randomBytes } from "node:crypto";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";
import type { Engine } from "../../../provider/server/engine.ts";
import {
  decode,
  encode,
  reveal,
  UNKNOWN,
  type PropertyMap,
} from "../../../provider/server/property.ts";
import { changesBetween } from "./diff.ts";
import { commandInputs, type CommandInputs } from "./inputs.ts";
import { runLocally } from "./local.ts";
import { outputsOf, type Run } from "./run.ts";
import { runRemotely } from "./remote.ts";

/** What a call says about the command that it may run. */
interface Call {
  readonly urn: string;
  readonly command: string | null | undefined;
  readonly inputs: CommandInputs;
  /** The outputs of the last run. */
  readonly previous: PropertyMap;
  readonly timeoutSeconds: number;
}

/** Create, update and delete: each runs its own text, or none. */
export class Lifecycle {
  readonly #engine: Engine;
  readonly #cancelled = new AbortController();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async create(
    request: provider_pb.CreateRequest,
  ): Promise<provider_pb.CreateResponse> {
    const properties = decode(request.getProperties());
    const id = `${nameOf(request)}${randomBytes(4).toString("hex")}`;
    const response = new provider_pb.CreateResponse().setId(id);
    if (request.getPreview()) {
      const unknown = { stdout: UNKNOWN, stderr: UNKNOWN };
      return response.setProperties(encode({ ...properties, ...unknown }));
    }
    const inputs = inputsOf(properties);
    const outputs = await this.#run({
      urn: request.getUrn(),
      command: inputs.create,
      inputs,
      previous: {},
      timeoutSeconds: request.getTimeout(),
    });
    return response.setProperties(encode({ ...properties, ...outputs }));
  }

  async update(
    request: provider_pb.UpdateRequest,
  ): Promise<provider_pb.UpdateResponse> {
    const news = decode(request.getNews());
    const previous = previousOf(decode(request.getOlds()));
    const response = new provider_pb.UpdateResponse();
    if (request.getPreview()) {
      const olds = decode(request.getOldInputs());
      const isSame = changesBetween(olds, news).length === 0;
      const outputs = isSame ? previous : { stdout: UNKNOWN, stderr: UNKNOWN };
      return response.setProperties(encode({ ...news, ...outputs }));
    }
    const inputs = inputsOf(news);
    const outputs = await this.#run({
      urn: request.getUrn(),
      command: inputs.update ?? inputs.create,
      inputs,
      previous,
      timeoutSeconds: request.getTimeout(),
    });
    return response.setProperties(encode({ ...news, ...outputs }));
  }

  async delete(request: provider_pb.DeleteRequest): Promise<empty_pb.Empty> {
    const state = decode(request.getProperties());
    const inputs = inputsOf(state);
    await this.#run({
      urn: request.getUrn(),
      command: inputs.delete,
      inputs,
      previous: previousOf(state),
      timeoutSeconds: request.getTimeout(),
    });
    return new empty_pb.Empty();
  }

  cancel(): void {
    this.#cancelled.abort();
  }

  async #run(call: Call): Promise<PropertyMap> {
    const { command, inputs, previous, timeoutSeconds } = call;
    if (command === undefined || command === null) {
      return { stdout: "", stderr: "", ...previous };
    }
    const run: Run = {
      command,
      inputs,
      previousOutputs: previousVariables(inputs, previous),
      log: this.#engine.logOf(call.urn),
      signal: AbortSignal.any([
        this.#cancelled.signal,
        ...(timeoutSeconds > 0
          ? [AbortSignal.timeout(timeoutSeconds * 1000)]
          : []),
      ]),
    };
    return outputsOf(
      await (inputs.connection
        ? runRemotely(run, inputs.connection)
        : runLocally(run)),
    );
  }
}

function inputsOf(properties: PropertyMap): CommandInputs {
  const inputs = commandInputs.parse(reveal(properties));
  if (inputs.assetPaths?.length || inputs.archivePaths?.length) {
    throw new Error(
      "this stand-in for the command plugin returns no assets: use the official plugin for assetPaths and archivePaths",
    );
  }
  return inputs;
}

function previousOf({ stdout, stderr }: PropertyMap): PropertyMap {
  return { stdout: stdout ?? "", stderr: stderr ?? "" };
}

/** What the last run said, for the next one to read; what was empty is not set. */
function previousVariables(
  { addPreviousOutputInEnv }: CommandInputs,
  previous: PropertyMap,
): Record<string, string> {
  if (addPreviousOutputInEnv === false) return {};
  const { stdout, stderr } = reveal(previous) as Record<string, unknown>;
  return {
    ...(typeof stdout === "string" && stdout !== ""
      ? { PULUMI_COMMAND_STDOUT: stdout }
      : {}),
    ...(typeof stderr === "string" && stderr !== ""
      ? { PULUMI_COMMAND_STDERR: stderr }
      : {}),
  };
}

function nameOf(request: provider_pb.CreateRequest): string {
  return request.getName() || (request.getUrn().split("::").at(-1) ?? "");
}
