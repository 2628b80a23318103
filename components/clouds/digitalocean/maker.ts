import * as pulumi from "@pulumi/pulumi";
import { Droplet } from "@pulumi/digitalocean/droplet.js";
import { Firewall } from "@pulumi/digitalocean/firewall.js";
import { getDroplets } from "@pulumi/digitalocean/getDroplets.js";
import { SshKey } from "@pulumi/digitalocean/sshKey.js";
import { machineTypes } from "../machine-types.ts";
import type { CloudMaker, CloudRule, Labels } from "../maker.ts";
import { createAddress } from "./address.ts";
import { tagsOf } from "./tags.ts";

/** DigitalOcean: tags tell whose a droplet is, and firewalls find theirs by one tag. */
export const digitaloceanMaker: CloudMaker = {
  deleteCommand: (id) => `doctl compute droplet delete ${id}`,
  async findMachines(labels, opts) {
    const droplets = await dropletsOf(labels, opts);
    return droplets.map(({ id, name, ipv4Address }) => ({
      ...{ id: String(id), name, address: ipv4Address },
    }));
  },
  // A firewall is sent whole again.
  changeable: [
    {
      type: machineTypes.digitalocean,
      property: "size",
      words: "The size",
      async find(labels, opts) {
        const droplets = await dropletsOf(labels, opts);
        return droplets.map(({ id, name, size }) => ({
          ...{ id: String(id), name, value: size },
        }));
      },
    },
  ],
  movesAddress: true,
  createKey: (name, { keyName, publicKey }, opts) =>
    new SshKey(name, { name: keyName, publicKey }, opts),
  createMachine(name, args, opts) {
    const { machineName, size, userData, key, labels } = args;
    const region = args.location ?? "fra1";
    const reserved = createAddress(args, region, opts);
    const droplet = new Droplet(
      name,
      {
        name: machineName,
        size,
        image: args.image ?? "debian-12-x64",
        region,
        sshKeys: [key],
        userData,
        tags: tagsOf(labels),
        // The agent opens a console and reports to DigitalOcean: neither is asked for.
        dropletAgent: false,
      },
      pulumi.mergeOptions(opts, {
        // One that was imported does not say whether it has the agent.
        ignoreChanges: ["dropletAgent"],
        // It goes before the address that leads to it.
        dependsOn: reserved?.resource ?? [],
      }),
    );
    const { id, ipv4Address: address } = droplet;
    const reservedAddress = reserved?.leadTo(droplet);
    return { id, address, reservedAddress, resource: droplet };
  },
  createFirewall: (name, { firewallName, rules, machines }, opts) =>
    new Firewall(
      name,
      {
        name: firewallName,
        inboundRules: rules.map(renderRule),
        outboundRules: everything,
        tags: tagsOf(machines).slice(-1),
      },
      opts,
    ),
};

async function dropletsOf(labels: Labels, opts: pulumi.InvokeOptions) {
  const values = tagsOf(labels).slice(-1);
  const filters = [{ key: "tags", values }];
  const { droplets } = await getDroplets({ filters }, opts);
  return droplets;
}

/** Without rules for what goes out, nothing would. */
const everything = ["tcp", "udp", "icmp"].map((protocol) => ({
  protocol,
  ...(protocol === "icmp" ? {} : { portRange: "1-65535" }),
  destinationAddresses: ["0.0.0.0/0", "::/0"],
}));

function renderRule({ protocol, port, from }: CloudRule) {
  return {
    protocol,
    ...(port === undefined ? {} : { portRange: String(port) }),
    sourceAddresses: [...from],
  };
}
