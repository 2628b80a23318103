import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Answers one request with git's own server program, as a web server does by CGI: the repositories
 * below `root` can be read, and not be written to.
 */
export async function answerWithGit(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const git = spawn("git", ["http-backend"], {
    env: environmentOf(root, request),
    stdio: ["pipe", "pipe", "ignore"],
  });
  // A client that goes away ends its own request and nothing else.
  const sent = pipeline(request, git.stdin).catch(() => undefined);
  const { head, rest } = await readHead(git.stdout);
  const headers = parseHead(head);
  response.writeHead(Number.parseInt(headers.get("status") ?? "200"), [
    ...[...headers].filter(([name]) => name !== "status").flat(),
  ]);
  response.write(rest);
  await pipeline(git.stdout, response).catch(() => git.kill());
  await sent;
}

/** The variables of RFC 3875 that git reads. */
function environmentOf(
  root: string,
  { method = "GET", url = "/", headers }: IncomingMessage,
): NodeJS.ProcessEnv {
  const { pathname, search } = new URL(url, "https://lab");
  return {
    PATH: process.env.PATH,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: decodeURIComponent(pathname),
    QUERY_STRING: search.slice(1),
    REQUEST_METHOD: method,
    CONTENT_TYPE: headers["content-type"] ?? "",
    HTTP_CONTENT_ENCODING: headers["content-encoding"] ?? "",
    GIT_PROTOCOL: String(headers["git-protocol"] ?? ""),
  };
}

const endOfHead = "\r\n\r\n";

async function readHead(
  output: Readable,
): Promise<{ head: string; rest: Buffer }> {
  const chunks: Buffer[] = [];
  for await (const chunk of output.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    const all = Buffer.concat(chunks);
    const end = all.indexOf(endOfHead);
    if (end >= 0) {
      return {
        head: all.toString("latin1", 0, end),
        rest: all.subarray(end + endOfHead.length),
      };
    }
  }
  return { head: "Status: 500 Internal Server Error", rest: Buffer.alloc(0) };
}

function parseHead(head: string): Map<string, string> {
  const lines = head.split("\r\n").map((line) => {
    const [name = "", ...value] = line.split(":");
    return [name.toLowerCase(), value.join(":").trim()] as const;
  });
  return new Map(lines);
}
