import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { cacheDirectory } from "../../../toolchain/cache.ts";
import { costOf, type Cost } from "../cost.ts";
import type { BenchHosts } from "../hosts.ts";
import type { Job, Tool } from "../tool.ts";

const version = "3.10.0";
const folder = path.join(cacheDirectory(), "bench", `pyinfra-${version}`);

/** pyinfra, pinned, in a virtual environment of its own in the cache folder. */
export class Pyinfra implements Tool {
  readonly name = "pyinfra";
  #folder = "";

  async prepare(hosts: BenchHosts, own: string, pages: string): Promise<void> {
    await ensureInstalled();
    this.#folder = own;
    const inventory = hosts.hosts.map(({ name, address }) => {
      const data = {
        ssh_hostname: address,
        ssh_user: hosts.lab.user,
        ssh_key: hosts.lab.keyFile,
        ssh_known_hosts_file: hosts.knownHostsFile,
        page: path.join(pages, name, "index.html"),
      };
      return `    (${JSON.stringify(name)}, ${JSON.stringify(data)}),`;
    });
    await writeFile(
      path.join(own, "inventory.py"),
      `hosts = [\n${inventory.join("\n")}\n]\n`,
    );
  }

  async run(job: Job): Promise<Cost | undefined> {
    if (job === "look") return undefined;
    const deploy = path.join(import.meta.dirname, "pyinfra.py");
    return costOf(
      path.join(folder, "bin", "pyinfra"),
      ["-y", path.join(this.#folder, "inventory.py"), deploy],
      { cwd: this.#folder, stdin: "ignore" },
    );
  }
}

async function ensureInstalled(): Promise<void> {
  const program = path.join(folder, "bin", "pyinfra");
  if (existsSync(program)) return;
  await execa("python3", ["-m", "venv", folder]);
  await execa(path.join(folder, "bin", "pip"), [
    ...["install", "--quiet", `pyinfra==${version}`],
  ]);
}
