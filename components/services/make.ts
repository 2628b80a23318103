import type * as pulumi from "@pulumi/pulumi";
import type { ServiceConfigOf, ServiceType } from "../config/service.ts";
import type { Host } from "../hosts/host.ts";
import type { Packages } from "../hosts/packages.ts";
import { Nginx } from "./nginx/nginx.ts";
import { NodeExporter } from "./node-exporter/node-exporter.ts";
import { Redis } from "./redis/redis.ts";

/** A service of a fleet. */
export interface Service extends pulumi.ComponentResource {
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The generated password, where it has one; secret. */
  readonly password?: pulumi.Output<string>;
}

/** Where a service runs in a fleet. */
export interface Place {
  readonly host: Host;
  /** What installs its packages. */
  readonly packages?: Packages | undefined;
  /** Addresses of the host to listen on, beside loopback. */
  readonly listen: readonly string[];
}

type Make<Config> = (
  name: string,
  config: Config,
  place: Place,
  opts: pulumi.ComponentResourceOptions,
) => Service;

type Makers = { readonly [T in ServiceType]: Make<ServiceConfigOf<T>> };

const makers: Makers = {
  nginx: (name, { config }, { host, packages }, opts) =>
    new Nginx(name, { host, packages, config }, opts),
  "node-exporter": (name, { port, enable, disable, purge }, place, opts) =>
    new NodeExporter(name, { ...place, port, enable, disable, purge }, opts),
  redis: (name, { port, maxMemoryMib, purge }, place, opts) =>
    new Redis(name, { ...place, port, maxMemoryMib, purge }, opts),
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
