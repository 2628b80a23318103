import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import ssh2 from "ssh2";
import YAML from "yaml";
import { checkout } from "../../toolchain/build.ts";
import {
  ensureEnvironment,
  processEnvironment,
} from "../../toolchain/environment.ts";
import { costOf, type WatchedCost } from "../bench/cost.ts";
import { SimulatedHost } from "./simulated-host.ts";
import { simulatedPort, SimulatedHosts } from "./ssh-server.ts";

const stack = "scale";
const packages = new Map([["htop", "3.2.2-2"]]);

/** The program of the checkout with many simulated hosts, a stack and a state of its own. */
export class SimulatedFleet {
  readonly #folder: string;
  readonly #hosts: SimulatedHosts;
  readonly #environment: Record<string, string>;

  private constructor(
    folder: string,
    hosts: SimulatedHosts,
    environment: Record<string, string>,
  ) {
    this.#folder = folder;
    this.#hosts = hosts;
    this.#environment = environment;
  }

  /** Starts the hosts and makes an empty stack for them. */
  static async open(count: number): Promise<SimulatedFleet> {
    const folder = await mkdtemp(path.join(tmpdir(), "flotilla-scale-"));
    const state = path.join(folder, "state");
    await mkdir(state);
    const { privateKey, publicKey } = keyPair();
    const hosts = new SimulatedHosts(privateKey);
    for (let n = 0; n < count; n += 1)
      await hosts.listen(addressOf(n), new SimulatedHost(nameOf(n), packages));
    await writeFile(path.join(folder, "key"), privateKey, { mode: 0o600 });
    const fleet = new SimulatedFleet(folder, hosts, {
      ...processEnvironment(await ensureEnvironment({ lab: stack })),
      PULUMI_BACKEND_URL: `file://${state}`,
      NO_COLOR: "1",
      // Loopback addresses count as lab: the stack has the lab's public passphrase.
      FLOTILLA_LAB_RANGE: "127.0.0.0/8",
    });
    await fleet.#configure(count, publicKey);
    return fleet;
  }

  /** Logins that all hosts saw. */
  get logins(): number {
    return this.#hosts.logins;
  }

  /** The first update. The state is written once at its end, not after each resource: with a state in files that takes the square of the resources, and is no part of what is measured. */
  async provision(): Promise<void> {
    await this.#run(["up", "--yes", "--skip-preview"], {
      PULUMI_EXPERIMENTAL: "true",
      PULUMI_SKIP_CHECKPOINTS: "true",
    });
  }

  /** What one command of Pulumi's costs. */
  async cost(...words: string[]): Promise<WatchedCost> {
    return this.#run(words);
  }

  async #run(
    words: readonly string[],
    environment: Record<string, string> = {},
  ): Promise<WatchedCost> {
    const file = this.#in(`Pulumi.${stack}.yaml`);
    const own = ["--stack", stack, "--non-interactive", "--config-file", file];
    return costOf("pulumi", [...words, ...own], {
      cwd: checkout,
      env: { ...this.#environment, ...environment },
      stdin: "ignore",
    });
  }

  async close(): Promise<void> {
    this.#hosts.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The fleet stands in a file of its own: a thousand hosts are too many for a stack's configuration. */
  async #configure(count: number, hostKey: string): Promise<void> {
    const dev = await readFile(path.join(checkout, "Pulumi.dev.yaml"), "utf8");
    const { encryptionsalt } = YAML.parse(dev) as { encryptionsalt: string };
    const fleet = fleetOf(count, this.#folder);
    const fleetFile = this.#in("fleet.yaml");
    const config = { "flotilla:fleet": fleetFile };
    await writeFile(fleetFile, YAML.stringify(fleet));
    await writeFile(
      this.#in("known_hosts"),
      Object.values(fleet.hosts)
        .map(({ address }) => `[${address}]:${simulatedPort} ${hostKey}\n`)
        .join(""),
    );
    await writeFile(
      this.#in(`Pulumi.${stack}.yaml`),
      YAML.stringify({ encryptionsalt, config }),
    );
    await execa("pulumi", ["stack", "init", stack, "--no-select"], {
      cwd: checkout,
      env: this.#environment,
    });
  }

  #in(name: string): string {
    return path.join(this.#folder, name);
  }
}

/** Every host with a package of its own; the rest is as a fleet has it by default, but for the firewall. */
function fleetOf(count: number, folder: string) {
  const hosts = Array.from({ length: count }, (_, n) => {
    const wanted = { allowLocal: true, packages: [...packages.keys()] };
    return [nameOf(n), { address: addressOf(n), ...wanted }] as const;
  });
  return {
    ssh: {
      port: simulatedPort,
      privateKeyFile: path.join(folder, "key"),
      knownHostsFile: path.join(folder, "known_hosts"),
    },
    hosts: Object.fromEntries(hosts),
    firewall: { enabled: false },
  };
}

function nameOf(n: number): string {
  return `host-${n + 1}`;
}

function addressOf(n: number): string {
  return `127.77.${Math.floor(n / 250)}.${(n % 250) + 1}`;
}

function keyPair(): { privateKey: string; publicKey: string } {
  const pem = generateKeyPairSync("ec", {
    namedCurve: "P-256",
  }).privateKey.export({
    type: "sec1",
    format: "pem",
  });
  const key = ssh2.utils.parseKey(pem.toString());
  if (key instanceof Error) throw key;
  return {
    privateKey: pem.toString(),
    publicKey: `${key.type} ${key.getPublicSSH().toString("base64")}`,
  };
}
