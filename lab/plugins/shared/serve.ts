import process from "node:process";
import grpc from "@grpc/grpc-js";
import provider_grpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { Engine } from "../../../provider/server/engine.ts";
import { watchEngine } from "../../../provider/server/lifetime.ts";

/** Starts a plugin's server and prints its port, as the engine expects; leaves with the engine. */
export function serve(
  service: (engine: Engine) => grpc.UntypedServiceImplementation,
): void {
  const server = new grpc.Server();
  server.addService(
    provider_grpc.ResourceProviderService,
    service(new Engine(process.argv[2])),
  );
  const leave = () => process.exit(0);
  watchEngine(leave);
  // The engine ends its plugins, which run in a process group of their own, by SIGINT, and kills them five seconds later.
  process.on("SIGTERM", leave).on("SIGINT", leave);
  server.bindAsync(
    "127.0.0.1:0",
    grpc.ServerCredentials.createInsecure(),
    (error, port) => {
      if (error) throw error;
      process.stdout.write(`${port}\n`);
    },
  );
}
