import { once } from "node:events";
import ssh2 from "ssh2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run, start } from "../../../provider/ssh/channel.ts";

const hostKey = ssh2.utils.generateKeyPairSync("ed25519").private;

/** Ends every command at once: the answer, its output, its exit and its end come in one packet. */
const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
  client.on("authentication", (context) => context.accept());
  client.on("session", (accept) => {
    accept().on("exec", (take, _refuse, { command }) => {
      const channel = take();
      channel.write(`ran ${command}\n`);
      channel.stderr.write("complained\n");
      channel.exit(command === "fails" ? 3 : 0);
      channel.end();
    });
  });
});
const client = new ssh2.Client();

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  client.connect({ host: "127.0.0.1", port, username: "nobody" });
  await once(client, "ready");
});

afterAll(() => {
  client.end();
  server.close();
});

test("a command that is over before it has begun is heard whole", async () => {
  for (let tries = 0; tries < 20; tries += 1) {
    expect(await run(client, "fails")).toEqual({
      code: 3,
      stdout: "ran fails\n",
      stderr: "complained\n",
    });
  }
});

test("every line goes to its listener as it comes", async () => {
  const lines: string[] = [];
  const remote = await start(client, "works", (line) => lines.push(line));
  expect((await remote.done).code).toBe(0);
  expect(lines).toEqual(["ran works"]);
});
