import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "node:tls";
import { startDaemon } from "../daemon.ts";
import { ignoreAbsent, writeAtomically } from "../files.ts";
import { killAndWait, readRunning } from "../process.ts";
import { ensureCertificate } from "./certificate.ts";
import { ensureRepository } from "./repository.ts";

const recorded = path.join(import.meta.dirname, "..", "boot", "recorded.sh");

/** A lab's own git server, for this machine alone: a site can come from a repository without any network. */
export class GitServer {
  readonly #folder: string;

  /** `folder` has the repositories, the certificate, and what is known about the process. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Serves a repository that begins with the files of `from`, at `https://localhost:<port>/<name>.git`. */
  async add(name: string, from: string, port: number): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await ensureRepository(path.join(this.#folder, `${name}.git`), from);
    if ((await this.#port()) !== port) {
      await this.stop();
      await writeAtomically(this.#portFile, String(port));
    }
    await this.start();
  }

  /** Starts it again, where a repository has been added. */
  async start(): Promise<void> {
    const port = await this.#port();
    if (port === undefined || readRunning(this.#recordFile)) return;
    await this.stop();
    const { certificateFile } = await ensureCertificate(this.#folder);
    const outputFile = path.join(this.#folder, "server.log");
    const serve = path.join(import.meta.dirname, "serve.ts");
    await startDaemon({
      command: recorded,
      arguments: [
        ...[this.#recordFile, process.execPath, serve],
        ...[this.#folder, String(port)],
      ],
      env: process.env,
      outputFile,
    });
    const ca = await readFile(certificateFile, "utf8");
    if (await this.#answersAs(ca, port)) return;
    const said = (await readFile(outputFile, "utf8")).trim();
    throw new Error(
      `the lab's git server does not start on port ${port}: ${said}`,
    );
  }

  /** Stops it; repositories stay. */
  async stop(): Promise<void> {
    const running = readRunning(this.#recordFile);
    if (running) await killAndWait(running);
    await rm(this.#recordFile, { force: true });
  }

  /** Whether this very server answers, and no other that has the port. */
  async #answersAs(ca: string, port: number): Promise<boolean> {
    const end = Date.now() + startSeconds * 1000;
    while (Date.now() < end && !(await this.#hasEnded())) {
      if (await isServedWith(ca, port)) return true;
      await delay(50);
    }
    return false;
  }

  async #hasEnded(): Promise<boolean> {
    const isRecorded = await ignoreAbsent(readFile(this.#recordFile));
    return isRecorded !== undefined && !readRunning(this.#recordFile);
  }

  async #port(): Promise<number | undefined> {
    const text = await ignoreAbsent(readFile(this.#portFile, "utf8"));
    return text === undefined ? undefined : Number(text);
  }

  get #portFile(): string {
    return path.join(this.#folder, "port");
  }

  get #recordFile(): string {
    return path.join(this.#folder, "server.process");
  }
}

const startSeconds = 10;

async function isServedWith(ca: string, port: number): Promise<boolean> {
  const where = { host: "127.0.0.1", servername: "localhost", port };
  const socket = connect({ ...where, ca, timeout: startSeconds * 1000 });
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once("secureConnect", () => {
        resolve(true);
      });
      for (const event of ["error", "timeout"])
        socket.once(event, () => {
          resolve(false);
        });
    });
  } finally {
    socket.destroy();
  }
}
