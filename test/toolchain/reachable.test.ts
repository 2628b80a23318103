import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { isReachable } from "../../toolchain/reachable.ts";

async function serve(answer: boolean): Promise<string> {
  const server = createServer((_request, response) => {
    if (answer) response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("an address that answers is reachable", async () => {
  expect(await isReachable(await serve(true))).toBe(true);
});

test("a closed port is not", async () => {
  expect(await isReachable("http://127.0.0.1:1/")).toBe(false);
});

test("one that takes the connection and says nothing is given up in time", async () => {
  const start = performance.now();
  expect(await isReachable(await serve(false), 0.2)).toBe(false);
  expect(performance.now() - start).toBeLessThan(2000);
});
