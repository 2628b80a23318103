import grpc from "@grpc/grpc-js";
import engine_grpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine_pb from "@pulumi/pulumi/proto/engine_pb.js";
import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";

/** One message that a plugin sent to the engine's log. */
export interface LogLine {
  readonly severity: string;
  readonly message: string;
}

/** The part of the engine that a plugin calls: its log. */
export interface FakeEngine {
  readonly address: string;
  /** What arrived so far, debug lines left out. */
  readonly log: LogLine[];
  readonly stop: () => void;
}

const severities = Object.entries(engine_pb.LogSeverity);

/** Starts a log on a free port of this machine. */
export async function startFakeEngine(): Promise<FakeEngine> {
  const log: LogLine[] = [];
  const server = new grpc.Server();
  server.addService(engine_grpc.EngineService, {
    log: (
      call: grpc.ServerUnaryCall<engine_pb.LogRequest, empty_pb.Empty>,
      callback: grpc.sendUnaryData<empty_pb.Empty>,
    ) => {
      const line = lineOf(call.request);
      if (line.severity !== "debug") log.push(line);
      callback(null, new empty_pb.Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(
      "127.0.0.1:0",
      grpc.ServerCredentials.createInsecure(),
      (error, bound) => (error ? reject(error) : resolve(bound)),
    );
  });
  const stop = () => server.forceShutdown();
  return { address: `127.0.0.1:${port}`, log, stop };
}

function lineOf(request: engine_pb.LogRequest): LogLine {
  const [name = ""] =
    severities.find(([, value]) => value === request.getSeverity()) ?? [];
  return { severity: name.toLowerCase(), message: request.getMessage() };
}
