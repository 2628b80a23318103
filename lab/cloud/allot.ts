import { ApiError } from "./http/api-error.ts";
import type { HostAddress, Hosts } from "./hosts.ts";

/** The address of a new host; a full lab is a limit that was reached. */
export async function allot(hosts: Hosts, name: string): Promise<HostAddress> {
  return hosts.allot(name).catch(refuse);
}

/** An address that no host has yet; a full lab is a limit that was reached. */
export async function reserve(hosts: Hosts): Promise<string> {
  return hosts.reserve().catch(refuse);
}

function refuse(cause: unknown): never {
  throw new ApiError(412, "resource_limit_exceeded", String(cause));
}
