import grpc from "@grpc/grpc-js";
import { serviceErrorOf } from "../../../provider/server/failure.ts";

/** An error with a code of its own; any other goes out as "unknown", as the official plugins do. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly code: grpc.status;

  constructor(code: grpc.status, message: string) {
    super(message);
    this.code = code;
  }
}

/** A method of the protocol: what it returns is the answer, what it throws the error. */
export function unary<Request, Response>(
  method: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void answer(method, call.request).then(
      (response) => callback(null, response),
      (error: unknown) => {
        const told = serviceErrorOf(error);
        callback(
          error instanceof CallError ? { ...told, code: error.code } : told,
        );
      },
    );
  };
}

async function answer<Request, Response>(
  method: (request: Request) => Response | Promise<Response>,
  request: Request,
): Promise<Response> {
  return method(request);
}

/** A method that the official plugin does not have either. */
export function unimplemented(
  details: string,
): grpc.handleUnaryCall<unknown, never> {
  return (_call, callback) => {
    callback({ code: grpc.status.UNIMPLEMENTED, details });
  };
}
