import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  mkdtemp,
  readdir,
  rm,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import {
  request as httpRequest,
  type IncomingMessage,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Archive } from "../../../lab/packages/archive.ts";
import { Mirror } from "../../../lab/packages/mirror.ts";
import { packagesOrigin } from "../../../lab/packages/package-sources.ts";
import { createPackageServer } from "../../../lab/packages/server.ts";
import { until } from "../until.ts";
import { TrialMirror, type Mood } from "./trial-mirror.ts";

const suite = "dists/trial/InRelease";
const deb = "pool/main/b/big/big_1_all.deb";
const big = Buffer.alloc(3_000_000, "big");

let folder: string;
let mirror: TrialMirror;
let upstream: Mirror;
let server: Server;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "flotilla-packages-"));
  mirror = await TrialMirror.open();
  mirror.put(deb, big, 1);
  said = [];
  await start({ freshSeconds: 0 });
});

afterEach(async () => {
  await stop();
  await mirror.close();
  await rm(folder, { recursive: true, force: true });
});

describe("an outdated list", () => {
  test("that many ask for at once is fetched once, and each gets the new one whole", async () => {
    const { inRelease: old } = mirror.putSuite("old", 1);
    expect(await get(suite)).toMatchObject({ status: 200, text: brief(old) });
    for (let second = 2; second < 12; second++) {
      const { inRelease } = mirror.putSuite(`of ${second}`, second);
      mirror.asked.length = 0;
      const all = asking(20);
      mirror.moods.push((_, response, body) => {
        void all.then(() => response.end(body));
      });
      const answers = await Promise.all(times(20, () => get(suite)));
      expect(new Set(answers.map(({ text }) => text))).toEqual(
        new Set([brief(inRelease)]),
      );
      expect(mirror.asked).toEqual([suite]);
    }
  });

  test("that somebody still reads stays whole while the next one takes its place", async () => {
    mirror.put(suite, big, 1);
    await get(suite);
    const slow = await ask(suite);
    mirror.put(suite, "short", 2);
    expect((await get(suite)).text).toBe("short");
    expect(await textOf(slow)).toBe(brief(big));
  });

  test("is not looked at again within its time", async () => {
    await restart({ freshSeconds: 60 });
    mirror.putSuite("one", 1);
    await get(suite);
    mirror.putSuite("two", 2);
    await get(suite);
    expect(mirror.asked).toEqual([suite]);
  });

  test("that did not change is not fetched again", async () => {
    const { inRelease } = mirror.putSuite("one", 1);
    await get(suite);
    mirror.moods.push((request, response) => {
      expect(request.headers["if-modified-since"]).toBe(
        "Thu, 01 Jan 2026 00:00:01 GMT",
      );
      response.writeHead(304).end();
    });
    expect((await get(suite)).text).toBe(brief(inRelease));
  });

  test("is served when a newer one takes too long, which then comes by itself", async () => {
    await restart({ freshSeconds: 0, patienceSeconds: 0.2 });
    const { inRelease: old } = mirror.putSuite("old", 1);
    await get(suite);
    const { inRelease } = mirror.putSuite("new", 2);
    const late = Promise.withResolvers<() => void>();
    mirror.moods.push((_, response, body) => {
      late.resolve(() => response.end(body));
    });
    expect((await get(suite)).text).toBe(brief(old));
    (await late.promise)();
    const isNew = async () => (await get(suite)).text === brief(inRelease);
    await until("the new one", isNew);
  });
});

describe("a suite", () => {
  test("counts when the lists are there that the one before had there", async () => {
    const { byHash } = mirror.putSuite("old list", 1);
    await get(suite);
    await get(byHash);
    const next = mirror.putSuite("new list", 2);
    expect((await get(suite)).text).toBe(brief(next.inRelease));
    await mirror.close();
    expect((await get(suite)).text).toBe(brief(next.inRelease));
    expect((await get(next.byHash)).text).toBe("new list");
  });

  test("does not count while one of them is not to be had", async () => {
    const { inRelease: old, byHash } = mirror.putSuite("old list", 1);
    await get(suite);
    await get(byHash);
    mirror.putSuite("new list", 2);
    mirror.moods.push(asItIs, (_, response) => response.writeHead(404).end());
    expect((await get(suite)).text).toBe(brief(old));
    expect((await get(byHash)).text).toBe("old list");
  });

  test("does not count with a list of another hash", async () => {
    const { inRelease: old, byHash } = mirror.putSuite("old list", 1);
    await get(suite);
    await get(byHash);
    mirror.putSuite("new list", 2);
    mirror.moods.push(asItIs, (_, response) => response.end("other list"));
    expect((await get(suite)).text).toBe(brief(old));
  });
});

