import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { item, type Items } from "../../items.ts";
import { atOnce, manifestOptions, type Manifest } from "../../manifest.ts";
import { shown } from "../../output.ts";
import {
  credentialFileItems,
  loginName,
  maintenanceDatabase,
  passwordFile,
  passwordFileItems,
  roleGate,
  type CredentialFileArgs,
  type Gates,
} from "./plan.ts";
import type { PostgresServer } from "./server.ts";

export interface PostgresRoleArgs {
  /** The server that it is a role of. Replaces the role. */
  readonly server: PostgresServer;
  /** Its name in PostgreSQL. Replaces the role. @default - the resource's name */
  readonly name?: string | undefined;
  /** A new value makes a new password, and the old one is refused afterwards. @default "1" */
  readonly rotate?: string | undefined;
  /**
   * Each rotation logs in as a role of its own, `<name>_<rotate>`, which acts as this one: the old login works until
   * everything that uses the new one is updated, and is removed last. For clients on other hosts.
   * A change replaces the login. @default false
   */
  readonly overlap?: boolean | undefined;
  /** May log in; without it, it is there to own and to be a member of. Updates in place. @default true */
  readonly login?: boolean | undefined;
  /** Roles whose privileges it has. Updates in place. @default [] */
  readonly memberOf?: readonly string[] | undefined;
  /** May create databases. Updates in place. @default false */
  readonly createDatabases?: boolean | undefined;
  /** May create roles. Updates in place. @default false */
  readonly createRoles?: boolean | undefined;
  /** Connections at a time (-1–262143); -1 is no limit. Updates in place. @default -1 */
  readonly connectionLimit?: number | undefined;
  /**
   * Files on the server's host that hold the password, by path: written in the same job that changes it, so that
   * both sides change or none. A template may name `{{role}}`, `{{password}}`, `{{address}}`, `{{port}}` and
   * `{{database}}`. Not together with `overlap`. @default {}
   */
  readonly files?: Readonly<Record<string, CredentialFileArgs>> | undefined;
  /** The database that `files` name. @default - the role's name */
  readonly database?: string | undefined;
  /** Takes over a role that exists and was not made by this program. @default false */
  readonly adopt?: boolean | undefined;
}

/**
 * A role of PostgreSQL under a generated password. The server gets a verifier, never the password; it counts as up
 * when the role logs in.
 *
 * @example
 * ```ts
 * const app = new PostgresRole("app", { server: db, rotate: "2026-11" });
 * export const password = app.password; // secret
 * ```
 */
export class PostgresRole extends pulumi.ComponentResource {
  readonly server: PostgresServer;
  /** Its name in PostgreSQL: what owns, and what is granted to. */
  readonly role: string;
  /** The role to log in as: the same, or with `overlap` the one of this rotation. */
  readonly user: string;
  /** The generated password; secret. `undefined` for a role that does not log in. */
  readonly password: pulumi.Output<string> | undefined;
  /** Where the server's host has the password, for root alone. */
  readonly passwordFile: string | undefined;
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: {
    readonly manifest: Manifest;
    /** The login of this rotation, with `overlap`. */
    readonly login: Manifest | undefined;
    readonly password: random.RandomPassword | undefined;
  };

  constructor(
    name: string,
    args: PostgresRoleArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:PostgresRole", name, {}, atOnce(opts));
    this.refuseMistakes(args);
    const { login = true, overlap = false, rotate = "1" } = args;
    this.server = args.server;
    this.role = args.name ?? name;
    this.user = overlap ? loginName(this.role, rotate) : this.role;
    const secret = login ? this.createPassword(name, args) : undefined;
    this.password = secret && pulumi.secret(secret.result);
    this.passwordFile = login
      ? passwordFile(args.server.cluster, this.user)
      : undefined;
    const manifest = this.createRole(name, args, opts);
    const second = overlap
      ? this.createLogin(`${name}-${rotate}`, manifest)
      : undefined;
    this.revision = (second ?? manifest).revision;
    this.nodes = { manifest, login: second, password: secret };
    const { role, user } = this;
    this.registerOutputs({ role, user, revision: shown(this.revision) });
  }

  private refuseMistakes(args: PostgresRoleArgs): void {
    const mistake = mistakeIn(args);
    if (mistake) throw new pulumi.ResourceError(mistake, this, true);
  }

  /** With `overlap` each rotation has a password of its own, so that the old one lives on until it is removed. */
  private createPassword(
    name: string,
    { overlap, rotate = "1" }: PostgresRoleArgs,
  ): random.RandomPassword {
    return new random.RandomPassword(
      overlap ? `${name}-${rotate}` : name,
      { length: 32, special: false, keepers: { rotate } },
      { parent: this },
    );
  }

  /** The role itself; it logs in by itself only where no rotation does it in its place. */
  private createRole(
    name: string,
    args: PostgresRoleArgs,
    opts: pulumi.ComponentResourceOptions | undefined,
  ): Manifest {
    const { server, overlap = false, memberOf = [], adopt } = args;
    const { password } = this;
    const isLogin = password !== undefined && !overlap;
    const body = {
      login: isLogin,
      memberOf: [...memberOf].sort(),
      createDatabases: args.createDatabases ?? false,
      createRoles: args.createRoles ?? false,
      connectionLimit: args.connectionLimit ?? -1,
      adopt: adopt ?? false,
      ...(isLogin ? { password } : {}),
    };
    return server.host.createManifest(
      name,
      {
        holdsData: true,
        items: {
          ...item("postgres-role", `${server.cluster}/${this.role}`, body),
          ...(isLogin ? this.passwordItems(password, args) : {}),
        },
        gates: isLogin ? this.loginGate() : {},
      },
      manifestOptions(this, opts, [server.ready ?? server.host]),
    );
  }

  private createLogin(name: string, role: Manifest): Manifest {
    const { server, password, user } = this;
    const body = { memberOf: [this.role], actAs: this.role, password };
    return server.host.createManifest(
      name,
      {
        holdsData: true,
        items: {
          ...item("postgres-role", `${server.cluster}/${user}`, body),
          ...(password ? this.passwordItems(password, {}) : {}),
        },
        gates: this.loginGate(),
      },
      { parent: this, dependsOn: [role] },
    );
  }

  private passwordItems(
    password: pulumi.Output<string>,
    { files = {}, database = this.role }: Partial<PostgresRoleArgs>,
  ): Items {
    const { user, server } = this;
    const path = passwordFile(server.cluster, user);
    const { port } = server;
    const address = "127.0.0.1";
    return {
      ...passwordFileItems(path, user, password),
      ...credentialFileItems(files, {
        role: user,
        password,
        address,
        port,
        database,
      }),
    };
  }

  private loginGate(): Gates {
    const { server, user } = this;
    return roleGate("login", {
      port: server.port,
      database: maintenanceDatabase,
      role: user,
      passwordFile: passwordFile(server.cluster, user),
    });
  }
}

/** What cannot be meant. */
function mistakeIn({
  login = true,
  overlap = false,
  files = {},
  rotate = "1",
}: PostgresRoleArgs): string | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,29}$/.test(rotate))
    return `rotate: ${JSON.stringify(rotate)} must be at most 30 letters, digits, '.', '_' and '-'`;
  if (!login && overlap)
    return "overlap: a role that does not log in has no password to rotate; remove overlap";
  if (overlap && Object.keys(files).length > 0)
    return "files: they change in one job with the role, so that nothing has to overlap; remove overlap";
  return undefined;
}
