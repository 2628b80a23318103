import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import path from "node:path";
import { answerWithGit } from "./http-backend.ts";

const [folder = "", port = ""] = process.argv.slice(2);

/** Serves the repositories of a folder to this machine, by https; `git-server.ts` starts it. */
createServer(
  {
    key: readFileSync(path.join(folder, "server.key")),
    cert: readFileSync(path.join(folder, "ca.pem")),
  },
  (request, response) => {
    answerWithGit(folder, request, response).catch((error: unknown) => {
      process.stderr.write(`${request.url ?? ""}: ${String(error)}\n`);
      response.destroy();
    });
  },
).listen(Number(port), "127.0.0.1");
