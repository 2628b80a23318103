import type { UserArgs } from "./access/user.ts";
import type { StaticSiteArgs } from "./apps/static-site.ts";
import type { Address, PlannedGate } from "./addresses.ts";
import type { CloudProvider } from "./clouds/config.ts";
import type { CloudRule } from "./clouds/maker.ts";
import type { ExistingHostConfig } from "./config/fleet.ts";
import type { FirewallArgs } from "./firewall/firewall.ts";
import type { HardeningArgs } from "./hardening/hardening.ts";
import type { BreakGlassKeyArgs } from "./hosts/break-glass-key.ts";
import type { PackagesArgs } from "./hosts/packages.ts";
import type { ServiceConfig } from "./config/service.ts";

/** Names a step: what it makes, and of what. */
export type StepId =
  `${"host" | "break-glass" | "packages" | "user" | "hardening" | "service" | "client" | "site" | "firewall" | "cloud-firewall" | "gate"}:${string}`;

/** What a step needs of the steps before it. */
interface Common {
  readonly id: StepId;
  /** Name of the component. */
  readonly name: string;
  /** Name of the host. */
  readonly host: string;
  /** What must be done before. */
  readonly after: readonly StepId[];
}

/** One component of a fleet, with everything that decides it; other components are named by their steps. */
export type Step = Common &
  (
    | { readonly kind: "host"; readonly args: ExistingHostConfig }
    | {
        readonly kind: "break-glass";
        readonly args: Omit<BreakGlassKeyArgs, "host">;
      }
    | { readonly kind: "packages"; readonly args: Omit<PackagesArgs, "host"> }
    | { readonly kind: "user"; readonly args: Omit<UserArgs, Place> }
    | { readonly kind: "hardening"; readonly args: Omit<HardeningArgs, Place> }
    | {
        readonly kind: "service";
        readonly config: ServiceConfig;
        /** Addresses of the host to listen on, beside loopback. */
        readonly listen: readonly Address[];
        /** Who may come from elsewhere, by the name of the flow. */
        readonly access: Readonly<Record<string, readonly Address[]>>;
      }
    | {
        readonly kind: "client";
        readonly service: StepId;
        readonly config: ServiceConfig;
        /** One of the clients of the service's plan. */
        readonly client: string;
        /** Where the service is, seen from the client. */
        readonly address: Address;
      }
    | {
        readonly kind: "site";
        readonly nginx: StepId;
        readonly args: Omit<StaticSiteArgs, "nginx">;
      }
    | { readonly kind: "firewall"; readonly args: Omit<FirewallArgs, Place> }
    | {
        readonly kind: "cloud-firewall";
        readonly provider: CloudProvider;
        /** What comes from the fleet, or from elsewhere. */
        readonly part: "fleet" | "public";
        readonly rules: readonly CloudRule[];
      }
    | {
        readonly kind: "gate";
        readonly gates: Readonly<Record<string, PlannedGate>>;
        /** What the gate looks at. */
        readonly watch: readonly StepId[];
      }
  );

type Place = "host" | "break-glass" | "packages";

/** A step of one kind. */
export type StepOf<K extends Step["kind"]> = Extract<Step, { kind: K }>;