test("a list that has not the hash of its name is cut, and not kept", async () => {
  const { byHash, list } = mirror.putSuite("the list", 1);
  mirror.moods.push((_, response) => {
    response.writeHead(200, { "content-length": 10 }).end("other list");
  });
  await expect(get(byHash)).rejects.toThrow("aborted");
  expect((await get(byHash)).text).toBe(list);
});

describe("a package", () => {
  test("is fetched once for all who ask, who read it while it comes", async () => {
    const rest = Promise.withResolvers<() => void>();
    mirror.moods.push((_, response, body) => {
      response.writeHead(200, { "content-length": body.length });
      response.write(body.subarray(0, 100_000));
      rest.resolve(() => response.end(body.subarray(100_000)));
    });
    const readers = await Promise.all(times(10, () => ask(deb)));
    for (const reader of readers) await once(reader, "readable");
    (await rest.promise)();
    const texts = await Promise.all(readers.map(textOf));
    expect(texts.every((text) => text === brief(big))).toBe(true);
    expect(mirror.asked).toEqual([deb]);
    expect(await get(deb)).toMatchObject({ status: 200 });
    expect(mirror.asked).toEqual([deb]);
  });

  test("is cut for who asked when its mirror breaks off, and not kept", async () => {
    mirror.moods.push(breakOff);
    await expect(get(deb)).rejects.toThrow("aborted");
    expect(await readdir(path.join(folder, "partial"))).toEqual([]);
    expect((await get(deb)).text).toBe(brief(big));
  });

  test("comes to the others when the one who asked first goes away", async () => {
    const rest = Promise.withResolvers<() => void>();
    mirror.moods.push((_, response, body) => {
      response.writeHead(200, { "content-length": body.length });
      response.write(body.subarray(0, 100_000));
      rest.resolve(() => response.end(body.subarray(100_000)));
    });
    const first = await ask(deb);
    const second = await ask(deb);
    first.destroy();
    (await rest.promise)();
    expect(await textOf(second)).toBe(brief(big));
  });

  test.each([
    ["a part", { range: "bytes=2999990-" }, 206, "gbigbigbig"],
    [
      "a part of what it has",
      { range: "bytes=10-14", "if-range": at(1) },
      206,
      "igbig",
    ],
    [
      "what is behind its end",
      { range: "bytes=3000000-" },
      416,
      "there is no such part\n",
    ],
    ["it if it is newer", { "if-modified-since": at(1) }, 304, ""],
  ])("is there for who asks for %s", async (_, headers, status, text) => {
    await get(deb);
    expect(await get(deb, headers)).toEqual({ status, text });
  });

  test("that is empty is no package: a machine without power may leave one", async () => {
    await get(deb);
    const stored = path.join(folder, "files", new URL(mirror.address).host);
    await truncate(path.join(stored, "debian", deb));
    expect((await get(deb)).text).toBe(brief(big));
  });

  test("is sent whole to who has a part of an older one", async () => {
    await get(deb);
    const headers = { range: "bytes=10-", "if-range": at(0) };
    expect(await get(deb, headers)).toMatchObject({ status: 200 });
  });
});

describe("without its mirror", () => {
  test("the cache serves what it has, and says that it has not the rest", async () => {
    const { inRelease } = mirror.putSuite("one", 1);
    await get(suite);
    await get(deb);
    await mirror.close();
    expect((await get(suite)).text).toBe(brief(inRelease));
    expect((await get(deb)).text).toBe(brief(big));
    expect(await get("pool/other.deb")).toMatchObject({ status: 503 });
    expect(said.join("\n")).toContain("ECONNREFUSED");
    await mirror.listen();
    expect(await get("pool/other.deb")).toMatchObject({ status: 404 });
  });

  test("an offline cache asks nobody, and serves what another one fetched", async () => {
    const { inRelease } = mirror.putSuite("one", 1);
    await get(suite);
    mirror.asked.length = 0;
    await restart({}, "offline");
    expect((await get(suite)).text).toBe(brief(inRelease));
    expect(await get(deb)).toMatchObject({ status: 503 });
    expect(mirror.asked).toEqual([]);
  });

  test.each<[string, Mood]>([
    ["has an error", (_, response) => response.writeHead(503).end()],
    ["shows a login", (_, response) => sendPage(response)],
    ["hangs up", refuseConnection],
  ])("a list is served from before when it %s", async (_, mood) => {
    const { inRelease } = mirror.putSuite("one", 1);
    await get(suite);
    mirror.moods.push(...times(3, () => mood));
    expect((await get(suite)).text).toBe(brief(inRelease));
  });

  test("a login page is no package", async () => {
    mirror.moods.push((_, response) => sendPage(response));
    expect(await get(deb)).toMatchObject({ status: 502 });
    expect((await get(deb)).text).toBe(brief(big));
  });
});

