import { mkdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cacheDirectory } from "../../toolchain/cache.ts";
import { keepWires } from "../cables.ts";
import { linkCheckout } from "../checkout.ts";
import { startDaemon } from "../daemon.ts";
import { ignoreAbsent, writeAtomically } from "../files.ts";
import { GitServer } from "../git/git-server.ts";
import { isRunning, killAndWait, readRunning } from "../process.ts";
import { Lab } from "../lab.ts";
import { LabStore } from "../store.ts";
import { removeFilter } from "./filter/nft.ts";
import { cloudFolder } from "./lab-cloud.ts";
import { emptyCloudState } from "./state.ts";
import { ensureTokens, type CloudTokens } from "./tokens.ts";

const recorded = path.join(import.meta.dirname, "..", "boot", "recorded.sh");
const startSeconds = 20;
const stopSeconds = 60;

/** How the providers' APIs of a lab are reached. */
export interface CloudAccess {
  /** `http://127.0.0.1:<port>`; Hetzner's API lies below `/v1`. */
  readonly endpoint: string;
  readonly tokens: CloudTokens;
}

/** The process that serves a lab's cloud; it outlives the one that started it, as the hosts do. */
export class CloudServer {
  readonly #lab: string;
  readonly #folder: string;

  /** Of the lab of that name; its hosts are the cloud's alone. */
  constructor(lab: string) {
    this.#lab = lab;
    this.#folder = cloudFolder(lab);
  }

  /** How it is reached, whether it runs or not: port and tokens are kept for good. */
  async access(): Promise<CloudAccess> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const tokens = await ensureTokens(this.#file("tokens.json"));
    return { endpoint: `http://127.0.0.1:${await this.#port()}`, tokens };
  }

  /** Whether somebody who has `access` is answered now. */
  get isRunning(): boolean {
    return readRunning(this.#file("server.process")) !== undefined;
  }

  /** Starts it unless it runs, at the port it had before, with the lab's git server, and says how it is reached. */
  async start(): Promise<CloudAccess> {
    const access = await this.access();
    if (!this.isRunning) await this.#run(await this.#port());
    await this.#waitUntilAnswered(access);
    const lab = await Lab.open({ name: this.#lab });
    await new GitServer(lab.repositoryFolder).start();
    await linkCheckout(lab.name, lab.folder);
    return access;
  }

  /** Stops it when the work that it has begun is done; hosts run on. */
  async stop(): Promise<void> {
    const running = readRunning(this.#file("server.process"));
    if (running) {
      process.kill(running.pid, "SIGTERM");
      const end = Date.now() + stopSeconds * 1000;
      while (isRunning(running) && Date.now() < end) await delay(20);
      await killAndWait(running);
    }
    await rm(this.#file("server.process"), { force: true });
  }

  /** Stops it and throws everything away that was made through it: hosts, snapshots, filters, state. Tokens stay, and no number is given out again. */
  async down(): Promise<void> {
    await this.stop();
    const lab = await Lab.open({ name: this.#lab });
    await lab.down();
    await forgetHosts(this.#lab);
    await forgetWires(this.#lab);
    await removeFilter(this.#lab);
    const isKnown = await ignoreAbsent(readFile(this.#file("state.json")));
    if (isKnown) await emptyCloudState(this.#file("state.json"));
    await rm(path.join(lab.folder, "snapshots"), {
      recursive: true,
      force: true,
    });
  }

  async #run(port: number): Promise<void> {
    const serve = path.join(import.meta.dirname, "serve.ts");
    await startDaemon({
      command: recorded,
      arguments: [
        ...[this.#file("server.process"), process.execPath, serve],
        ...[this.#lab, String(port)],
      ],
      env: process.env,
      outputFile: this.#file("server.log"),
    });
  }

  async #waitUntilAnswered({ endpoint, tokens }: CloudAccess): Promise<void> {
    const end = Date.now() + startSeconds * 1000;
    while (Date.now() < end && !(await this.#hasEnded())) {
      if (await answers(`${endpoint}/v1/locations`, tokens.hetzner)) return;
      await delay(50);
    }
    const said = await readFile(this.#file("server.log"), "utf8");
    throw new Error(`the lab's cloud does not start: ${said.trim()}`);
  }

  async #hasEnded(): Promise<boolean> {
    const record = this.#file("server.process");
    const isRecorded = await ignoreAbsent(readFile(record));
    return isRecorded !== undefined && !readRunning(record);
  }

  /** The same at every start: configurations name it. */
  async #port(): Promise<number> {
    const text = await ignoreAbsent(readFile(this.#file("port"), "utf8"));
    if (text !== undefined) return Number(text);
    const port = await freePort();
    await writeAtomically(this.#file("port"), String(port));
    return port;
  }

  #file(name: string): string {
    return path.join(this.#folder, name);
  }
}

/** All addresses are free again. */
async function forgetHosts(lab: string): Promise<void> {
  const store = await LabStore.open(cacheDirectory(), lab);
  if (!store.state) return;
  await store.exclusively(async () => {
    for (const { name } of store.hosts()) await store.forget(name);
    await store.hold([]);
  });
}

/** Of a lab that never had a host there are none. */
async function forgetWires(lab: string): Promise<void> {
  const { state } = await LabStore.open(cacheDirectory(), lab);
  if (state) await keepWires(state.subnet, []);
}

async function answers(url: string, token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(2000);
  return fetch(url, { headers, signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve()),
  );
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string")
    throw new Error("this machine has no free port");
  return address.port;
}
