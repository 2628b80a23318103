import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Address } from "../../addresses.ts";
import type { Host } from "../../hosts/host.ts";
import { packageItems, type Packages } from "../../hosts/packages.ts";
import type { Items } from "../../items.ts";
import { atOnce, manifestOptions, type Manifest } from "../../manifest.ts";
import { redisGates, redisItems, redisPackages } from "./plan.ts";
import { shown } from "../../output.ts";

export interface RedisArgs {
  /** The host to run on. Replaces the service; its data stay on the old host. */
  readonly host: Host;
  /** What installs the package `redis-server`. @default - the service installs it itself */
  readonly packages?: Packages | undefined;
  /** Port to listen on. Restarts Redis. @default 6379 */
  readonly port?: number | undefined;
  /** Addresses of the host to listen on, beside loopback. Restarts Redis. @default [] */
  readonly listen?: readonly Address[] | undefined;
  /** Memory for data, in MiB (1–1048576); a write beyond it is refused. Restarts Redis. @default - no limit */
  readonly maxMemoryMib?: number | undefined;
  /** A password of your own: 16 to 128 visible ASCII characters, without quote and backslash. Restarts Redis. @default - a generated one */
  readonly password?: pulumi.Input<string> | undefined;
  /** Removes package and data on destroy, where the service installed it; else its `Packages` decides. @default false */
  readonly purge?: boolean | undefined;
}

/**
 * A Redis server under a password, a generated one unless you have your own. It counts as up when it answers PING and gives back a
 * value that was SET. Its data stay on destroy unless `purge`.
 *
 * @example
 * ```ts
 * const cache = new Redis("cache", { host, maxMemoryMib: 256 });
 * export const password = cache.password; // secret
 * ```
 */
export class Redis extends pulumi.ComponentResource {
  /** The port that it listens on. */
  readonly port: number;
  /** The password; secret. */
  readonly password: pulumi.Output<string>;
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: {
    readonly manifest: Manifest;
    /** The generated password; there is none beside a password of your own. */
    readonly password: random.RandomPassword | undefined;
  };

  constructor(
    name: string,
    args: RedisArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:Redis", name, {}, atOnce(opts));
    const { port = 6379, listen = [], maxMemoryMib, purge } = args;
    const generated =
      args.password === undefined ? this.createPassword(name) : undefined;
    const password = pulumi.secret(args.password ?? generated?.result ?? "");
    const settings = { port, listen, maxMemoryMib, purge };
    const server = redisItems(settings, password);
    const manifest = args.host.createManifest(
      name,
      {
        items: { ...ownPackage(args), ...server },
        gates: redisGates(port),
        holdsData: true,
      },
      manifestOptions(this, opts, [args.packages ?? args.host]),
    );
    this.port = port;
    this.password = password;
    this.revision = manifest.revision;
    this.nodes = { manifest, password: generated };
    this.registerOutputs({ port, revision: shown(this.revision) });
  }

  /** Letters and digits only: the password stands in a line of Redis' configuration. */
  private createPassword(name: string): random.RandomPassword {
    return new random.RandomPassword(
      name,
      { length: 32, special: false },
      { parent: this },
    );
  }
}

function ownPackage({ packages, purge }: RedisArgs): Items {
  return packages ? {} : packageItems(redisPackages(purge));
}
