import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { CloudServer, type CloudAccess } from "../../lab/cloud/cloud-server.ts";
import { cloudVariables } from "../../lab/cloud/variables.ts";
import { Lab } from "../../lab/index.ts";
import { TestFleet, type FleetDocument } from "./test-fleet.ts";
import { testLab } from "./test-lab.ts";

const servers = z.object({
  servers: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      public_net: z.object({
        ipv4: z.object({ ip: z.string() }),
        ipv6: z.object({ ip: z.string() }).nullish(),
      }),
    }),
  ),
});
const droplets = z.object({
  droplets: z.array(
    z.object({
      name: z.string(),
      networks: z.object({
        v4: z.array(z.object({ ip_address: z.string(), type: z.string() })),
      }),
    }),
  ),
});
const operator = z.object({ operatorKey: z.string() });
const outputs = z.object({
  hosts: z.record(
    z.string(),
    z.object({
      address: z.string(),
      snapshots: z.array(z.object({ id: z.string() })).default([]),
    }),
  ),
});
const images = z.object({
  images: z.array(
    z.object({
      id: z.number(),
      description: z.string(),
      created: z.string(),
      labels: z.record(z.string(), z.string()),
    }),
  ),
});

/** A fleet whose hosts the program makes, at the lab's Hetzner and DigitalOcean. */
export class CloudFleet {
  readonly fleet: TestFleet;
  readonly cloud: CloudServer;
  readonly access: CloudAccess;

  private constructor(
    fleet: TestFleet,
    cloud: CloudServer,
    access: CloudAccess,
  ) {
    this.fleet = fleet;
    this.cloud = cloud;
    this.access = access;
  }

  /** An empty cloud, and an empty stack for it. */
  static async open(
    plan: (folder: string) => FleetDocument = document,
  ): Promise<CloudFleet> {
    const name = `${testLab()}-clouds`;
    const cloud = new CloudServer(name);
    await cloud.down();
    const access = await cloud.start();
    const lab = await Lab.open({ name });
    const variables = cloudVariables(access);
    const fleet = await TestFleet.openOn(lab, plan, variables);
    return new CloudFleet(fleet, cloud, access);
  }

  /** Throws everything away that was made, and everything that was written. */
  async close(): Promise<void> {
    await this.cloud.down();
    await rm(this.fleet.lab.folder, { recursive: true, force: true });
    await rm(this.fleet.folder, { recursive: true, force: true });
  }

  /** Where a host of the fleet is, as the stack says. */
  async address(host: string): Promise<string> {
    const { hosts } = outputs.parse(await this.fleet.outputs());
    const found = hosts[host]?.address;
    if (found === undefined) throw new Error(`the stack has no host ${host}`);
    return found;
  }

  /** The key that a machine shows on the wire, as `ssh-ed25519 AAAA…`. */
  async shownKey(address: string, port: number): Promise<string> {
    const words = ["-t", "ed25519", "-p", String(port), address];
    const { stdout } = await execa("ssh-keyscan", words);
    return stdout.replace(/^.*?(ssh-ed25519 \S+).*$/s, "$1");
  }

  /** The key that the stack made, in a file. */
  async keyFile(): Promise<string> {
    const file = path.join(this.fleet.folder, "operator-key");
    const { operatorKey } = operator.parse(await this.fleet.outputs());
    await writeFile(file, operatorKey, { mode: 0o600 });
    return file;
  }

  /** Runs a command on a host through SSH, with the key that the stack made; whatever key it shows. */
  async ssh(destination: string, port: number, script: string) {
    const options = {
      StrictHostKeyChecking: "no",
      UserKnownHostsFile: "/dev/null",
      LogLevel: "ERROR",
      BatchMode: "yes",
      ConnectTimeout: "3",
    };
    const keyFile = await this.keyFile();
    const words = Object.entries(options).flatMap(([key, value]) => [
      "-o",
      `${key}=${value}`,
    ]);
    return execa(
      "ssh",
      [...words, "-i", keyFile, "-p", String(port), destination, script],
      { reject: false, stdin: "ignore" },
    );
  }

