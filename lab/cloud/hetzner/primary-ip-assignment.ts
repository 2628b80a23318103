import { z } from "zod";
import type { Action } from "../action.ts";
import { ApiError } from "../http/api-error.ts";
import {
  ownerOf,
  primaryIpResource,
  repeatedId,
  type PrimaryIp,
} from "./primary-ip.ts";
import type { Project } from "./project.ts";
import { asAssigned } from "./server-addresses.ts";
import {
  ensureUnlocked,
  serverResource,
  serverStatus,
  type Server,
} from "./server.ts";

/** The body of `assign`. */
export const assignment = z.strictObject({
  ...repeatedId,
  assignee_id: z.number().int(),
  assignee_type: z.literal("server").optional(),
});

/** Gives a server a primary IP: its next boot has it. */
export function assignPrimaryIp(
  project: Project,
  given: PrimaryIp,
  server: Server,
): Action {
  if (ownerOf(project, given))
    throw refusal("primary_ip_already_assigned", "is assigned to a server");
  if (given.location !== server.location)
    throw refusal("primary_ip_datacenter_mismatch", `is in ${given.location}`);
  ensureAssignable(project, given.type, server);
  server[given.type] = asAssigned(given);
  const about = [primaryIpResource(given), serverResource(server)];
  return project.actions.start("assign_primary_ip", about);
}

/** Takes a primary IP from the server that has it: from now on it leads to nobody. */
export function unassignPrimaryIp(project: Project, given: PrimaryIp): Action {
  const server = ownerOf(project, given);
  if (!server) throw refusal("primary_ip_not_assigned", "is not assigned");
  ensureStopped(project, server);
  server[given.type] = null;
  const about = [primaryIpResource(given), serverResource(server)];
  return project.actions.start("unassign_primary_ip", about);
}

/** Refuses a server that runs, or that has an address of that kind. */
export function ensureAssignable(
  project: Project,
  type: PrimaryIp["type"],
  server: Server,
): void {
  ensureStopped(project, server);
  if (server[type])
    throw new ApiError(
      422,
      `server_has_${type}`,
      `server already has an address of ${type}`,
    );
}

function ensureStopped(project: Project, server: Server): void {
  ensureUnlocked(project, server);
  if (serverStatus(project, server) === "off") return;
  throw new ApiError(422, "server_not_stopped", "server is not stopped");
}

function refusal(code: string, what: string): ApiError {
  return new ApiError(422, code, `primary IP ${what}`);
}
