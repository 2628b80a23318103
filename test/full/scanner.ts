import { z } from "zod";
import { Lab } from "../../lab/index.ts";
import type { CloudFleet } from "../e2e/cloud-fleet.ts";
import { until } from "../e2e/engine.ts";

/** TCP ports, as nmap takes them. */
const ranges = {
  /** Those that need a right, and those of the services that the fleet can have. */
  likely: "1-1023,2222,5432,6379,9100",
  all: "1-65535",
} as const;
const created = z.object({
  server: z.object({
    id: z.number(),
    public_net: z.object({ ipv4: z.object({ ip: z.string() }) }),
  }),
});

/** A machine at Hetzner that belongs to nobody's fleet and has nmap: a stranger on the same internet. */
export class Scanner {
  readonly #lab: Lab;
  readonly #host: string;
  /** Throws the machine away. */
  readonly close: () => Promise<unknown>;

  private constructor(lab: Lab, host: string, close: () => Promise<unknown>) {
    this.#lab = lab;
    this.#host = host;
    this.close = close;
  }

  /** Makes it. */
  static async open(clouds: CloudFleet): Promise<Scanner> {
    const wanted = { server_type: "cx22", image: "debian-12" };
    const body = { name: "stranger", ...wanted };
    const answer = await clouds.hetzner("POST", "/servers", body);
    const { id, public_net } = created.parse(answer).server;
    const { ip } = public_net.ipv4;
    const lab = await Lab.open({ name: clouds.fleet.lab.name });
    const host = lab.status().find(({ address }) => address === ip)?.name ?? "";
    const scanner = new Scanner(lab, host, () =>
      clouds.hetzner("DELETE", `/servers/${String(id)}`),
    );
    await until("the stranger to have booted", async () =>
      lab.exec(host, ["cloud-init", "status", "--wait"]).then(
        ({ exitCode }) => exitCode === 0,
        () => false,
      ),
    );
    await scanner.#run("apt-get update -qq && apt-get install -qqy nmap");
    return scanner;
  }

  /** The TCP ports that accept a connection, by address. */
  async openPorts(
    addresses: readonly string[],
    ports: keyof typeof ranges,
  ): Promise<ReadonlyMap<string, readonly number[]>> {
    const families = [
      { option: "", of: addresses.filter((address) => !address.includes(":")) },
      {
        option: "-6",
        of: addresses.filter((address) => address.includes(":")),
      },
    ].filter(({ of }) => of.length > 0);
    const found = await Promise.all(
      families.map(({ option, of }) =>
        this.#run(
          `nmap ${option} -n -Pn -sS -T5 --min-rate 20000 --max-retries 1 --open -p ${ranges[ports]} -oG - ${of.join(" ")}`,
        ),
      ),
    );
    return parseOpenPorts(found.join("\n"));
  }

  async #run(script: string): Promise<string> {
    const words = ["bash", "-c", script];
    const limit = { timeoutSeconds: 120 };
    const result = await this.#lab.exec(this.#host, words, limit);
    if (result.exitCode !== 0) throw new Error(result.stderr + result.stdout);
    return result.stdout;
  }
}

/** Parses nmap's greppable output. */
export function parseOpenPorts(
  output: string,
): ReadonlyMap<string, readonly number[]> {
  const lines = output.matchAll(/^Host: (\S+) .*\tPorts: ([^\t]*)/gm);
  return new Map(
    Array.from(lines, ([, address = "", list = ""]) => [
      address,
      Array.from(list.matchAll(/(\d+)\/open\/tcp/g), ([, port]) =>
        Number(port),
      ),
    ]),
  );
}
