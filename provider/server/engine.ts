import grpc from "@grpc/grpc-js";
import engine_grpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine_pb from "@pulumi/pulumi/proto/engine_pb.js";

export type Severity = "debug" | "info" | "warning" | "error";

/** Where the messages of one resource go. */
export interface ResourceLog {
  /** A line that stays in the output of the update. */
  readonly say: (severity: Severity, message: string) => void;
  /** What is going on right now; shown beside the resource and then gone. */
  readonly status: (message: string) => void;
}

/** The engine, as the plugin sees it: a place to write messages to. */
export class Engine {
  /** Where the engine listens, as it told the plugin. */
  readonly address: string | undefined;
  readonly #client: engine_grpc.EngineClient | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param address as the engine gives it to a plugin; without it nothing is sent */
  constructor(address: string | undefined) {
    this.address = address;
    if (address) {
      this.#client = new engine_grpc.EngineClient(
        address,
        grpc.credentials.createInsecure(),
      );
    }
  }

  /** Messages about one resource. */
  logOf(urn: string): ResourceLog {
    return {
      say: (severity, message) => {
        this.#send(severity, message, urn, false);
      },
      status: (message) => {
        this.#send("info", message, urn, true);
      },
    };
  }

  /** Resolves once what was said before has arrived. */
  async drain(): Promise<void> {
    await this.#last;
  }

  /** One message after the other, so that they arrive in the order in which things happened. */
  #send(
    severity: Severity,
    message: string,
    urn: string,
    ephemeral: boolean,
  ): void {
    const client = this.#client;
    if (!client) return;
    const request = this.#request(severity, message, urn, ephemeral);
    const options = { deadline: Date.now() + 5000 };
    this.#last = this.#last.then(
      () =>
        new Promise((resolve) => {
          // A message that the engine no longer takes is lost with the engine.
          client.log(request, new grpc.Metadata(), options, () => resolve());
        }),
    );
  }

  #request(
    severity: Severity,
    message: string,
    urn: string,
    ephemeral: boolean,
  ): engine_pb.LogRequest {
    const levels = engine_pb.LogSeverity;
    const request = new engine_pb.LogRequest();
    request.setSeverity(
      {
        debug: levels.DEBUG,
        info: levels.INFO,
        warning: levels.WARNING,
        error: levels.ERROR,
      }[severity],
    );
    request.setMessage(message);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    return request;
  }
}
