import http from "node:http";
import net from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { gate, type OutsideGate } from "../../../manifest/gates.ts";
import { look } from "../../../provider/outside/look.ts";
import { lookAgain, waitFor } from "../../../provider/outside/wait.ts";

let server: net.Server | undefined;

afterEach(() => {
  server?.close();
});

async function listen(made: net.Server): Promise<number> {
  server = made;
  await new Promise<void>((resolve) => {
    made.listen(0, "127.0.0.1", resolve);
  });
  return (made.address() as AddressInfo).port;
}

function page(answer: http.RequestListener): Promise<number> {
  return listen(http.createServer(answer));
}

/** A port that nothing listens on. */
async function closedPort(): Promise<number> {
  const port = await listen(net.createServer());
  await new Promise((resolve) => server?.close(resolve));
  return port;
}

function outside(args: Record<string, unknown>): OutsideGate {
  return gate.parse({ from: "outside", ...args }) as OutsideGate;
}

const never = new AbortController().signal;
const ignore = (): void => undefined;

describe("one look from outside", () => {
  it("sees an open port, and names a closed one", async () => {
    const port = await listen(net.createServer());
    expect(await look(outside({ kind: "tcp", port }))).toMatchObject({
      holds: true,
    });
    const closed = await closedPort();
    expect(await look(outside({ kind: "tcp", port: closed }))).toEqual({
      holds: false,
      layer: "socket",
      detail: `127.0.0.1:${closed}: connection refused`,
    });
  });

  it("asks for a page under its host, and looks for its text", async () => {
    const port = await page((request, response) => {
      response.end(
        `<title>${request.headers.host ?? ""}${request.url ?? ""}</title>`,
      );
    });
    const one = { kind: "http", port, path: "/a?b", host: "shop.eu" };
    expect(await look(outside({ ...one, body: "shop.eu/a?b" }))).toMatchObject({
      holds: true,
    });
    expect(await look(outside({ ...one, body: "other" }))).toEqual({
      holds: false,
      layer: "protocol",
      detail:
        "GET /a?b was answered with status 200, but not with the expected text in its body",
    });
  });

  it("tells another status, and what is no HTTP at all", async () => {
    const port = await page((_, response) => response.writeHead(503).end());
    expect((await look(outside({ kind: "http", port }))).detail).toBe(
      "GET / was answered with status 503 instead of 200",
    );
    server?.close();
    const raw = await listen(
      net.createServer((socket) => socket.end("SSH-2.0-x\r\n")),
    );
    expect(await look(outside({ kind: "http", port: raw }))).toMatchObject({
      holds: false,
    });
  });
});

describe("waiting for a gate from outside", () => {
  it("ends as soon as it holds as often in a row as it must", async () => {
    let requests = 0;
    const port = await page((_, response) => {
      requests += 1;
      response.writeHead(requests === 1 || requests === 3 ? 500 : 200).end();
    });
    const wanted = outside({
      kind: "http",
      port,
      intervalSeconds: 0.05,
      successes: 2,
    });
    expect(await waitFor(wanted, never, ignore)).toMatchObject({ holds: true });
    expect(requests).toBe(5);
  });

  it("gives up after its deadline, with what it saw last", async () => {
    const port = await closedPort();
    const seen: string[] = [];
    const wanted = outside({
      kind: "tcp",
      port,
      intervalSeconds: 0.2,
      deadlineSeconds: 1,
    });
    const sight = await waitFor(wanted, never, (detail) => seen.push(detail));
    expect(sight).toMatchObject({ holds: false, layer: "socket" });
    expect(seen.length).toBeGreaterThan(3);
  });

  it("looks three times when it is asked again", async () => {
    let requests = 0;
    const port = await page((_, response) => {
      requests += 1;
      response.writeHead(requests < 3 ? 500 : 200).end();
    });
    expect(await lookAgain(outside({ kind: "http", port }))).toMatchObject({
      holds: true,
    });
    expect(requests).toBe(3);
  });
});
