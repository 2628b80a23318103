import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** What answers instead of the file, for one request. */
export type Mood = (
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
) => void;

/** An archive on this machine, with a mood like a real one's. */
export class TrialMirror {
  /** Paths in the order in which they were asked for. */
  readonly asked: string[] = [];
  /** How the next requests are answered, one mood each; then as it should be. */
  readonly moods: Mood[] = [];
  readonly #files = new Map<string, { body: Buffer; date: Date }>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response);
    });
  }

  /** Opens one. */
  static async open(): Promise<TrialMirror> {
    const mirror = new TrialMirror();
    await mirror.listen(0);
    return mirror;
  }

  /** Opens it again where it was. */
  async listen(port = this.port): Promise<void> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = port || (this.#server.address() as AddressInfo).port;
  }

  port = 0;

  get address(): string {
    return `http://127.0.0.1:${this.port}/debian`;
  }

  /** Cuts every connection, and takes no more. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Puts a file there, as changed at a second of its own. */
  put(path: string, body: string | Buffer, second: number): void {
    const date = new Date(Date.UTC(2026, 0, 1) + second * 1000);
    this.#files.set(`/debian/${path}`, { body: Buffer.from(body), date });
  }

  /** Puts a suite there, which has the one list `main/Packages`; gives both texts and the list's path by its hash. */
  putSuite(list: string, second: number) {
    const hash = createHash("sha256").update(list).digest("hex");
    const inRelease = renderSuite(hash, list.length, second);
    const byHash = `dists/trial/main/by-hash/SHA256/${hash}`;
    this.put(byHash, list, second);
    this.put("dists/trial/InRelease", inRelease, second);
    return { inRelease, list, byHash };
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "";
    this.asked.push(path.replace(/^\/debian\//, ""));
    const file = this.#files.get(path);
    const mood = this.moods.shift();
    if (mood) mood(request, response, file?.body ?? Buffer.alloc(0));
    else if (file) sendFile(request, response, file);
    else response.writeHead(404).end();
  }
}

/** As large as a real one, so that it takes more than one piece: most lists are of other machines. */
function renderSuite(hash: string, size: number, second: number): string {
  const date = new Date(Date.UTC(2026, 0, 1) + second * 1000).toUTCString();
  const others = Array.from({ length: 1500 }, (_, index) => {
    const other = createHash("sha256").update(`${second} ${index}`);
    return ` ${other.digest("hex")} 1 main/other-${index}`;
  });
  return [
    ...["Origin: Trial", "Suite: trial", "Codename: trial"],
    ...["Architectures: all amd64", "Components: main"],
    ...["Acquire-By-Hash: yes", `Date: ${date}`],
    ...["SHA256:", ` ${hash} ${size} main/Packages`, ...others, ""],
  ].join("\n");
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { body, date }: { body: Buffer; date: Date },
): void {
  const known = request.headers["if-modified-since"];
  response.setHeader("last-modified", date.toUTCString());
  const [, from] = /^bytes=(\d+)-/.exec(request.headers.range ?? "") ?? [];
  if (known !== undefined && Date.parse(known) >= date.getTime())
    response.writeHead(304).end();
  else if (from === undefined)
    response.writeHead(200, { "content-length": body.length }).end(body);
  else sendRest(response, body, Number(from));
}

function sendRest(response: ServerResponse, body: Buffer, from: number): void {
  const rest = body.subarray(from);
  const range = `bytes ${from}-${body.length - 1}/${body.length}`;
  response.writeHead(206, {
    ...{ "content-length": rest.length, "content-range": range },
  });
  response.end(rest);
}
