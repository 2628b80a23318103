import * as pulumi from "@pulumi/pulumi";
import { publicKeyFault } from "../config/public-key.ts";
import type { Host } from "../hosts/host.ts";
import { packageItems, type Packages } from "../hosts/packages.ts";
import type { Items } from "../items.ts";
import { manifestOptions, type Manifest } from "../manifest.ts";
import { shown } from "../output.ts";
import { commandFault, type Sudo } from "./sudoers.ts";
import { userItems, type UserSettings } from "./user-plan.ts";

export interface UserArgs {
  /** The host to have the account. Replaces it; its home stays on the old host. */
  readonly host: Host;
  /** What installs the package `sudo`. @default - the user installs it itself, where it needs it */
  readonly packages?: Packages | undefined;
  /** Name of the account. Another name is another account. @default - the resource's name */
  readonly account?: string | undefined;
  /** Public keys that open the account, each one line; its authorized_keys holds these and no others. Updates in place. */
  readonly sshKeys: readonly pulumi.Input<string>[];
  /** What it may do as root without a password: `none`, `all`, or exact command lines. Updates in place. @default "none" */
  readonly sudo?: Sudo | undefined;
  /** Supplementary groups, exactly these; they must exist. Updates in place. @default [] */
  readonly groups?: readonly string[] | undefined;
  /** Program that a login starts. Updates in place. @default "/bin/bash" */
  readonly shell?: string | undefined;
  /** Folder of the account; never moved. @default - `/home/<account>` */
  readonly home?: string | undefined;
  /** Number of the account (1000–59999, or 100–999 with `system`); never changed. @default - the next free one */
  readonly uid?: number | undefined;
  /** Makes it below 1000, for a program and not for a person; counts when the account is made. @default false */
  readonly system?: boolean | undefined;
  /** What it is for. Updates in place. @default "" */
  readonly comment?: string | undefined;
  /** Keeps the home on destroy. @default true */
  readonly keepData?: boolean | undefined;
  /** Takes over an account of that name that exists already, with its password, groups and keys; below 1000 only with `system`. It is never removed. @default false */
  readonly adopt?: boolean | undefined;
}

/**
 * An account on a host: entered by key alone, with just the rights that are written down. What was
 * changed by hand (a password, a group, a key, a right) is shown by name and taken back.
 *
 * @example
 * ```ts
 * new User("webops", {
 *   host,
 *   sshKeys: ["ssh-ed25519 AAAA… bob@laptop"],
 *   sudo: webopsCommands({ units: ["nginx.service"], nginx: true, certbot: false }),
 * });
 * ```
 */
export class User extends pulumi.ComponentResource {
  /** Name of the account. */
  readonly account: string;
  /** Hash of what is wanted. */
  readonly revision: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: UserArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:User", name, {}, opts);
    const mistake = mistakeIn(args);
    if (mistake) throw new pulumi.ResourceError(mistake, this, true);
    const { host, packages } = args;
    const settings = settingsOf(name, args);
    const manifest = host.createManifest(
      name,
      { items: { ...ownPackage(args), ...userItems(settings) } },
      manifestOptions(this, opts, [packages ?? host]),
    );
    this.account = settings.account;
    this.revision = manifest.revision;
    this.nodes = { manifest };
    this.registerOutputs({ revision: shown(this.revision) });
  }
}

function settingsOf(name: string, args: UserArgs): UserSettings {
  const { account = name, sshKeys, sudo = "none", groups = [], uid } = args;
  const { shell = "/bin/bash", home = `/home/${account}` } = args;
  const { comment = "", keepData = true, adopt = false } = args;
  const { system = false } = args;
  const rest = { shell, home, uid, system, comment, keepData, adopt };
  return { account, sshKeys, sudo, groups, ...rest };
}

function ownPackage({ packages, sudo = "none" }: UserArgs): Items {
  return packages || sudo === "none" ? {} : packageItems({ sudo: {} });
}

/** What is wrong with keys and command lines; no key is quoted, it may be a private one. */
function mistakeIn({ sshKeys, sudo = "none" }: UserArgs): string | undefined {
  for (const [index, key] of sshKeys.entries()) {
    const fault = typeof key === "string" ? publicKeyFault(key) : undefined;
    if (fault) return `sshKeys[${index}] ${fault.rule}: ${fault.hint}`;
  }
  if (typeof sudo === "string") return undefined;
  const faults = sudo.map(commandFault);
  const index = faults.findIndex((fault) => fault !== undefined);
  return index < 0 ? undefined : `sudo[${index}]: ${faults[index] ?? ""}`;
}
