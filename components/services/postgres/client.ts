import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../hosts/host.ts";
import { packageItems, type Packages } from "../../hosts/packages.ts";
import { manifestOptions, type Manifest } from "../../manifest.ts";
import { shown } from "../../output.ts";
import {
  credentialFileItems,
  maintenanceDatabase,
  passwordFile,
  passwordFileItems,
  roleGate,
  type CredentialFileArgs,
} from "./plan.ts";
import type { PostgresRole } from "./role.ts";

export interface PostgresClientArgs {
  /** The host that the database is used from. Replaces the client. */
  readonly host: Host;
  /** What installs the package `postgresql-client`. @default - the client installs it itself */
  readonly packages?: Packages | undefined;
  /** The role that it uses; one with `overlap`, so that a rotation never locks it out. Updates in place. */
  readonly role: PostgresRole;
  /** Where the server is, seen from this host. Updates in place. */
  readonly address: pulumi.Input<string>;
  /** The database that it uses. Updates in place. @default "postgres" */
  readonly database?: string | undefined;
  /** Files of the app that hold the password, by path; written when it changes. A template may name `{{role}}`, `{{password}}`, `{{address}}`, `{{port}}` and `{{database}}`. @default {} */
  readonly files?: Readonly<Record<string, CredentialFileArgs>> | undefined;
}

/**
 * What a host needs to use a database of another one: its password in a file for root alone, files for its apps, and
 * the proof that the role logs in from there, over TLS. It waits for what it `dependsOn`, such as both firewalls.
 *
 * @example
 * ```ts
 * new PostgresClient("web-1-shop", { host: web, role: app, address: "10.0.0.6", database: "shop" });
 * ```
 */
export class PostgresClient extends pulumi.ComponentResource {
  /** Where the password lies on the host, in the format of `~/.pgpass`. */
  readonly passwordFile: string;
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: PostgresClientArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:PostgresClient", name, {}, opts);
    const { role, packages, host, address, files = {} } = args;
    const { database = maintenanceDatabase } = args;
    const { user, password, server } = role;
    if (!password)
      throw new pulumi.ResourceError(
        `role: ${role.role} does not log in; set login: true on it`,
        this,
        true,
      );
    const { port } = server;
    const values = { role: user, password, address, port, database };
    this.passwordFile = passwordFile("client", role.role);
    const manifest = host.createManifest(
      name,
      {
        items: {
          ...(packages ? {} : packageItems({ "postgresql-client": {} })),
          ...passwordFileItems(this.passwordFile, user, password),
          ...credentialFileItems(files, values),
        },
        gates: roleGate("login", {
          address,
          port,
          database,
          role: user,
          passwordFile: this.passwordFile,
        }),
        watch: { role: role.revision },
      },
      manifestOptions(this, opts, [packages ?? host, role]),
    );
    this.revision = manifest.revision;
    this.nodes = { manifest };
    this.registerOutputs({ revision: shown(this.revision) });
  }
}
