import { z } from "zod";
import { ipv6Network } from "../../addresses.ts";
import { ApiError, invalid } from "../http/api-error.ts";
import { defaultLocation, requireLocation, type Location } from "./location.ts";
import {
  addAutomatic,
  ownerOf,
  requirePrimaryIp,
  type Assigned,
  type PrimaryIp,
} from "./primary-ip.ts";
import type { Project } from "./project.ts";
import type { Server } from "./server.ts";

const reference = z
  .number()
  .int()
  .nullish()
  .transform((id) => id ?? null);

/** The public addresses that a new server is asked to have. */
export const publicNet = z
  .strictObject({
    enable_ipv4: z.boolean().default(true),
    enable_ipv6: z.boolean().default(true),
    ipv4: reference,
    ipv6: reference,
  })
  .refine(({ enable_ipv4, ipv4 }) => enable_ipv4 || ipv4 === null, {
    path: ["ipv4"],
    message: "needs enable_ipv4",
  })
  .refine(({ enable_ipv6, ipv6 }) => enable_ipv6 || ipv6 === null, {
    path: ["ipv6"],
    message: "needs enable_ipv6",
  })
  .prefault({});

type PublicNet = z.infer<typeof publicNet>;

/** What of a new server decides its addresses. */
interface Asked {
  readonly location?: string | undefined;
  readonly public_net: PublicNet;
  readonly networks: readonly number[];
}

/** The location that a new server is asked for, else that of an address that it is to have. */
export function planLocation(project: Project, asked: Asked): Location {
  const { ipv4, ipv6 } = asked.public_net;
  const id = ipv4 ?? ipv6;
  const implied =
    id === null ? defaultLocation : requirePrimaryIp(project, id).location;
  return requireLocation(asked.location ?? implied);
}

/** Refuses a server that nobody would reach, and addresses that it cannot have. */
export function ensureReachable(
  project: Project,
  { public_net, networks }: Asked,
  location: Location,
): void {
  const { enable_ipv4, enable_ipv6, ipv4, ipv6 } = public_net;
  if (!enable_ipv4 && !enable_ipv6 && networks.length === 0)
    throw invalid(
      "public_net",
      "neither an address nor a network is asked for",
    );
  for (const [type, id] of [
    ["ipv4", ipv4],
    ["ipv6", ipv6],
  ] as const)
    if (id !== null)
      ensureFits(project, requirePrimaryIp(project, id), { type, location });
}

/** Gives a new server what it asked for; what it did not name comes with it and goes with it. */
export function planAddresses(
  project: Project,
  asked: PublicNet,
  made: { readonly location: Location; readonly ip: string },
): Pick<Server, "ipv4" | "ipv6"> {
  const location = made.location.name;
  const take = (
    type: PrimaryIp["type"],
    wanted: { readonly isEnabled: boolean; readonly id: number | null },
    ip: string,
  ): Assigned => {
    if (!wanted.isEnabled) return null;
    return asAssigned(
      wanted.id === null
        ? addAutomatic(project, { type, ip, location })
        : requirePrimaryIp(project, wanted.id),
    );
  };
  const { enable_ipv4, enable_ipv6, ipv4, ipv6 } = asked;
  return {
    ipv4: take("ipv4", { isEnabled: enable_ipv4, id: ipv4 }, made.ip),
    ipv6: take(
      "ipv6",
      { isEnabled: enable_ipv6, id: ipv6 },
      ipv6Network(made.ip),
    ),
  };
}

/** What a server is told of its address. */
export function asAssigned({ id, ip }: PrimaryIp): NonNullable<Assigned> {
  return { id, ip };
}

function ensureFits(
  project: Project,
  given: PrimaryIp,
  wanted: { readonly type: PrimaryIp["type"]; readonly location: Location },
): void {
  if (given.type !== wanted.type)
    throw new ApiError(
      412,
      "primary_ip_version_mismatch",
      `primary IP ${given.id} is none of ${wanted.type}`,
    );
  if (given.location !== wanted.location.name)
    throw new ApiError(
      422,
      "primary_ip_datacenter_mismatch",
      `primary IP ${given.id} is in ${given.location}`,
    );
  if (ownerOf(project, given))
    throw new ApiError(
      422,
      "primary_ip_assigned",
      `primary IP ${given.id} is assigned to a server`,
    );
}