test("a mirror may send to another place", async () => {
  mirror.moods.push((_, response) =>
    response.writeHead(302, { location: `/debian/${deb}` }).end(),
  );
  expect((await get("pool/main/elsewhere.deb")).text).toBe(brief(big));
});

test("what a crash left of downloads goes when the cache starts, unless it may be somebody else's of today", async () => {
  const partial = path.join(folder, "partial");
  for (const name of ["old", "new"])
    await writeFile(path.join(partial, name), "part");
  await utimes(path.join(partial, "old"), 1, 1);
  await restart({});
  expect(await readdir(partial)).toEqual(["new"]);
});

test("a file that its mirror has no more is gone", async () => {
  mirror.putSuite("one", 1);
  await get(suite);
  mirror.moods.push((_, response) => response.writeHead(404).end());
  expect(await get(suite)).toMatchObject({ status: 404 });
});

test("archives are only read, and nothing else is", async () => {
  expect(await get(deb, {}, "PUT")).toMatchObject({ status: 405 });
  expect(await get("dists/")).toMatchObject({ status: 403 });
  expect(await get(deb, {}, "HEAD")).toEqual({ status: 200, text: "" });
  expect(mirror.asked).toEqual([deb]);
});

/** Resolves when the cache has been asked that many times from now on. */
function asking(count: number): Promise<void> {
  return new Promise((resolve) => {
    server.on("request", function each() {
      if (--count > 0) return;
      server.off("request", each);
      resolve();
    });
  });
}

/** Sends the file as it should be, whatever its path. */
const asItIs: Mood = (_, response, body) => response.end(body);

const breakOff: Mood = (_, response, body) => {
  response.writeHead(200, { "content-length": body.length });
  response.write(body.subarray(0, 1_000_000), () => response.destroy());
};

function refuseConnection(...[, response]: Parameters<Mood>): void {
  response.destroy();
}

function sendPage(response: Parameters<Mood>[1]): void {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end("<title>Log in</title>");
}

function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1000).toUTCString();
}

interface Timing {
  readonly freshSeconds?: number;
  readonly patienceSeconds?: number;
}

async function start(timing: Timing, offline?: "offline"): Promise<void> {
  upstream = new Mirror();
  const log = (line: string) => void said.push(line);
  const archive = await Archive.open({
    ...{ folder, log, ...timing },
    ...(!offline && { mirror: upstream }),
  });
  const { address } = mirror;
  const mirrors = { archive: address, security: address };
  server = createPackageServer(archive, mirrors, log);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
}

async function stop(): Promise<void> {
  server.closeAllConnections();
  server.close();
  await upstream.close();
}

async function restart(timing: Timing, offline?: "offline"): Promise<void> {
  await stop();
  await start(timing, offline);
}

/** Asks as apt does, by the lab's name, on a connection of its own; resolves when the answer begins. */
async function ask(
  file: string,
  headers = {},
  method = "GET",
): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  const address = `${packagesOrigin}/debian/${file}`;
  const where = { host: "127.0.0.1", port, path: address, method };
  const sent = httpRequest({ ...where, headers, agent: false }).end();
  return new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve);
    sent.once("error", reject);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return brief(Buffer.concat(pieces));
}

async function get(file: string, headers = {}, method = "GET") {
  const answer = await ask(file, headers, method);
  return { status: answer.statusCode, text: await textOf(answer) };
}

/** A text that fits into a message: a long one by its beginning and hash. */
function brief(text: Buffer | string): string {
  if (text.length < 100) return text.toString();
  const hash = createHash("sha256").update(text).digest("hex");
  return `${text.toString().slice(0, 20)}… ${text.length} ${hash}`;
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
