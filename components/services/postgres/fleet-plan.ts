import type { ServiceClient, ServicePlan } from "../service-plan.ts";
import type { PostgresConfig } from "./config.ts";
import { maintenanceDatabase, postgresPackages, postgresUnit } from "./plan.ts";

/** PostgreSQL in a fleet. */
export const postgresPlan: ServicePlan<PostgresConfig> = {
  packages: () => postgresPackages,
  units: () => [postgresUnit],
  templates: () => ["postgresql@.service"],
  port: ({ port }) => port,
  keepsData: () => true,
  clients: (config) =>
    Object.fromEntries(
      clientsOf(config).map((client) => [clientName(client), packaged(client)]),
    ),
};

/** A host that uses a role. */
export interface PostgresClientPlan {
  readonly host: string;
  readonly role: string;
  /** The database that it is tried with: one that the role owns, or is granted to, or the one that is always there. */
  readonly database: string;
}

/** Every use of a role from another host, in the order of the names. */
export function clientsOf(config: PostgresConfig): PostgresClientPlan[] {
  return Object.keys(config.roles)
    .sort()
    .flatMap((role) =>
      [...new Set(config.roles[role]?.clients)].sort().map((host) => ({
        host,
        role,
        database: databaseOf(config, role),
      })),
    );
}

/** The name of a use among those of a service. */
export function clientName({ host, role }: PostgresClientPlan): string {
  return `${role}-on-${host}`;
}

function packaged({ host }: PostgresClientPlan): ServiceClient {
  return { host, packages: { "postgresql-client": {} } };
}

function databaseOf(
  { databases, grants }: PostgresConfig,
  role: string,
): string {
  const owned = Object.keys(databases).filter(
    (name) => databases[name]?.owner === role,
  );
  const granted = Object.values(grants)
    .filter((one) => one.role === role && one.privileges.includes("CONNECT"))
    .map(({ database }) => database);
  return owned.sort()[0] ?? granted.sort()[0] ?? maintenanceDatabase;
}
