import { randomBytes } from "node:crypto";
import { z } from "zod";
import { now, type Action } from "../action.ts";
import { allot } from "../allot.ts";
import { hostname, userData } from "../hostname.ts";
import { applyFirewall } from "./firewall-routes.ts";
import { requireFirewall } from "./firewall.ts";
import { requireImage, snapshotName } from "./image.ts";
import { labels } from "./label.ts";
import { planPlacement } from "./placement-group.ts";
import { ensureNameIsFree, type Project } from "./project.ts";
import {
  ensureReachable,
  planAddresses,
  planLocation,
  publicNet,
} from "./server-addresses.ts";
import { joinNetwork, type Member } from "./server-network.ts";
import { requireServerType } from "./server-type.ts";
import { hostName, serverResource, type Server } from "./server.ts";
import { requireSshKeys } from "./ssh-key.ts";

const mostUserDataKib = 32;
const reference = z.union([z.string(), z.number()]);

/** What a new server may be asked to be. */
export const serverCreation = z.strictObject({
  name: hostname,
  server_type: reference,
  image: reference,
  location: z.string().optional(),
  ssh_keys: z.array(reference).default([]),
  user_data: userData(mostUserDataKib),
  labels: labels.default({}),
  firewalls: z
    .array(z.strictObject({ firewall: z.number().int() }))
    .default([]),
  public_net: publicNet,
  start_after_create: z.boolean().default(true),
  automount: z.literal(false).optional(),
  placement_group: z.number().int().nullable().default(null),
  networks: z.array(z.number().int()).default([]),
  volumes: z.array(z.never()).optional(),
});

/** A server that is being made. */
export interface Creation {
  readonly server: Server;
  readonly action: Action;
  readonly nextActions: readonly Action[];
  readonly rootPassword: string | null;
}

/** Begins to make a server: its address is known at once, its host boots behind the answer. */
export async function createServer(
  project: Project,
  asked: z.infer<typeof serverCreation>,
): Promise<Creation> {
  ensureNameIsFree("server", project.servers, asked.name);
  const firewalls = asked.firewalls.map(({ firewall }) =>
    requireFirewall(project, firewall),
  );
  const server = await planServer(project, asked);
  project.servers.add(server);
  const rootPassword = planRootPassword(server);
  const installed = installServer(project, server, rootPassword);
  const about = [serverResource(server)];
  const action = project.actions.start("create_server", about, () => installed);
  for (const firewall of firewalls) {
    const target = { type: "server", server: { id: server.id } } as const;
    applyFirewall(project, firewall, [target]);
  }
  const start = async (): Promise<void> => {
    await installed;
    await project.commit();
    await project.hosts.powerOn(hostName(server));
  };
  const nextActions = asked.start_after_create
    ? [project.actions.start("start_server", about, start)]
    : [];
  return { server, action, nextActions, rootPassword };
}

/** A password for root, where no key was asked for. */
export function planRootPassword({ first_boot }: Server): string | null {
  if (first_boot.authorizedKeys.length > 0) return null;
  return randomBytes(15).toString("base64url");
}

/** Gives a server a fresh disk of its image. */
export async function installServer(
  project: Project,
  server: Server,
  rootPassword: string | null,
): Promise<void> {
  const { image } = server;
  await project.hosts.install(hostName(server), {
    ...server.first_boot,
    hostname: server.name,
    cpus: requireServerType(server.server_type).cores,
    ...(rootPassword !== null && { rootPassword }),
    ...(image.type === "snapshot" && { snapshot: snapshotName(image.id) }),
  });
}

async function planServer(
  project: Project,
  asked: z.infer<typeof serverCreation>,
): Promise<Server> {
  const type = requireServerType(asked.server_type);
  const image = requireImage(project, asked.image);
  const location = planLocation(project, asked);
  const keys = requireSshKeys(project, asked.ssh_keys);
  planPlacement(project, asked.placement_group);
  ensureReachable(project, asked, location);
  const id = project.nextId();
  const draft: Member = { id, private_net: [] };
  for (const network of asked.networks)
    joinNetwork(project, draft, { network, alias_ips: [] });
  const { ip } = await allot(project.hosts, `server-${id}`);
  const addresses = planAddresses(project, asked.public_net, { location, ip });
  return {
    id,
    name: asked.name,
    created: now(),
    server_type: type.name,
    location: location.name,
    image,
    labels: asked.labels,
    protection: { delete: false, rebuild: false },
    ...addresses,
    placement_group: asked.placement_group,
    private_net: draft.private_net,
    primary_disk_size: type.disk,
    first_boot: {
      userData: asked.user_data,
      authorizedKeys: keys.map(({ public_key }) => public_key),
    },
  };
}
