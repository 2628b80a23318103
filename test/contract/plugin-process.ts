import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import grpc from "@grpc/grpc-js";
import provider_grpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { FakeEngine } from "./fake-engine.ts";

/** A plugin that runs, and a client that speaks with it as the engine does. */
export interface PluginProcess {
  readonly client: provider_grpc.ResourceProviderClient;
  readonly stop: () => Promise<void>;
}

/** Starts a plugin: the address of the engine is its argument, its port the first line that it prints. `env` is added to this process's. */
export async function startPlugin(
  [file, ...words]: readonly [string, ...string[]],
  engine: FakeEngine,
  env: NodeJS.ProcessEnv = {},
): Promise<PluginProcess> {
  const child = spawn(file, [...words, engine.address], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const client = new provider_grpc.ResourceProviderClient(
    `127.0.0.1:${await readPort(child)}`,
    grpc.credentials.createInsecure(),
  );
  const stop = async () => {
    client.close();
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  return { client, stop };
}

async function readPort(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error("the plugin has no stdout");
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const port = Number(line);
    if (Number.isInteger(port) && port > 0) return port;
    throw new Error(`the plugin printed no port but: ${line}`);
  }
  throw new Error("the plugin ended before it printed its port");
}
