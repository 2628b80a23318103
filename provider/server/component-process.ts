import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import grpc from "@grpc/grpc-js";
import provider_grpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type provider_pb from "@pulumi/pulumi/proto/provider_pb.js";

/** What the process runs, seen from the bundle. */
const entryPoint = path.join(import.meta.dirname, "construct", "main.js");

/**
 * The process that makes components: Pulumi's SDK and the component classes, loaded when the first
 * component is wanted. An error that the SDK throws there ends no job and no connection here.
 */
export class ComponentProcess {
  readonly #engine: string | undefined;
  #client: Promise<provider_grpc.ResourceProviderClient> | undefined;

  /** @param engine address of the engine, as the plugin got it */
  constructor(engine: string | undefined) {
    this.#engine = engine;
  }

  /** Makes one component, and answers as the SDK does. */
  async construct(
    request: provider_pb.ConstructRequest,
  ): Promise<provider_pb.ConstructResponse> {
    this.#client ??= start(this.#engine ?? "");
    const client = await this.#client;
    return new Promise((resolve, reject) => {
      client.construct(request, (error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
  }
}

async function start(
  engine: string,
): Promise<provider_grpc.ResourceProviderClient> {
  // Its stdin ends with this process, and it with its stdin.
  const child = spawn(process.execPath, [entryPoint, engine], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const errors: string[] = [];
  child.stderr.on("data", (data: Buffer) => {
    errors.push(data.toString());
    process.stderr.write(data);
  });
  const lines = createInterface(child.stdout);
  const port = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    child.once("error", reject);
    child.once("exit", () => reject(cannotStart(errors.join(""))));
  });
  child.unref();
  return new provider_grpc.ResourceProviderClient(
    `127.0.0.1:${port}`,
    grpc.credentials.createInsecure(),
    {
      "grpc.max_receive_message_length": -1,
      "grpc.max_send_message_length": -1,
    },
  );
}

function cannotStart(stderr: string): Error {
  return new Error(`components cannot be made: ${stderr}`);
}