  /** Whether sshd answers at a host's address. */
  async opens(host: string, port = 22): Promise<boolean> {
    const socket = net.connect({ host: await this.address(host), port });
    socket.setTimeout(1000, () => socket.destroy(new Error("silence")));
    return once(socket, "connect")
      .then(
        () => true,
        () => false,
      )
      .finally(() => socket.destroy());
  }

  /** Asks Hetzner's API, as somebody beside the program would. */
  async hetzner(
    method: string,
    route: string,
    body?: object,
  ): Promise<unknown> {
    return this.ask(method, `/v1${route}`, this.access.tokens.hetzner, body);
  }

  /** Asks DigitalOcean's API, as somebody beside the program would. */
  async digitalocean(method: string, route: string): Promise<unknown> {
    return this.ask(method, `/v2${route}`, this.access.tokens.digitalocean);
  }

  /** Makes the APIs answer with an error; with none, they do what they should again. */
  async fault(asked: object | undefined): Promise<void> {
    await this.ask(asked ? "POST" : "DELETE", "/lab/faults", "none", asked);
  }

  private async ask(
    method: string,
    route: string,
    token: string,
    body?: object,
  ): Promise<unknown> {
    const response = await fetch(`${this.access.endpoint}${route}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${text}`);
    return text === "" ? {} : JSON.parse(text);
  }

  /** The public addresses that machines have by now, by host and family. */
  async addresses(): Promise<Record<string, string>> {
    const found = servers.parse(await this.hetzner("GET", "/servers"));
    const own = found.servers.filter(({ name }) => name.startsWith(prefix));
    const made = own.flatMap(({ name, public_net: { ipv4, ipv6 } }) =>
      [
        [`${hostOf(name)} IPv4`, ipv4.ip],
        [`${hostOf(name)} IPv6`, ipv6?.ip.replace(/::\/64$/, "::1") ?? ""],
      ].filter(([, address]) => address !== ""),
    );
    const listed = await this.digitalocean("GET", "/droplets");
    const others = droplets.parse(listed).droplets;
    return Object.fromEntries([
      ...made,
      ...others.flatMap(({ name, networks }) =>
        networks.v4
          .filter(({ type }) => type === "public")
          .map(({ ip_address: ip }) => [`${hostOf(name)} IPv4`, ip]),
      ),
    ]) as Record<string, string>;
  }

  /** The snapshots that Hetzner has. */
  async snapshots() {
    const found = await this.hetzner("GET", "/images?type=snapshot");
    return images.parse(found).images;
  }

  /** The numbers of a host's snapshots, as the stack says. */
  async namedSnapshots(host: string): Promise<string[]> {
    const { hosts } = outputs.parse(await this.fleet.outputs());
    return (hosts[host]?.snapshots ?? []).map(({ id }) => id);
  }

  /** The servers that Hetzner has, by name. */
  async servers(): Promise<Readonly<Record<string, number>>> {
    const found = servers.parse(await this.hetzner("GET", "/servers"));
    return Object.fromEntries(found.servers.map(({ id, name }) => [name, id]));
  }
}

/** Names of the stack's machines begin with it. */
const prefix = "e2e-";

function hostOf(machine: string): string {
  return machine.replace(prefix, "");
}

function document(folder: string): FleetDocument {
  return {
    ssh: {
      user: "flotilla",
      privateKeyFile: undefined,
      knownHostsFile: undefined,
      connectTimeoutSeconds: 5,
    },
    hosts: {
      "web-1": { provider: "hetzner", port: 2222, size: "cx22" },
      "db-1": { provider: "digitalocean", user: "root" },
    },
    services: {
      web: { type: "nginx", host: "web-1" },
      cache: { type: "redis", host: "db-1" },
    },
    sites: {
      welcome: { host: "web-1", directory: path.join(folder, "site") },
    },
    users: {},
    flows: {
      "public-web": { from: "anywhere", to: "web-1", port: 80 },
      "web-to-cache": { from: "web-1", to: "db-1", port: 6379 },
    },
    firewall: { confirmSeconds: 15 },
    hardening: undefined,
  };
}
