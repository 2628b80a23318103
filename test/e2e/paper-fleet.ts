import { rm } from "node:fs/promises";
import { execa } from "execa";
import { z } from "zod";
import { cloudVariables } from "../../lab/cloud/variables.ts";
import { Lab } from "../../lab/index.ts";
import { PaperCloud, pick, tokens } from "../lab/cloud/paper-cloud.ts";
import {
  TestFleet,
  type FleetDocument,
  type PulumiResult,
} from "./test-fleet.ts";
import { testLab } from "./test-lab.ts";

/** The providers of the lab's cloud, as their plugins are called. */
export const plugins = ["hcloud", "digitalocean"] as const;
export type Plugin = (typeof plugins)[number];

/** What each provider has of a fleet, by type: the path of its API, and the key of its list. */
const kinds = {
  "hcloud:index/sshKey:SshKey": ["/v1/ssh_keys", "ssh_keys"],
  "hcloud:index/firewall:Firewall": ["/v1/firewalls", "firewalls"],
  "hcloud:index/server:Server": ["/v1/servers", "servers"],
  "digitalocean:index/sshKey:SshKey": ["/v2/account/keys", "ssh_keys"],
  "digitalocean:index/firewall:Firewall": ["/v2/firewalls", "firewalls"],
  "digitalocean:index/droplet:Droplet": ["/v2/droplets", "droplets"],
} as const;

/** Type of something that a provider has of a fleet. */
export type Kind = keyof typeof kinds;

const things = z.array(
  z.object({
    id: z.union([z.number(), z.string()]).transform(String),
    name: z.string(),
  }),
);

/** What is on the hosts is left out: they are on paper, and nobody answers there. */
export const onlyMachines = [
  ...["Manifest", "Packages", "Firewall", "Gate", "Hardening"],
].flatMap((type) => ["--exclude", `**flotilla:index:${type}::**`]);

const changing = ["up", "--yes", "--skip-preview"];

/**
 * The real program, engine and plugins, and the lab's APIs over hosts on paper: one server and one droplet, with the key
 * and the firewall of each provider. Nothing boots, so an update takes seconds.
 */
export class PaperFleet {
  readonly fleet: TestFleet;
  readonly cloud: PaperCloud;
  readonly #close: () => void;

  private constructor(fleet: TestFleet, cloud: PaperCloud, close: () => void) {
    this.fleet = fleet;
    this.cloud = cloud;
    this.#close = close;
  }

  /** An empty cloud, and an empty stack for it. */
  static async open(): Promise<PaperFleet> {
    const cloud = await PaperCloud.open();
    const { endpoint, close } = await cloud.listen();
    const lab = await Lab.open({ name: testLab() });
    const variables = cloudVariables({ endpoint, tokens });
    const fleet = await TestFleet.openOn(lab, document, variables);
    return new PaperFleet(fleet, cloud, close);
  }

  async close(): Promise<void> {
    this.#close();
    await rm(this.fleet.folder, { recursive: true, force: true });
  }

  /** Changes what the providers have. */
  async up(
    ...more: ("--refresh" | "--continue-on-error")[]
  ): Promise<PulumiResult> {
    return this.fleet.pulumi(...changing, ...onlyMachines, ...more);
  }

  /** Says what an update would change. */
  async preview(): Promise<PulumiResult> {
    return this.fleet.pulumi("preview", ...onlyMachines);
  }

  /** Asks for errors on demand, and forgets those before. */
  async fail(faults: readonly object[]): Promise<void> {
    await this.cloud.ask("DELETE /lab/faults");
    for (const one of faults) await this.cloud.ask("POST /lab/faults", one);
  }

  /** Errors that were asked for, and that nothing has met. */
  async unmet(): Promise<unknown> {
    const { body } = await this.cloud.ask("GET /lab/faults");
    return body["faults"];
  }

  /** What a provider has of the fleet, as far as updates change it. */
  async real(): Promise<Record<Plugin, readonly unknown[]>> {
    const [server] = await this.#list("/v1/servers", "servers");
    const [rules] = await this.#list("/v1/firewalls", "firewalls");
    const [droplet] = await this.#list("/v2/droplets", "droplets");
    const [inbound] = await this.#list("/v2/firewalls", "firewalls");
    return {
      hcloud: [
        pick(server, "status"),
        pick(server, "server_type", "name"),
        pick(rules, "rules", "0", "source_ips"),
      ],
      digitalocean: [
        pick(droplet, "status"),
        pick(droplet, "size_slug"),
        pick(inbound, "inbound_rules", "0", "sources", "addresses"),
      ],
    };
  }

  async #list(path: string, key: string): Promise<unknown[]> {
    const { body } = await this.cloud.ask(`GET ${path}?per_page=50`);
    return z.array(z.unknown()).parse(body[key]);
  }

  /** What is at the providers and not in the state, and the other way round; two empty lists are as it should be. */
  async unknown(): Promise<{ orphans: string[]; lost: string[] }> {
    const { deployment } = await this.fleet.state();
    const known = deployment.resources.flatMap(({ type, id }) =>
      type in kinds ? [`${type} ${id}`] : [],
    );
    const there = await this.there();
    return {
      orphans: there.filter((one) => !known.includes(one)),
      lost: known.filter((one) => !there.includes(one)),
    };
  }

  /** All that is at the providers, by type and number. */
  async there(): Promise<string[]> {
    const types = Object.keys(kinds) as Kind[];
    const found = await Promise.all(
      types.map(async (type) =>
        (await this.of(type)).map(({ id }) => `${type} ${id}`),
      ),
    );
    return found.flat();
  }

  /** What is there of one type: numbers and names. */
  async of(wanted: Kind): Promise<z.output<typeof things>> {
    return things.parse(await this.all(wanted));
  }

  /** What is there of one type, as its provider tells it. */
  async all(wanted: Kind): Promise<unknown[]> {
    const [path, key] = kinds[wanted];
    return this.#list(path, key);
  }

  /** Runs Hetzner's own tool, as somebody beside the program would; it must succeed. */
  async hcloud(...words: readonly string[]): Promise<void> {
    await execa("hcloud", words, { env: this.fleet.environment });
    await this.cloud.settled();
  }

  /** Deletes something at its provider, as somebody beside the program would. */
  async remove(wanted: Kind, id: string): Promise<void> {
    const [path] = kinds[wanted];
    const { status, text } = await this.cloud.ask(`DELETE ${path}/${id}`);
    if (status >= 300) throw new Error(text);
    await this.cloud.settled();
  }
}

function document(): FleetDocument {
  return {
    ssh: {
      user: "root",
      privateKeyFile: undefined,
      knownHostsFile: undefined,
      connectTimeoutSeconds: 5,
    },
    hosts: {
      "web-1": { provider: "hetzner", size: "cx22" },
      "db-1": { provider: "digitalocean", size: "s-1vcpu-1gb" },
    },
    services: {},
    sites: {},
    users: {},
    flows: {},
    firewall: { allowLockout: true },
    hardening: undefined,
  };
}
