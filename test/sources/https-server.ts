import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { answerWithGit } from "../../lab/git/http-backend.ts";

/** The user and token that `/private/` asks for. */
export const httpsLogin = { user: "x-access-token", token: "T0ken-C4nary-9" };

/**
 * A real git server behind TLS: `/open/` for everybody, `/private/` with the token, `/<status>/`
 * answers with that status, `/page/` with a web page, `/redirect/` leads elsewhere, `/silent/` never answers.
 */
export class HttpsGitServer {
  /** What was asked for, and with which `Authorization`. */
  readonly requests: { path: string; authorization: string | undefined }[] = [];
  readonly caFile: string;
  readonly #root: string;
  readonly #server;

  private constructor(root: string, folder: string) {
    this.#root = root;
    this.caFile = path.join(folder, "server.pem");
    const keyFile = path.join(folder, "server.key");
    makeCertificate(keyFile, this.caFile);
    const tls = {
      key: readFileSync(keyFile),
      cert: readFileSync(this.caFile),
    };
    this.#server = createServer(tls, (request, response) => {
      void this.#answer(request, response);
    });
  }

  /** Serves the repositories in `root`; key and certificate are put into `folder`. */
  static async start(root: string, folder: string): Promise<HttpsGitServer> {
    const server = new HttpsGitServer(root, folder);
    server.#server.listen(0, "localhost");
    await once(server.#server, "listening");
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(where: string, host = "localhost"): string {
    return `https://${host}:${this.port}/${where}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { url = "/", headers } = request;
    this.requests.push({ path: url, authorization: headers.authorization });
    const [, mode = "", ...rest] = url.split("/");
    if (mode === "silent") return;
    if (mode === "redirect")
      return end(response, 301, {
        location: this.url(`open/${rest.join("/")}`),
      });
    if (mode === "page") {
      const page = "<!doctype html>\n<title>A web page</title>\n";
      return end(response, 200, { "content-type": "text/html" }, page);
    }
    if (mode === "private" && headers.authorization !== expected)
      return end(response, 401, { "www-authenticate": 'Basic realm="git"' });
    if (mode !== "open" && mode !== "private")
      return end(response, Number(mode), {});
    request.url = `/${rest.join("/")}`;
    await answerWithGit(this.#root, request, response);
  }
}

const expected = `Basic ${Buffer.from(`${httpsLogin.user}:${httpsLogin.token}`).toString("base64")}`;

function end(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body = "",
): void {
  response.writeHead(status, headers).end(body);
}

/** A certificate for `localhost` that is its own authority. */
export function makeCertificate(
  keyFile: string,
  certificateFile: string,
): void {
  execFileSync(
    "openssl",
    [
      ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30".split(
        " ",
      ),
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
      ...["-keyout", keyFile, "-out", certificateFile],
    ],
    { stdio: "ignore" },
  );
}
