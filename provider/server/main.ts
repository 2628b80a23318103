import process from "node:process";
import grpc from "@grpc/grpc-js";
import { Engine } from "./engine.ts";
import { watchEngine } from "./lifetime.ts";
import { Session } from "./session.ts";
import { service, definition } from "./service.ts";
import { openTrace } from "./trace.ts";

async function main(): Promise<void> {
  const session = new Session(
    new Engine(process.argv[2]),
    openTrace(process.env),
  );
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(definition, service(session));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(
      "127.0.0.1:0",
      grpc.ServerCredentials.createInsecure(),
      (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      },
    );
  });
  // Connections end with the process; jobs on hosts go on by themselves.
  const leave = (): never => process.exit(0);
  watchEngine(leave);
  // The engine ends a plugin with SIGINT and waits for it. A Ctrl+C of the user reaches us as Cancel: we run in a process group of our own.
  process.on("SIGTERM", leave).on("SIGINT", leave);
  process.stdout.write(`${String(port)}\n`);
}

await main();
