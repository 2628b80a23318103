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
    if (mode === "open" || (mode === "private" && isLogin(headers))) {
      request.url = `/${rest.join("/")}`;
      await answerWithGit(this.#root, request, response);
    } else if (mode !== "silent") {
      const { status, headers, body } = this.#refusal(mode, rest.join("/"));
      response.writeHead(status, headers).end(body);
    }
  }

  #refusal(mode: string, name: string): Refusal {
    switch (mode) {
      case "private":
        return { status: 401, headers: { "www-authenticate": "Basic" } };
      case "redirect":
        return { status: 301, headers: { location: this.url(`open/${name}`) } };
      case "page":
        return {
          status: 200,
          body: "<!doctype html>\n<title>A page</title>\n",
        };
      default:
        return { status: Number(mode) };
    }
  }
}

interface Refusal {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const expected = `Basic ${Buffer.from(`${httpsLogin.user}:${httpsLogin.token}`).toString("base64")}`;

function isLogin({ authorization }: IncomingMessage["headers"]): boolean {
  return authorization === expected;
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
