import { describe, expect, test } from "vitest";
import {
  Fleet,
  Provider,
  type FleetConfig,
} from "../../../components/index.ts";
import { smallFleet } from "../fleets.ts";
import { keyOf, made, type Recorded } from "../recording.ts";

const machine = {
  generation: "1",
  reservedAddress: false,
  replaceOnUserDataChange: false,
};

/** The small fleet, its web server made at Hetzner, its cache at DigitalOcean. */
function cloudFleet(): FleetConfig {
  const fleet = smallFleet();
  return {
    ...fleet,
    hosts: {
      "web-1": {
        user: "flotilla",
        port: 22,
        cloud: {
          ...machine,
          provider: "hetzner",
          location: "fsn1",
          image: "debian-12",
          size: { cpus: 2, memoryMib: 2048, diskGib: 20 },
        },
      },
      "db-1": {
        user: "root",
        port: 2222,
        cloud: {
          ...machine,
          provider: "digitalocean",
          location: "fra1",
          image: "debian-12-x64",
          size: "s-1vcpu-1gb",
        },
      },
    },
  };
}

function make(config: FleetConfig): Promise<Recorded[]> {
  return made((opts) => {
    const args = { privateKey: "PRIVATE KEY", stack: "me/fleet/test" };
    const provider = new Provider("fleet", args, opts);
    const publicKey = "ssh-ed25519 AAAA";
    return new Fleet("fleet", { ...config, publicKey }, { ...opts, provider });
  });
}

const all = await make(cloudFleet());

function find(type: string, name: string): Recorded {
  const found = all.find((one) => one.type.endsWith(type) && one.name === name);
  if (!found) throw new Error(`no ${type} ${name}`);
  return found;
}

describe("a machine that is made", () => {
  test("is named, placed and labelled after its stack and host", () => {
    expect(find(":Server", "web-1").inputs).toMatchObject({
      name: "test-web-1",
      serverType: "cx22",
      location: "fsn1",
      image: "debian-12",
      sshKeys: ["hetzner-key-id"],
      labels: { "flotilla-stack": "test", "flotilla-host": "web-1" },
    });
    expect(find(":Droplet", "db-1").inputs).toMatchObject({
      name: "test-db-1",
      size: "s-1vcpu-1gb",
      region: "fra1",
      image: "debian-12-x64",
      sshKeys: ["digitalocean-key-id"],
      tags: ["flotilla-stack:test", "flotilla-stack:test:flotilla-host:db-1"],
    });
  });

  test("is told its boot key, and nobody else is", () => {
    const { inputs, secrets } = find(":Server", "web-1");
    expect(inputs["userData"]).toContain(keyOf("web-1-boot-key"));
    expect(inputs["userData"]).toContain("hostname: web-1");
    expect(secrets).toEqual(["userData"]);
  });

  test("shows its boot key at the first contact only, and then another one", () => {
    const first = find(":Manifest", "web-1").inputs["host"];
    expect(first).toMatchObject({
      id: "hetzner/web-1-id",
      connection: {
        address: "203.0.113.10",
        user: "flotilla",
        hostKeys: [`ssh-ed25519 ${keyOf("web-1-host-key")}`],
        first: { hostKeys: [`ssh-ed25519 ${keyOf("web-1-boot-key")}`] },
      },
    });
    const later = find(":Manifest", "web-1-packages").inputs["host"];
    expect(later).not.toHaveProperty("connection.first");
  });

  test("carries on what cloud-init began: keys, login, port", () => {
    const { items } = find(":Manifest", "web-1").inputs;
    expect(Object.keys(items as object)).toEqual([
      "directory:/home/flotilla/.ssh",
      "file:/etc/sudoers.d/flotilla-flotilla",
      "file:/home/flotilla/.ssh/authorized_keys",
      "file:/root/.ssh/authorized_keys",
      "host-key:ed25519",
      "sshd:/etc/ssh/sshd_config.d/10-flotilla-port.conf",
      "user:flotilla",
    ]);
    const { items: roots } = find(":Manifest", "db-1").inputs;
    expect(Object.keys(roots as object)).not.toContain("user:root");
  });

  test("is not looked at beforehand: it is not there", () => {
    expect(all.filter(({ type }) => type.endsWith(":Preflight"))).toEqual([]);
  });
});

describe("a provider's firewall", () => {
  test("lets SSH through before the first machine is made", () => {
    expect(find(":Firewall", "hetzner-ssh-22").inputs).toMatchObject({
      rules: [
        { protocol: "tcp", port: "22", sourceIps: ["0.0.0.0/0", "::/0"] },
        { protocol: "icmp" },
      ],
      applyTos: [{ labelSelector: "flotilla-stack==test" }],
    });
    expect(find(":Server", "web-1").dependencies).toContain(
      "Firewall hetzner-ssh-22",
    );
    expect(find(":Firewall", "digitalocean-ssh-2222").inputs).toMatchObject({
      inboundRules: [{ protocol: "tcp", portRange: "2222" }, {}],
      tags: ["flotilla-stack:test"],
    });
  });

  test("lets the fleet through by its addresses, and everybody only behind the host's own firewall", () => {
    expect(find(":Firewall", "db-1-fleet").inputs).toMatchObject({
      inboundRules: [{ portRange: "6379", sourceAddresses: ["203.0.113.10"] }],
      tags: ["flotilla-stack:test:flotilla-host:db-1"],
    });
    const open = find(":Firewall", "web-1-public");
    expect(open.inputs).toMatchObject({
      rules: [{ port: "80", sourceIps: ["0.0.0.0/0", "::/0"] }],
      applyTos: [
        { labelSelector: "flotilla-stack==test,flotilla-host==web-1" },
      ],
    });
    expect(open.dependencies).toContain("Manifest web-1-firewall");
  });

  test("is open before any gate looks through it", () => {
    expect(find(":Manifest", "public-web").dependencies).toContain(
      "Firewall web-1-public",
    );
    expect(find(":Manifest", "web-to-cache").dependencies).toContain(
      "Firewall db-1-fleet",
    );
  });
});

test("services use the addresses that machines were given", () => {
  const { items } = find(":Manifest", "cache").inputs;
  expect(items).toMatchObject({
    "file:/etc/redis/flotilla.conf": {
      values: { bind: "127.0.0.1 -::1 203.0.113.20" },
    },
  });
});

test("another generation is another machine with another boot key", async () => {
  const fleet = cloudFleet();
  const web = fleet.hosts["web-1"];
  if (!web?.cloud) throw new Error("web-1 is made");
  const again = await make({
    ...fleet,
    hosts: {
      ...fleet.hosts,
      "web-1": { ...web, cloud: { ...web.cloud, generation: "2" } },
    },
  });
  const names = again
    .filter(({ type }) => /Server$|PrivateKey$/.test(type))
    .map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(["web-1-2", "web-1-2-boot-key", "web-1-2-host-key"]),
  );
});

test("a machine without a key that opens it is refused", async () => {
  await expect(
    made((opts) => new Fleet("fleet", cloudFleet(), opts)),
  ).rejects.toThrow("publicKey: machines are made at digitalocean");
});
