import { Firewall } from "@pulumi/hcloud/firewall.js";
import { getFirewalls } from "@pulumi/hcloud/getFirewalls.js";
import { getServers } from "@pulumi/hcloud/getServers.js";
import { Server } from "@pulumi/hcloud/server.js";
import { SshKey } from "@pulumi/hcloud/sshKey.js";
import * as pulumi from "@pulumi/pulumi";
import { asRange } from "../../addresses.ts";
import { machineTypes } from "../machine-types.ts";
import type { CloudMaker, CloudRule, Labels } from "../maker.ts";
import { createAddress, havingAddress } from "./address.ts";

/** Hetzner Cloud: labels tell whose a server is, and firewalls find theirs by labels. */
export const hetznerMaker: CloudMaker = {
  deleteCommand: (id) => `hcloud server delete ${id}`,
  async findMachines(labels, opts) {
    const servers = await serversOf(labels, opts);
    return servers.map(({ id, name, ipv4Address }) => ({
      ...{ id: String(id), name, address: ipv4Address },
    }));
  },
  changeable: [
    {
      type: machineTypes.hetzner,
      property: "serverType",
      words: "The size",
      async find(labels, opts) {
        const servers = await serversOf(labels, opts);
        return servers.map(({ id, name, serverType }) => ({
          ...{ id: String(id), name, value: serverType },
        }));
      },
    },
    {
      type: "hcloud:index/firewall:Firewall",
      property: "rules",
      words: "The list of rules",
      async find(labels, opts) {
        const withSelector = selectorOf(labels);
        const { firewalls } = await getFirewalls({ withSelector }, opts);
        return firewalls.map(({ id, name, rules }) => ({
          ...{ id: String(id), name, value: rules },
        }));
      },
    },
  ],
  // Only a server that is off gives one away.
  movesAddress: false,
  createKey: (name, { keyName, publicKey, labels }, opts) =>
    new SshKey(name, { name: keyName, publicKey, labels }, opts),
  createMachine(name, args, opts) {
    const { machineName, size, userData, key, labels } = args;
    const location = args.location ?? "fsn1";
    const address = createAddress(args, location, opts);
    const server = new Server(
      name,
      {
        name: machineName,
        serverType: size,
        image: args.image ?? "debian-12",
        location,
        sshKeys: [key],
        userData,
        labels,
        // Firewalls find it by its labels.
        ignoreRemoteFirewallIds: true,
        ...(address && { publicNets: [havingAddress(address)] }),
      },
      opts,
    );
    const { ipAddress = server.ipv4Address } = address ?? {};
    return { id: server.id, address: ipAddress, resource: server };
  },
  createFirewall: (name, { firewallName, rules, machines, labels }, opts) =>
    new Firewall(
      name,
      {
        name: firewallName,
        labels,
        rules: rules.map(renderRule),
        applyTos: [{ labelSelector: selectorOf(machines) }],
      },
      opts,
    ),
};

function renderRule({ protocol, port, from, description }: CloudRule) {
  return {
    direction: "in",
    protocol,
    ...(port === undefined ? {} : { port: String(port) }),
    sourceIps: from.map((one) => pulumi.output(one).apply(asRange)),
    description,
  };
}

async function serversOf(labels: Labels, opts: pulumi.InvokeOptions) {
  const withSelector = selectorOf(labels);
  const { servers } = await getServers({ withSelector }, opts);
  return servers;
}

function selectorOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}==${value}`)
    .join(",");
}
