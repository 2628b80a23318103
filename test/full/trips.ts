import { readFile } from "node:fs/promises";
import path from "node:path";
import type { TestFleet } from "../e2e/test-fleet.ts";
import type { Moment } from "./moments.ts";

const script = path.join(import.meta.dirname, "trip.sh");
const folder = "/opt/flotilla-sweep";
const dropIn = "/etc/systemd/system/flotilla-job-.service.d";

/** A job that stands still at a moment. */
export interface Stop {
  readonly job: string;
  readonly moment: Moment;
}

/** What lets jobs of a fleet's hosts stop at chosen moments, by themselves and exactly there. */
export class Trips {
  readonly hosts = ["web-1", "db-1"] as const;
  readonly #fleet: TestFleet;

  constructor(fleet: TestFleet) {
    this.#fleet = fleet;
  }

  /** On disks that are new, before an update. */
  async lay(): Promise<void> {
    const input = await readFile(script);
    for (const host of this.hosts)
      await this.#run(
        host,
        `mkdir -p ${folder} ${dropIn} && cat >${folder}/trip.sh && : >${folder}/wanted && : >${folder}/seen &&
         printf '[Service]\\nEnvironment=BASH_ENV=%s\\n' ${folder}/trip.sh >${dropIn}/trip.conf && systemctl daemon-reload`,
        input,
      );
  }

  /** Jobs stop at these from now on, and at no others. */
  async want(moments: readonly Moment[]): Promise<void> {
    for (const host of this.hosts) {
      const lines = moments
        .filter((moment) => moment.host === host)
        .map(({ manifest, point }) => `${manifest}\t${point}\n`);
      await this.#run(host, `cat >${folder}/wanted`, lines.join(""));
    }
  }

  /** A job that has stopped on a host since this was asked last. */
  async stopped(host: string): Promise<Stop | undefined> {
    const take = `cat ${folder}/stopped && rm ${folder}/stopped`;
    const { exitCode, stdout } = await this.#fleet.lab.exec(host, [
      "bash",
      "-c",
      `[[ ! -e ${folder}/stopped ]] || { ${take}; }`,
    ]);
    const [job = "", manifest = "", point = ""] = stdout.trim().split("\t");
    if (exitCode !== 0 || !job) return undefined;
    return { job, moment: { host, manifest, point } };
  }

  /** Every moment that jobs passed since the disks were laid with it. */
  async seen(): Promise<Moment[]> {
    const all = await Promise.all(
      this.hosts.map(async (host) => {
        const text = await this.#fleet.on(host, `cat ${folder}/seen`);
        return text.split("\n").map((line) => {
          const [manifest = "", point = ""] = line.split("\t");
          return { host, manifest, point };
        });
      }),
    );
    return all.flat();
  }

  async #run(
    host: string,
    command: string,
    input: string | Uint8Array,
  ): Promise<void> {
    const words = ["bash", "-c", command];
    const { exitCode, stderr } = await this.#fleet.lab.exec(host, words, {
      input,
    });
    if (exitCode !== 0) throw new Error(`${host}: ${command}: ${stderr}`);
  }
}
