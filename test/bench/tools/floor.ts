import { readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import type { Cost } from "../cost.ts";
import type { BenchHosts } from "../hosts.ts";
import type { Job, Tool } from "../tool.ts";

/** One hand-written shell script over one SSH session per host, all hosts at once. */
export class Floor implements Tool {
  readonly name = "floor";
  #hosts: BenchHosts | undefined;
  #pages = "";

  async prepare(
    hosts: BenchHosts,
    _folder: string,
    pages: string,
  ): Promise<void> {
    this.#hosts = hosts;
    this.#pages = pages;
  }

  async run(job: Job): Promise<Cost | undefined> {
    if (job === "look") return undefined;
    const hosts = this.#hosts;
    if (!hosts) throw new Error("not prepared");
    const script = await readFile(
      path.join(import.meta.dirname, "floor.sh"),
      "utf8",
    );
    const begin = performance.now();
    await Promise.all(
      hosts.hosts.map(async ({ name, address }) => {
        const page = await readFile(
          path.join(this.#pages, name, "index.html"),
          "base64",
        );
        await execa("ssh", [...sshArguments(hosts, address), "sudo bash -s"], {
          input: `PAGE=${page}\n${script}`,
          timeout: 10 * 60_000,
        });
      }),
    );
    // A few clients of ssh: their memory is not worth a figure.
    return { seconds: (performance.now() - begin) / 1000, peakMib: Number.NaN };
  }
}

/** Arguments of OpenSSH that reach a host with the lab's key and accept only its pinned key. */
export function sshArguments(hosts: BenchHosts, address: string): string[] {
  const options = {
    BatchMode: "yes",
    IdentitiesOnly: "yes",
    StrictHostKeyChecking: "yes",
    UserKnownHostsFile: hosts.knownHostsFile,
    GlobalKnownHostsFile: "/dev/null",
  };
  return [
    ...["-F", "none", "-i", hosts.lab.keyFile],
    ...Object.entries(options).flatMap(([key, value]) => [
      "-o",
      `${key}=${value}`,
    ]),
    `${hosts.lab.user}@${address}`,
  ];
}
