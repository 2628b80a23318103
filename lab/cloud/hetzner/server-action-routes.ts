import { Hono, type Context } from "hono";
import { z } from "zod";
import { now, type Action } from "../action.ts";
import { ApiError, invalid } from "../http/api-error.ts";
import { readBody, readId } from "../http/body.ts";
import { renderAction } from "./action-routes.ts";
import { blankImage, requireImage, snapshotName, type Image } from "./image.ts";
import { labels } from "./label.ts";
import { requirePrimaryIp } from "./primary-ip.ts";
import type { Project } from "./project.ts";
import { changeReverse, reverseChange } from "./reverse.ts";
import { installServer, planRootPassword } from "./server-creation.ts";
import { serverNetworkRoutes } from "./server-network-routes.ts";
import { requireServerType } from "./server-type.ts";
import {
  ensureUnlocked,
  hostName,
  requireServer,
  serverResource,
  serverStatus,
  type Server,
} from "./server.ts";

/** `/servers/:id/actions/<name>`: power, disk, size and protection of a server. */
export function serverActionRoutes(project: Project): Hono {
  const app = new Hono();
  const find = (context: Context): Server =>
    requireServer(project, readId(context));
  for (const [name, begin] of Object.entries(powerActions)) {
    app.post(`/:id/actions/${name}`, (context) => {
      const found = find(context);
      ensureUnlocked(project, found);
      const body = { action: renderAction(begin(project, found)) };
      return context.json(body, 201);
    });
  }
  const take = <T>(
    name: string,
    schema: z.ZodType<T>,
    begin: (project: Project, given: Server, asked: T) => object,
  ): void => {
    app.post(`/:id/actions/${name}`, async (context) => {
      const found = find(context);
      const asked = await readBody(context, schema);
      return context.json(begin(project, found, asked), 201);
    });
  };
  take("rebuild", rebuilding, rebuild);
  take("create_image", imageCreation, createImage);
  take("change_type", typeChange, changeType);
  take("change_protection", protection, protect);
  take("change_dns_ptr", reverseChange, changeName);
  app.route("/", serverNetworkRoutes(project));
  return app;
}

/** Of whichever of its primary IPs the address is. */
function changeName(
  project: Project,
  given: Server,
  asked: z.infer<typeof reverseChange>,
): object {
  const type = asked.ip.includes(":") ? "ipv6" : "ipv4";
  const has = given[type];
  if (!has) throw invalid("ip", `the server has no address of ${type}`);
  const primaryIp = requirePrimaryIp(project, has.id);
  const about = serverResource(given);
  const action = changeReverse(project, primaryIp, asked, about);
  return { action: renderAction(action) };
}

type PowerAction = (project: Project, given: Server) => Action;

const powerActions: Readonly<Record<string, PowerAction>> = {
  poweron: power("start_server", (project, host) =>
    project.hosts.powerOn(host),
  ),
  poweroff: power("stop_server", (project, host) =>
    project.hosts.powerOff(host),
  ),
  // The action says that the guest was asked; it may take its time, or not end at all.
  shutdown: power("shutdown_server", (project, host) =>
    project.hosts.shutDown(host),
  ),
  reboot: power("reboot_server", (project, host) => project.hosts.reboot(host)),
  reset: power("reset_server", async (project, host) => {
    await project.hosts.powerOff(host);
    await project.hosts.powerOn(host);
  }),
};

function power(
  command: string,
  work: (project: Project, host: string) => Promise<void>,
): PowerAction {
  return (project, given) =>
    project.actions.start(command, [serverResource(given)], () =>
      work(project, hostName(given)),
    );
}

const rebuilding = z.strictObject({
  image: z.union([z.string(), z.number()]),
});

/** A fresh disk, with the user data and the keys of its creation; it boots when that is done. */
function rebuild(
  project: Project,
  given: Server,
  asked: z.infer<typeof rebuilding>,
): object {
  if (given.protection.rebuild)
    throw new ApiError(423, "protected", "server rebuild is protected");
  ensureUnlocked(project, given);
  given.image = requireImage(project, asked.image);
  const host = hostName(given);
  const rootPassword = planRootPassword(given);
  const work = async (): Promise<void> => {
    await project.hosts.powerOff(host);
    await installServer(project, given, rootPassword);
    await project.hosts.powerOn(host);
  };
  const about = [serverResource(given)];
  const action = project.actions.start("rebuild_server", about, work);
  return { action: renderAction(action), root_password: rootPassword };
}

const imageCreation = z.strictObject({
  type: z.literal("snapshot").default("snapshot"),
  description: z.string().optional(),
  labels: labels.default({}),
});

/** A copy of the disk as it is now: what the guest has not written yet is asked for, and not waited on. */
function createImage(
  project: Project,
  given: Server,
  asked: z.infer<typeof imageCreation>,
): object {
  ensureUnlocked(project, given);
  const id = project.nextId();
  const image: Image = project.images.add({
    ...blankImage,
    ...asked,
    id,
    status: "creating",
    name: null,
    description: asked.description ?? `snapshot ${now()}`,
    disk_size: given.primary_disk_size,
    created: now(),
    created_from: { id: given.id, name: given.name },
  });
  const work = async (): Promise<void> => {
    const bytes = await project.hosts.takeSnapshot(
      hostName(given),
      snapshotName(id),
    );
    image.image_size = Math.round(bytes / 1e6) / 1e3;
    image.status = "available";
  };
  const about = [serverResource(given), { id, type: "image" }];
  const action = project.actions.start("create_image", about, work);
  return { image, action: renderAction(action) };
}

const typeChange = z.strictObject({
  server_type: z.union([z.string(), z.number()]),
  upgrade_disk: z.boolean(),
});

function changeType(
  project: Project,
  given: Server,
  asked: z.infer<typeof typeChange>,
): object {
  ensureUnlocked(project, given);
  const type = requireServerType(asked.server_type);
  if (serverStatus(project, given) !== "off")
    throw new ApiError(422, "server_not_stopped", "server is not stopped");
  if (type.disk < given.primary_disk_size)
    throw invalid("server_type", "its disk is smaller than the server's");
  const work = async (): Promise<void> => {
    await project.hosts.resize(hostName(given), type.cores);
    given.server_type = type.name;
    if (asked.upgrade_disk) given.primary_disk_size = type.disk;
    await project.hosts.powerOn(hostName(given));
  };
  const about = [serverResource(given)];
  const action = project.actions.start("change_server_type", about, work);
  return { action: renderAction(action) };
}

const protection = z.strictObject({
  delete: z.boolean().optional(),
  rebuild: z.boolean().optional(),
});

function protect(
  project: Project,
  given: Server,
  asked: z.infer<typeof protection>,
): object {
  const wanted = { ...given.protection, ...asked };
  if (wanted.delete !== wanted.rebuild)
    throw invalid("delete", "delete and rebuild are protected together");
  given.protection = wanted;
  const about = [serverResource(given)];
  const action = project.actions.start("change_protection", about);
  return { action: renderAction(action) };
}
