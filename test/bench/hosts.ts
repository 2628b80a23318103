import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Lab } from "../../lab/index.ts";
import { LatencyProxy } from "./latency-proxy.ts";

/** A host as a tool under measurement reaches it. */
export interface BenchHost {
  readonly name: string;
  /** Where SSH is dialled, on port 22. */
  readonly address: string;
  /** The host's own address. */
  readonly privateAddress: string;
}

/** Milliseconds from a packet to its answer that the proxy adds. */
export const farMilliseconds = 50;
const farAddress = "127.0.50.1";
/** What is dialled from here: SSH, and the page. */
const farPorts = [22, 80];

/** Fresh lab hosts for one measurement after the other, near or behind a proxy that adds latency. */
export class BenchHosts {
  readonly lab: Lab;
  readonly hosts: readonly BenchHost[];
  /** Known hosts under the addresses of `hosts`. */
  readonly knownHostsFile: string;
  /** Whether the proxy with its latency stands in between. */
  readonly isFar: boolean;
  readonly #proxies: readonly LatencyProxy[];

  private constructor(
    lab: Lab,
    hosts: readonly BenchHost[],
    knownHostsFile: string,
    proxies: readonly LatencyProxy[],
  ) {
    this.lab = lab;
    this.hosts = hosts;
    this.knownHostsFile = knownHostsFile;
    this.isFar = proxies.length > 0;
    this.#proxies = proxies;
  }

  /** Boots `count` hosts. */
  static async open(
    count: number,
    isFar: boolean,
    folder: string,
  ): Promise<BenchHosts> {
    const lab = await Lab.open({ name: "bench" });
    const names = Array.from({ length: count }, (_, n) => `bench-${n + 1}`);
    await lab.up(names);
    const hosts = names.map((name) => {
      const privateAddress = lab.address(name);
      const address = isFar ? farAddress : privateAddress;
      return { name, address, privateAddress };
    });
    await mkdir(folder, { recursive: true });
    const knownHostsFile = path.join(folder, "known_hosts");
    await writeFile(knownHostsFile, await knownHosts(lab, hosts));
    const proxies = isFar ? await proxiesTo(hosts) : [];
    return new BenchHosts(lab, hosts, knownHostsFile, proxies);
  }

  /** Throws everything away that was on the hosts. */
  async reset(): Promise<void> {
    await this.lab.reset(this.hosts.map(({ name }) => name));
  }

  /** SSH logins since `reset`, over all hosts, as sshd counts them: what a tool does to the firewall does not touch that. */
  async sshLogins(): Promise<number> {
    const counts = this.hosts.map(async ({ name }) => {
      const journal = "journalctl --unit=ssh --output=cat --no-pager";
      return Number(
        await this.#run(name, `${journal} | grep -c '^Accepted' || true`),
      );
    });
    return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
    await this.lab.down();
  }

  async #run(name: string, script: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.lab.exec(name, [
      ...["bash", "-c", script],
    ]);
    if (exitCode !== 0) throw new Error(`${name}: ${script}: ${stderr}`);
    return stdout;
  }
}

async function knownHosts(
  lab: Lab,
  hosts: readonly BenchHost[],
): Promise<string> {
  const lines = (await readFile(lab.knownHostsFile, "utf8")).split("\n");
  return hosts
    .flatMap(({ address, privateAddress }) =>
      lines
        .filter((line) => line.startsWith(`${privateAddress} `))
        .map((line) => line.replace(privateAddress, address)),
    )
    .join("\n")
    .concat("\n");
}

async function proxiesTo([host]: readonly BenchHost[]): Promise<
  LatencyProxy[]
> {
  if (!host) throw new Error("no host to reach through a proxy");
  const { address, privateAddress } = host;
  return Promise.all(
    farPorts.map((port) =>
      LatencyProxy.open(
        { host: address, port },
        { host: privateAddress, port },
        farMilliseconds,
      ),
    ),
  );
}
