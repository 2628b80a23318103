import net, { type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { LatencyProxy } from "./latency-proxy.ts";

test("the proxy adds its round trip, and keeps bytes in order", async () => {
  const server = net.createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const near = { host: "127.0.60.1", port };
  const proxy = await LatencyProxy.open(near, { host: "127.0.0.1", port }, 50);
  const socket = net.connect(near);
  await new Promise((resolve) => socket.once("connect", resolve));
  const sent = Array.from({ length: 200 }, (_, n) => `${n},`).join("");
  const begin = performance.now();
  for (let at = 0; at < sent.length; at += 7)
    socket.write(sent.slice(at, at + 7));
  let got = "";
  for await (const bytes of socket) {
    got += String(bytes);
    if (got.length >= sent.length) break;
  }
  expect(got).toBe(sent);
  expect(performance.now() - begin).toBeGreaterThanOrEqual(49);
  await proxy.close();
  server.close();
});
