import type { Address } from "../../addresses.ts";
import type { PostgresConfig } from "./config.ts";
import type { PostgresArgs } from "./postgres.ts";

/**
 * The arguments that a fleet's configuration decides, with who may come from elsewhere by the name of the flow. A role
 * that is used from elsewhere overlaps at a rotation: its clients are updated one after the other.
 */
export function postgresArgs(
  config: PostgresConfig,
  sources: Readonly<Record<string, readonly Address[]>>,
): Omit<PostgresArgs, "host"> {
  const { port, memoryMib, maxConnections, settings, databases } = config;
  const { sandbox } = config;
  const roles = Object.entries(config.roles).map(
    ([name, { clients, ...role }]) =>
      [name, { ...role, overlap: clients.length > 0 }] as const,
  );
  const access = Object.entries(sources).map(
    ([flow, from]) => [flow, { from: [...from] }] as const,
  );
  return {
    ...{ port, memoryMib, maxConnections, settings, databases, sandbox },
    access: Object.fromEntries(access),
    roles: Object.fromEntries(roles),
    grants: config.grants,
  };
}
