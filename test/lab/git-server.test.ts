import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GitServer } from "../../lab/git/git-server.ts";

let folder: string;
let from: string;
let server: GitServer;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "flotilla-git-server-"));
  from = path.join(folder, "site");
  await mkdir(from);
  await writeFile(path.join(from, "index.html"), "<title>First</title>\n");
  server = new GitServer(path.join(folder, "git"));
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test("a repository begins with a folder's files, and what is pushed to it stays", async () => {
  const port = await freePort();
  await server.add("welcome", from, port);
  const first = await mainOf("welcome", port);
  await writeFile(path.join(from, "index.html"), "<title>Second</title>\n");
  await server.add("welcome", from, port);
  expect(await mainOf("welcome", port)).toBe(first);
  await server.add("other", from, port);
  expect(await mainOf("other", port)).not.toBe(first);
});

test("the server is gone when it is stopped, and started again it serves the same", async () => {
  const port = await freePort();
  await server.add("welcome", from, port);
  const first = await mainOf("welcome", port);
  await server.stop();
  await expect(mainOf("welcome", port)).rejects.toThrow();
  await new GitServer(path.join(folder, "git")).start();
  expect(await mainOf("welcome", port)).toBe(first);
});

test("without a repository nothing is started", async () => {
  await server.start();
  await expect(mainOf("welcome", await freePort())).rejects.toThrow();
});

test("fails when somebody else has the port, and names it", async () => {
  const other = await listen();
  const { port } = other.address() as AddressInfo;
  await expect(server.add("welcome", from, port)).rejects.toThrow(
    `the lab's git server does not start on port ${port}: `,
  );
  other.close();
});

/** The commit of the branch main, over https. */
async function mainOf(name: string, port: number): Promise<string> {
  const url = `https://localhost:${port}/${name}.git`;
  const { stdout } = await execa("git", ["ls-remote", url, "main"], {
    env: { GIT_SSL_CAINFO: path.join(folder, "git", "ca.pem") },
  });
  return stdout.split("\t")[0] ?? "";
}

async function freePort(): Promise<number> {
  const probe = await listen();
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function listen(): Promise<Server> {
  const server = createServer((socket) => socket.end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
