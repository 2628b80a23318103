import { open, type FileHandle } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import parseRange from "range-parser";
import type { Archive } from "./archive.ts";
import type { Download } from "./download.ts";
import { planPackageFile } from "./package-file.ts";
import type { Mirrors } from "./package-sources.ts";

/** Answers one request of a host to its proxy. */
export async function answerFrom(
  archive: Archive,
  mirrors: Mirrors,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    refuse(response, 405, "archives are only read");
    return;
  }
  const file = planPackageFile(request.url ?? "", mirrors);
  if (!file) {
    refuse(response, 403, "not a file of an archive");
    return;
  }
  const found = await archive.find(file);
  if (found.kind === "refused") refuse(response, found.status, found.why);
  else if (found.kind === "growing")
    await sendGrowing(found.download, request, response);
  else await sendStored(found.path, request, response);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  const text = `${why}\n`;
  response.writeHead(status, {
    "content-type": "text/plain",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Whoever asks for a part gets all of it: the rest is not here yet. */
async function sendGrowing(
  download: Download,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, {
    "last-modified": download.modified.toUTCString(),
    ...(download.size !== undefined && { "content-length": download.size }),
  });
  if (request.method === "HEAD") response.end();
  else await pipeline(Readable.from(download.read()), response);
}

/** One open file from its size to its last byte: another may take its name meanwhile. */
async function sendStored(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const handle = await open(path);
  try {
    await sendOpened(handle, request, response);
  } finally {
    await handle.close();
  }
}

async function sendOpened(
  handle: FileHandle,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { size, mtime } = await handle.stat();
  response.setHeader("last-modified", mtime.toUTCString());
  response.setHeader("accept-ranges", "bytes");
  if (isKnown(request.headers["if-modified-since"], mtime)) {
    response.writeHead(304).end();
    return;
  }
  const part = planPart(request, size, mtime);
  if (part === "outside") {
    response.setHeader("content-range", `bytes */${size}`);
    refuse(response, 416, "there is no such part");
    return;
  }
  const { start, end } = part ?? { start: 0, end: size - 1 };
  if (part) {
    response.setHeader("content-range", `bytes ${start}-${end}/${size}`);
  }
  response.writeHead(part ? 206 : 200, { "content-length": end - start + 1 });
  if (request.method === "HEAD" || end < start) response.end();
  else
    await pipeline(
      handle.createReadStream({ start, end, autoClose: false }),
      response,
    );
}

interface Part {
  readonly start: number;
  readonly end: number;
}

/** The one part that is asked for; several, or one of an older file, is answered with all of it. */
function planPart(
  request: IncomingMessage,
  size: number,
  mtime: Date,
): Part | "outside" | undefined {
  const { range, "if-range": since } = request.headers;
  if (range === undefined) return undefined;
  if (since !== undefined && !isKnown(String(since), mtime)) return undefined;
  const ranges = parseRange(size, range);
  if (ranges === -1) return "outside";
  return ranges === -2 || ranges.length !== 1 ? undefined : ranges[0];
}

/** HTTP's dates know no parts of a second. */
function isKnown(date: string | undefined, mtime: Date): boolean {
  return (
    date !== undefined &&
    Date.parse(date) >= Math.floor(mtime.getTime() / 1000) * 1000
  );
}
