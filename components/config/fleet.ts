import { z } from "zod";
import type { Input } from "@pulumi/pulumi";
import type { CloudConfig } from "../clouds/config.ts";
import { firewall, type FirewallConfig } from "./firewall.ts";
import { flow, type FlowConfig } from "./flow.ts";
import { hardening, type HardeningConfig } from "../hardening/config.ts";
import { host, type DeclaredConfig } from "./host.ts";
import { name } from "./name.ts";
import { preflight, type PreflightConfig } from "./preflight.ts";
import { service, type ServiceConfig } from "./service.ts";
import { site } from "./site.ts";
import { ssh } from "./ssh.ts";
import { accountName, user, type UserConfig } from "./user.ts";

/** The whole of `flotilla:fleet`. */
export const fleet = z.strictObject({
  /** How hosts are entered. */
  ssh: ssh.prefault({}).describe("How hosts are entered"),
  /** The machines, by name. */
  hosts: z.record(name, host).describe("The machines, by name"),
  /** What runs on them, by name. @default {} */
  services: z
    .record(name, service)
    .default({})
    .describe("What runs on the hosts, by name"),
  /** Static sites, by name. @default {} */
  sites: z.record(name, site).default({}).describe("Static sites"),
  /** Accounts on the hosts, by name. @default {} */
  users: z
    .record(accountName, user)
    .default({})
    .describe("Accounts on the hosts, by name"),
  /** Who may talk to whom, by name. @default {} */
  flows: z
    .record(name, flow)
    .default({})
    .describe("Who may talk to whom, by name"),
  /** The firewall of every host. */
  firewall: firewall.prefault({}).describe("The firewall of every host"),
  /** What new and changed hosts must be like before anything is changed. */
  preflight: preflight
    .prefault({})
    .describe("What new and changed hosts must be like"),
  /** Hardening of every host; a host may say otherwise. @default - nothing is hardened */
  hardening: hardening.optional().describe("Hardening of every host"),
  /** Hosts that are gone for good: a delete succeeds without them and lists what was left. @default [] */
  forgetHosts: z
    .array(name)
    .default([])
    .describe("Hosts that are gone for good"),
  /** Hosts whose machine was rebuilt: everything on them is looked at anew and put back, and the key of a first contact is believed once more. Taking them out changes nothing. @default [] */
  replace: z
    .array(name)
    .default([])
    .describe("Hosts whose machine was rebuilt"),
});

/** `flotilla:fleet` as it was parsed, before any file was read. */
export type FleetSettings = z.output<typeof fleet>;

/** What holds for every host. */
interface AnyHostConfig {
  readonly user: string;
  /** Home folder of the login. @default - `/root` for root, else `/home/<user>` */
  readonly home?: string | undefined;
  readonly port: number;
  readonly packages?: readonly string[];
  /** What differs from the fleet's. */
  readonly hardening?: HardeningConfig | undefined;
}

/** A host that is there already, with everything that is needed to reach it. */
export interface ExistingHostConfig extends AnyHostConfig {
  readonly cloud?: undefined;
  readonly address: string;
  readonly privateAddress?: string | undefined;
  /** Keys that are known beforehand. */
  readonly hostKeys: readonly string[];
  /** Accepts the key of the first contact, where none is known. */
  readonly acceptNewHostKey?: boolean;
  readonly allowLocal?: boolean;
  readonly declared?: DeclaredConfig;
}

/** A host whose machine is made at a provider. */
export interface CloudHostConfig extends AnyHostConfig {
  readonly cloud: CloudConfig;
  /** What the machine was given. @default - none as long as it is not made */
  readonly address?: Input<string> | undefined;
  readonly privateAddress?: Input<string> | undefined;
}

/** One host of a fleet. */
export type HostConfig = ExistingHostConfig | CloudHostConfig;

/** The files of a site, by content. */
export interface SiteContent {
  /** The folder on this machine: as the configuration names it, or where a repository's files were put. */
  readonly source: string;
  /** Relative path → SHA-256 of the content, in hexadecimal. */
  readonly files: Readonly<Record<string, string>>;
  /** A piece of index.html by which the site is recognised. */
  readonly mark?: string | undefined;
  /** The commit that the files are of, where they are from a git repository. */
  readonly commit?: string | undefined;
}

/** A site with what its folder holds. */
export interface SiteConfig {
  readonly host: string;
  readonly port: number;
  readonly domains: readonly string[];
  readonly keepReleases: number;
  readonly content: SiteContent;
}

/** A whole fleet: what the plan is made from. */
export interface FleetConfig {
  /** A public key of the user's own, let in on every host. */
  readonly breakGlassKey?: string | undefined;
  readonly hosts: Readonly<Record<string, HostConfig>>;
  readonly services: Readonly<Record<string, ServiceConfig>>;
  readonly sites: Readonly<Record<string, SiteConfig>>;
  readonly users: Readonly<Record<string, UserConfig>>;
  readonly flows: Readonly<Record<string, FlowConfig>>;
  readonly firewall: FirewallConfig;
  /** What hosts must be like beforehand. @default - nobody looks */
  readonly preflight?: PreflightConfig | undefined;
  readonly hardening?: HardeningConfig | undefined;
}
