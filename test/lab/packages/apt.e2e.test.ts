import { once } from "node:events";
import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Lab } from "../../../lab/index.ts";
import { Archive } from "../../../lab/packages/archive.ts";
import { Mirror } from "../../../lab/packages/mirror.ts";
import { packageProxy } from "../../../lab/packages/package-cache.ts";
import { packagesOrigin } from "../../../lab/packages/package-sources.ts";
import { createPackageServer } from "../../../lab/packages/server.ts";

const lab = await Lab.open({ name: "packages-e2e" });
const clients = 6;
let gateway: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "flotilla-apt-"));
  await lab.down();
  await lab.up(["one"]);
  gateway = await inside("ip -4 route show default | cut -d ' ' -f 3");
  await inside(`cat >/tmp/trial.list <<'END'\n${sources}END`);
});

afterAll(async () => {
  await lab.down();
  await rm(lab.folder, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

test("many apts that ask at once for outdated lists all get whole ones that match, and then without the mirror", async () => {
  // The lab's own package cache is the mirror: no real one's mood is tried here.
  const { port, close } = await open(packageProxy(gateway));
  for (let round = 0; round < 3; round++) {
    expect(await makeOlder()).toBe(round === 0 ? 0 : 2);
    expect(await inside(update(port))).toBe("");
  }
  expect(await inside(download(port))).toMatch(/\.deb$/);
  await close();
  const cut = await open("http://127.0.0.1:9");
  expect(await inside(update(cut.port))).toBe("");
  expect(await inside(download(cut.port))).toMatch(/\.deb$/);
  expect(cut.said.join("\n")).toContain("ECONNREFUSED");
  await cut.close();
});

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const sources = ["debian bookworm-updates", "debian-security bookworm-security"]
  .map(
    (suite) => `deb [signed-by=${keyring}] ${packagesOrigin}/${suite} main\n`,
  )
  .join("");

/** A package cache of the test's own, in one folder, which looks at every list every time. */
async function open(proxy: string) {
  const said: string[] = [];
  const log = (line: string) => void said.push(line);
  const mirror = new Mirror(proxy);
  const archive = await Archive.open({ folder, mirror, log, freshSeconds: 0 });
  const mirrors = {
    archive: `${packagesOrigin}/debian`,
    security: `${packagesOrigin}/debian-security`,
  };
  const server: Server = createPackageServer(archive, mirrors, log);
  server.listen(0, gateway);
  await once(server, "listening");
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await mirror.close();
  };
  return { port: (server.address() as AddressInfo).port, said, close };
}

/** Makes the lists of suites older than their mirror's; says how many there are. */
async function makeOlder(): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const suites = names.filter((name) => name.endsWith("/InRelease"));
  for (const name of suites) await utimes(path.join(folder, name), 1, 1);
  return suites.length;
}

/** apt-get as another host would run it: nothing is shared but the proxy. */
function apt(port: number, client: string): string {
  return [
    `apt-get -qq -o Acquire::http::Proxy=http://${gateway}:${port}`,
    `-o Dir::State::lists=/tmp/apt-${client}/lists -o Dir::Cache=/tmp/apt-${client}`,
    "-o Dir::Etc::sourcelist=/tmp/trial.list -o Dir::Etc::sourceparts=-",
    "-o APT::Update::Error-Mode=any -o APT::Sandbox::User=root",
  ].join(" ");
}

function update(port: number): string {
  return `
    rm -rf /tmp/apt-*
    for client in {1..${clients}}; do
      mkdir -p /tmp/apt-$client/lists/partial
      timeout 60 ${apt(port, "$client")} update 2>&1 &
      started+=($!)
    done
    for pid in "\${started[@]}"; do wait "$pid" || echo "apt ends with $?"; done`;
}

/** Gets the smallest package of those suites. */
function download(port: number): string {
  const each = "/^Package:/ {name = $2} /^Size:/ {print $2, name}";
  return `
    cd /tmp && rm -f *.deb
    name=$(${apt(port, "1").replace("apt-get -qq", "apt-cache")} dumpavail |
      awk '${each}' | sort -n | head -1 | cut -d ' ' -f 2)
    ${apt(port, "1")} download "$name" && ls *.deb`;
}

async function inside(command: string): Promise<string> {
  const words = ["bash", "-c", command];
  const result = await lab.exec("one", words, { timeoutSeconds: 180 });
  if (result.exitCode !== 0) throw new Error(result.stderr + result.stdout);
  return result.stdout.trim();
}
