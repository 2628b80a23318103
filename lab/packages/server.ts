import { createServer, type Server } from "node:http";
import { answerFrom } from "./answer.ts";
import type { Archive } from "./archive.ts";
import type { Mirrors } from "./package-sources.ts";

/** apt waits without end for a proxy that closes its connection between two files. */
const keepAliveTimeout = 60 * 60 * 1000;

/** A proxy that knows archives; it does not listen yet. */
export function createPackageServer(
  archive: Archive,
  mirrors: Mirrors,
  log: (line: string) => void,
): Server {
  return createServer({ keepAliveTimeout }, (request, response) => {
    answerFrom(archive, mirrors, request, response).catch((error: unknown) => {
      if (!request.destroyed) log(`${request.url ?? ""}: ${String(error)}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { "content-length": 0 }).end();
    });
  });
}
