import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import YAML from "yaml";
import { checkout } from "../../../toolchain/build.ts";
import {
  ensureEnvironment,
  processEnvironment,
} from "../../../toolchain/environment.ts";
import { costOf, type Cost } from "../cost.ts";
import type { BenchHost, BenchHosts } from "../hosts.ts";
import type { Job, Tool } from "../tool.ts";

const stack = "bench";

/** What each job is with Pulumi's command line, engine included. */
const commands: Readonly<Record<Job, readonly string[]>> = {
  provision: ["up", "--yes", "--skip-preview"],
  nothing: ["up", "--yes", "--skip-preview"],
  look: ["preview", "--refresh"],
  page: ["up", "--yes", "--skip-preview"],
};

/** This project: the program of the checkout, with a stack and a state of its own. */
export class Flotilla implements Tool {
  readonly name = "flotilla";
  #environment: Record<string, string> = {};
  #configFile = "";

  async prepare(
    hosts: BenchHosts,
    folder: string,
    pages: string,
  ): Promise<void> {
    const state = path.join(folder, "state");
    await mkdir(state, { recursive: true });
    this.#environment = {
      ...processEnvironment(await ensureEnvironment({ lab: "bench" })),
      PULUMI_BACKEND_URL: `file://${state}`,
      NO_COLOR: "1",
      // The address of the proxy counts as lab: the stack has the lab's public passphrase.
      ...(hosts.isFar && { FLOTILLA_LAB_RANGE: "127.0.0.0/8" }),
    };
    this.#configFile = path.join(folder, `Pulumi.${stack}.yaml`);
    await writeFile(this.#configFile, await configuration(hosts, pages));
    await execa("pulumi", ["stack", "init", stack, "--no-select"], {
      cwd: checkout,
      env: this.#environment,
    });
  }

  async run(job: Job): Promise<Cost> {
    const words = [
      ...["--stack", stack, "--non-interactive"],
      ...["--config-file", this.#configFile],
    ];
    return costOf("pulumi", [...commands[job], ...words], {
      cwd: checkout,
      env: this.#environment,
      stdin: "ignore",
    });
  }
}

async function configuration(
  hosts: BenchHosts,
  pages: string,
): Promise<string> {
  const dev = await readFile(path.join(checkout, "Pulumi.dev.yaml"), "utf8");
  const { encryptionsalt } = YAML.parse(dev) as { encryptionsalt: string };
  const { lab, knownHostsFile } = hosts;
  const fleet = {
    ssh: { user: lab.user, privateKeyFile: lab.keyFile, knownHostsFile },
    hosts: merged(hosts, (host) => ({
      [host.name]: {
        address: host.address,
        privateAddress: host.privateAddress,
        allowLocal: true,
      },
    })),
    services: merged(hosts, servicesOf),
    sites: merged(hosts, ({ name }) => ({
      [`page-${name}`]: { host: name, directory: path.join(pages, name) },
    })),
    flows: merged(hosts, ({ name }) => ({
      [`web-${name}`]: { from: "anywhere", to: name, port: 80 },
    })),
  };
  return YAML.stringify({
    encryptionsalt,
    config: { "flotilla:fleet": fleet },
  });
}

function servicesOf({ name: host }: BenchHost) {
  return {
    [`nginx-${host}`]: { type: "nginx", host },
    [`redis-${host}`]: { type: "redis", host },
    [`node-${host}`]: { type: "node-exporter", host },
    [`postgres-${host}`]: {
      type: "postgres",
      host,
      memoryMib: 1024, // 256 MB of shared buffers, as the others
      roles: { app: {} },
      databases: { app: { owner: "app" } },
    },
  };
}

function merged<T>(
  { hosts }: BenchHosts,
  make: (host: BenchHost) => Record<string, T>,
): Record<string, T> {
  return Object.assign({}, ...hosts.map(make)) as Record<string, T>;
}
