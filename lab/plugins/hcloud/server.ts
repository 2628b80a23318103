import { createHash } from "node:crypto";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { InputProblem } from "../shared/bridged/resource.ts";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { labelProblems } from "./labels.ts";
import { createServer } from "./server-creation.ts";
import { findServer, serverOutputs } from "./server-state.ts";
import { updateServer } from "./server-update.ts";

const removed =
  "Removed Attribute. The datacenter attribute is marked for removal, you must use the location attribute instead. See https://docs.hetzner.cloud/changelog#2026-07-01-removing-datacenters..";

function problems(inputs: PropertyMap): InputProblem[] {
  return [
    ...(inputs["datacenter"] === undefined
      ? []
      : [{ property: "datacenter", reason: removed }]),
    ...labelProblems(inputs),
  ];
}

/** `hcloud.Server`. */
export const server: ManagedResource<Hetzner> = {
  isAutonamed: true,
  computed: ["datacenter", "firewallIds", "image", "location"],
  unstable: ["datacenter"],
  defaults: {
    backups: false,
    deleteProtection: false,
    ignoreRemoteFirewallIds: false,
    keepDisk: false,
    rebuildProtection: false,
    shutdownBeforeDeletion: false,
  },
  sets: ["firewallIds", "networks", "publicNets"],
  nested: {
    networks: {
      computed: ["aliasIps", "ip", "macAddress", "subnetId"],
      inputDefaults: { aliasIps: [] },
    },
    publicNets: {
      computed: ["ipv4", "ipv6"],
      defaults: { ipv4Enabled: true, ipv6Enabled: true },
    },
  },
  kept: {
    userData: (text) => createHash("sha1").update(text).digest("base64"),
  },
  problems,
  create: createServer,
  read: async ({ api, id, state }) => {
    const found = await findServer(api, id);
    return found && serverOutputs(found, state);
  },
  update: updateServer,
  remove: async ({ api, id, state, deadline }) => {
    if (state["shutdownBeforeDeletion"] === true) {
      await api.act(
        `POST /servers/${id}/actions/shutdown`,
        undefined,
        deadline,
      );
      await findServer(api, id);
    }
    await api.act(`DELETE /servers/${id}`, undefined, deadline);
  },
};
