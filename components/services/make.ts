import type * as pulumi from "@pulumi/pulumi";
import type { Address } from "../addresses.ts";
import type {
  ServiceConfig,
  ServiceConfigOf,
  ServiceType,
} from "../config/service.ts";
import type { SecretOf } from "../secret-of.ts";
import type { Host } from "../hosts/host.ts";
import type { Packages } from "../hosts/packages.ts";
import { clientName, clientsOf } from "./postgres/fleet-plan.ts";
import { PostgresClient } from "./postgres/client.ts";
import { postgresArgs } from "./postgres/in-fleet.ts";
import { Postgres } from "./postgres/postgres.ts";
import { Nginx } from "./nginx/nginx.ts";
import { NodeExporter } from "./node-exporter/node-exporter.ts";
import { Redis } from "./redis/redis.ts";

/** A service of a fleet. */
export interface Service extends pulumi.ComponentResource {
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The password, where it has one; secret. */
  readonly password?: pulumi.Output<string>;
  /** Who logs in and what with, where there are several; passwords are secret. */
  readonly logins?: Readonly<Record<string, Login>>;
}

/** A name and its generated password. */
export interface Login {
  readonly user: string;
  readonly password: pulumi.Output<string>;
}

/** Where a service runs in a fleet. */
export interface Place {
  readonly host: Host;
  /** What installs its packages. */
  readonly packages?: Packages | undefined;
  /** Addresses of the host to listen on, beside loopback. */
  readonly listen: readonly Address[];
  /** Who may come from elsewhere, as addresses and ranges by the name of the flow. */
  readonly access: Readonly<Record<string, readonly Address[]>>;
  /** The value of a secret that the configuration names. */
  readonly secret: SecretOf;
}

/** Where a service is used from. */
export interface ClientPlace {
  readonly host: Host;
  readonly packages?: Packages | undefined;
  /** Where the service is, seen from there. */
  readonly address: Address;
}

type Make<Config> = (
  name: string,
  config: Config,
  place: Place,
  opts: pulumi.ComponentResourceOptions,
) => Service;

type Makers = { readonly [T in ServiceType]: Make<ServiceConfigOf<T>> };

const makers: Makers = {
  nginx: (name, { config, sandbox }, { host, packages }, opts) =>
    new Nginx(name, { host, packages, config, sandbox }, opts),
  "node-exporter": (name, config, place, opts) => {
    const { port, enable, disable, sandbox, purge } = config;
    const args = { ...placed(place), port, enable, disable, sandbox, purge };
    return new NodeExporter(name, args, opts);
  },
  postgres: (name, config, place, opts) =>
    new Postgres(
      name,
      { ...placed(place), ...postgresArgs(config, place.access) },
      opts,
    ),
  redis: (name, { port, maxMemoryMib, password, purge }, place, opts) => {
    const own = password && place.secret(password.secret);
    const args = { port, maxMemoryMib, password: own, purge };
    return new Redis(name, { ...placed(place), ...args }, opts);
  },
};

/** Makes the component of a service's type. */
export function makeService<T extends ServiceType>(
  name: string,
  config: ServiceConfigOf<T>,
  place: Place,
  opts: pulumi.ComponentResourceOptions,
): Service {
  const make: Make<ServiceConfigOf<T>> = makers[config.type];
  return make(name, config, place, opts);
}

/** Makes what a host needs that uses a service of another one; `client` is a name of the service's plan. */
export function makeClient(
  name: string,
  { client, service, config }: UseOfService,
  { host, packages, address }: ClientPlace,
  opts: pulumi.ComponentResourceOptions,
): PostgresClient {
  const used =
    config.type === "postgres"
      ? clientsOf(config).find((one) => clientName(one) === client)
      : undefined;
  const role =
    service instanceof Postgres
      ? service.roles.get(used?.role ?? "")
      : undefined;
  if (!used || !role) throw new Error(`${name} is no client of its service`);
  const { database } = used;
  const args = { host, packages, role, address, database };
  return new PostgresClient(name, args, opts);
}

/** A service, and one of the clients that its plan names. */
export interface UseOfService {
  readonly client: string;
  readonly service: Service;
  readonly config: ServiceConfig;
}

function placed({ host, packages, listen }: Place) {
  return { host, packages, listen };
}
