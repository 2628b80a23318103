import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import ssh2 from "ssh2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeSshKeys } from "../ssh-keys.ts";
import recordedSchema from "./schema/command.json" with { type: "json" };
import * as lifecycle from "./lifecycle-calls.ts";
import { candidatesOf } from "./plugins.ts";
import * as resource from "./resource-calls.ts";
import { describeResources } from "./schema-shape.ts";
import { startSshServer, type SshServer } from "./ssh-server.ts";
import { readTables, replay, runPlugin } from "./tables.ts";

const { generateKeyPairSync } = ssh2.utils;
const hostKey = makeSshKeys();
const login = makeSshKeys();
const rsa = generateKeyPairSync("rsa", { bits: 2048 });
const locked = generateKeyPairSync("ecdsa", {
  bits: 256,
  passphrase: "rec-passphrase",
  cipher: "aes256-ctr",
  rounds: 4,
});
const accepted = [login, rsa, locked].map((pair) => pair.public);
const folder = mkdtempSync(join(tmpdir(), "flotilla-command-"));

const servers: SshServer[] = [];
servers.push(
  await startSshServer({
    ...{ hostKey: hostKey.private, accepted },
    accepts: /^(LANG|LC_.*)$/,
  }),
  await startSshServer({
    ...{ hostKey: hostKey.private, accepted },
    accepts: /^/,
  }),
);
const [port, openPort] = servers.map((server) => server.port);
const closedPort = await freePort();

const connection = {
  ...{ host: "127.0.0.1", port, user: "root" },
  privateKey: login.private,
};
const marked = { ...connection, privateKey: { $secret: login.private } };
const checked = {
  $secret: { ...marked, dialErrorLimit: 10, perDialTimeout: 15 },
};

const scenarios = readTables("command", {
  connection,
  "marked connection": marked,
  "checked connection": checked,
  port,
  "open port": openPort,
  "closed port": closedPort,
  key: login.private,
  "rsa key": rsa.private,
  "locked key": locked.private,
  "host key": hostKey.public,
  "other host key": login.public,
  folder,
  "plugin folder": basename(process.cwd()),
});

beforeAll(() => {
  // The agent of who runs the tests is none of the recording's.
  delete process.env["SSH_AUTH_SOCK"];
});

afterAll(() => {
  for (const server of servers) server.stop();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: free } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return free;
}

describe.each(candidatesOf("command"))(
  "the command plugin: $description",
  (plugin) => {
    const running = runPlugin(plugin);
    replay("command", scenarios, running);

    it("has the two resources with the recorded types, secrets and required inputs", async () => {
      const schema = await lifecycle.getSchema(running.client());
      expect(describeResources(schema)).toMatchObject(recordedSchema);
    });

    it("ran the delete command, with the outputs of the last run where the server takes them", () => {
      const read = (name: string) => readFileSync(join(folder, name), "utf8");
      expect(read("deleted.txt")).toBe("deleted\n");
      expect(read("del-env")).toBe("del so=[upd so=[so=[] se=[]] se=[err1]]\n");
    });

    const local = { type: "command:local:Command", name: "one" };
    const run = (create: string, name = "one") =>
      resource.create(
        running.client(),
        { ...local, name },
        { preview: false, properties: { create } },
      );

    it("gives a command the environment of the plugin", async () => {
      const { properties } = await run('echo "$HOME"');
      expect(properties["stdout"]).toBe(process.env["HOME"]);
    });

    it("refuses a resource that it does not have", async () => {
      const other = { type: "command:remote:Nope", name: "one" };
      const properties = {};
      await expect(
        resource.create(running.client(), other, {
          preview: false,
          properties,
        }),
      ).rejects.toMatchObject({ details: "Resource 'remote:Nope' not found" });
    });

    // The last one: what has been cancelled starts nothing any more.
    it("ends the shell of a local command that is cancelled", async () => {
      const slow = run("sleep 2; echo done", "slow");
      const failure = expect(slow).rejects.toMatchObject({
        code: 2,
        details: 'signal: killed: running "sleep 2; echo done":\n',
      });
      await lifecycle.cancel(running.client());
      await failure;
    });
  },
);
