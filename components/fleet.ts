import * as pulumi from "@pulumi/pulumi";
import { User } from "./access/user.ts";
import { StaticSite, type StaticSiteArgs } from "./apps/static-site.ts";
import { Cloud } from "./clouds/cloud.ts";
import type { CloudProvider } from "./clouds/config.ts";
import { cloudHosts, planClouds } from "./clouds/fleet-plan.ts";
import { machineName } from "./clouds/name.ts";
import type { FleetConfig } from "./config/fleet.ts";
import { Firewall } from "./firewall/firewall.ts";
import { Gate, type GateArgs } from "./firewall/gate.ts";
import { planFleet } from "./fleet-plan.ts";
import { keepsData } from "./host-plan.ts";
import { Hardening } from "./hardening/hardening.ts";
import { BreakGlassKey } from "./hosts/break-glass-key.ts";
import { AcceptedHostKey } from "./hosts/accepted-host-key.ts";
import { Host, type HostArgs } from "./hosts/host.ts";
import { Packages } from "./hosts/packages.ts";
import { makeClient, makeService, type Service } from "./services/make.ts";
import { Nginx } from "./services/nginx/nginx.ts";
import { planPreflight, withHostKeys } from "./preflight-plan.ts";
import { Preflight } from "./preflight.ts";
import { sorted } from "./records.ts";
import type { SecretOf } from "./secret-of.ts";
import type { PostgresClient } from "./services/postgres/client.ts";
import type { Step, StepId, StepOf } from "./step.ts";

/** A fleet's configuration, as `loadFleet` returns it. */
export interface FleetArgs extends FleetConfig {
  /** The value of a secret that the configuration names. @default - a configuration that names none */
  readonly secret?: SecretOf | undefined;
  /** The public half of the key that the program logs in with: what machines that are made let in. @default - none are made */
  readonly publicKey?: pulumi.Input<string> | undefined;
}

/**
 * A whole fleet: hosts, their packages, hardening, services, sites and firewalls, and the gates between them.
 * New and changed hosts are looked at together before anything is changed. Then hosts do not wait for
 * each other; a gate waits for both of its ends.
 *
 * @example
 * ```ts
 * const { fleet, privateKey } = await loadFleet();
 * const provider = new Provider("fleet", { privateKey });
 * new Fleet("fleet", fleet, { provider });
 * ```
 */
export class Fleet extends pulumi.ComponentResource {
  /** What was found on the hosts beforehand; `undefined` when nobody looked. */
  readonly preflight: Preflight | undefined;
  /** What was accepted at the first contact, by the name of the host. */
  readonly acceptedHostKeys: ReadonlyMap<string, AcceptedHostKey>;
  /** The hosts, by name. */
  readonly hosts: ReadonlyMap<string, Host>;
  /** The services, by name. */
  readonly services: ReadonlyMap<string, Service>;
  /** The sites, by name. */
  readonly sites: ReadonlyMap<string, StaticSite>;

  /** What the machines of the fleet share, by provider. */
  readonly clouds: ReadonlyMap<CloudProvider, Cloud>;

  private readonly secret: SecretOf;
  private readonly made = new Map<StepId, Made>();
  private readonly madeServices = new Map<string, Service>();

  constructor(
    name: string,
    args: FleetArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:Fleet", name, {}, opts);
    this.acceptedHostKeys = this.acceptHostKeys(args);
    this.preflight = this.createPreflight(name, args);
    this.secret = args.secret ?? this.refuseSecret;
    this.clouds = this.createClouds(args);
    const placed = this.createCloudHosts(args);
    for (const step of planFleet(placed))
      this.made.set(step.id, this.make(step));
    this.hosts = this.madeAs("host", Host);
    this.services = this.madeServices;
    this.sites = this.madeAs("site", StaticSite);
    this.registerOutputs({});
  }

  private createPreflight(
    name: string,
    args: FleetArgs,
  ): Preflight | undefined {
    const plan = planPreflight(args);
    const accepted = [...this.acceptedHostKeys].map(
      ([host, { hostKeys }]) => [host, hostKeys] as const,
    );
    return (
      plan &&
      new Preflight(name, withHostKeys(plan, Object.fromEntries(accepted)), {
        parent: this,
      })
    );
  }

  /** First contacts come before everything else: all others recognise the host by what they record. */
  private acceptHostKeys({ hosts }: FleetArgs): Map<string, AcceptedHostKey> {
    const accepted = new Map<string, AcceptedHostKey>();
    for (const [name, host] of sorted(hosts)) {
      if (host.cloud || !host.acceptNewHostKey) continue;
      const { address, port, hostKeys: pinned } = host;
      const args = { hostId: name, name, address, port, pinned };
      accepted.set(name, new AcceptedHostKey(name, args, { parent: this }));
    }
    return accepted;
  }

  private createClouds(args: FleetArgs): Map<CloudProvider, Cloud> {
    const clouds = new Map<CloudProvider, Cloud>();
    for (const [provider, plan] of planClouds(args)) {
      const { publicKey } = args;
      if (publicKey === undefined)
        throw new pulumi.ResourceError(
          `publicKey: machines are made at ${provider}, and nothing says which key opens them; pass \`publicKey\` as loadFleet returns it`,
          this,
          true,
        );
      const options = { ...plan, publicKey };
      clouds.set(provider, new Cloud(provider, options, { parent: this }));
    }
    return clouds;
  }

  /** Makes the machines, and puts their addresses where the rest of the plan looks for them. */
  private createCloudHosts(args: FleetArgs): FleetArgs {
    const placed = cloudHosts(args).map(([name, config]) => {
      const cloud = this.clouds.get(config.cloud.provider);
      if (!cloud) throw new Error(`${name} has no cloud`);
      const { user, port } = config;
      const { breakGlassKey } = args;
      const protect = config.cloud.protect ?? keepsData(args, name);
      const host = new Host(
        name,
        { ...config.cloud, cloud, user, port, breakGlassKey, protect },
        { parent: this, dependsOn: this.preflight ?? [] },
      );
      this.made.set(`host:${name}`, host);
      // The fleet's hosts see each other under the addresses that their packets come from.
      const privateAddress = host.machine?.address;
      const placed = { ...config, address: host.address, privateAddress };
      return [name, placed] as const;
    });
    this.warnOfUnclaimed(args);
    return { ...args, hosts: { ...args.hosts, ...Object.fromEntries(placed) } };
  }

  /** Names machines with the stack's label that are nobody's; nothing waits for it. */
  private warnOfUnclaimed(args: FleetArgs): void {
    const stack = pulumi.getStack();
    const wanted = cloudHosts(args).map(([name, { cloud }]) =>
      machineName(stack, name, cloud.generation),
    );
    for (const { unclaimed } of this.clouds.values())
      void unclaimed.warnOfOthers(new Set(wanted));
  }

  private make(step: Step): Made {
    const opts = this.optionsOf(step);
    switch (step.kind) {
      case "host":
        return new Host(step.name, this.hostArgs(step), {
          ...opts,
          dependsOn: this.preflight ?? [],
        });
      case "break-glass":
        return new BreakGlassKey(
          step.name,
          { ...this.on(step), ...step.args },
          opts,
        );
      case "packages":
        return new Packages(
          step.name,
          { ...this.on(step), ...step.args },
          opts,
        );
      case "user":
        return new User(step.name, { ...this.on(step), ...step.args }, opts);
      case "hardening":
        return new Hardening(
          step.name,
          { ...this.on(step), ...step.args },
          opts,
        );
      case "service":
        return this.makeService(step, opts);
      case "client":
        return this.makeClient(step, opts);
      case "site":
        return new StaticSite(step.name, this.siteArgs(step), opts);
      case "firewall":
        return new Firewall(
          step.name,
          { ...this.on(step), ...step.args },
          opts,
        );
      case "cloud-firewall":
        return this.makeCloudFirewall(step, opts);
      case "gate":
        return new Gate(step.name, this.gateArgs(step), opts);
    }
  }

  private hostArgs({ name, args }: StepOf<"host">): HostArgs {
    const { hostKeys = args.hostKeys } = this.acceptedHostKeys.get(name) ?? {};
    return { ...args, hostKeys, acceptNewHostKey: false };
  }

  private makeCloudFirewall(
    { provider, host, part, rules }: StepOf<"cloud-firewall">,
    { dependsOn }: pulumi.ComponentResourceOptions,
  ): pulumi.CustomResource {
    const cloud = this.clouds.get(provider);
    if (!cloud) throw new Error(`there is no cloud ${provider}`);
    return cloud.createHostFirewall(host, part, rules, { dependsOn });
  }

  private makeService(
    { name, config, listen, access, ...step }: StepOf<"service">,
    opts: pulumi.ComponentResourceOptions,
  ): Service {
    const place = { ...this.on(step), listen, access, secret: this.secret };
    const made = makeService(name, config, place, opts);
    this.madeServices.set(name, made);
    return made;
  }

  private readonly refuseSecret: SecretOf = (name) => {
    throw new pulumi.ResourceError(
      `secret: the configuration names the secret ${name}, and nothing gives its value; pass \`secret\` as loadFleet returns it`,
      this,
      true,
    );
  };

  private makeClient(
    { name, client, config, address, ...step }: StepOf<"client">,
    opts: pulumi.ComponentResourceOptions,
  ): PostgresClient {
    const service = this.madeServices.get(
      step.service.replace(/^service:/, ""),
    );
    if (!service) throw new Error(`${step.service} was not made yet`);
    const place = { ...this.on(step), address };
    return makeClient(name, { client, service, config }, place, opts);
  }

  /** The host of a step, and what installs its packages. */
  private on(step: Pick<Step, "host">): {
    host: Host;
    packages: Packages | undefined;
  } {
    const packages = this.made.get(`packages:${step.host}`);
    return {
      host: this.find(`host:${step.host}`, Host),
      packages: packages instanceof Packages ? packages : undefined,
    };
  }

  private siteArgs({ nginx, args }: StepOf<"site">): StaticSiteArgs {
    return { ...args, nginx: this.find(nginx, Nginx) };
  }

  private gateArgs(step: StepOf<"gate">): GateArgs {
    const { gates } = step;
    const watch = Object.fromEntries(
      step.watch.map((id) => [id, this.revisionOf(id)]),
    );
    return { host: this.find(`host:${step.host}`, Host), gates, watch };
  }

  private optionsOf(step: Step): pulumi.ComponentResourceOptions {
    const dependsOn = step.after.map((id) => this.find(id, pulumi.Resource));
    return { parent: this, dependsOn };
  }

  private revisionOf(id: StepId): pulumi.Output<string> {
    const found = this.made.get(id);
    if (found && "revision" in found) return found.revision;
    throw new Error(`${id} has no revision to watch`);
  }

  private find<T>(id: StepId, type: abstract new (...args: never) => T): T {
    const found = this.made.get(id);
    if (found instanceof type) return found;
    throw new Error(`${id} was not made yet`);
  }

  private madeAs<T>(
    kind: string,
    type: abstract new (...args: never) => T,
  ): Map<string, T> {
    const found = new Map<string, T>();
    for (const [id, one] of this.made) {
      const [prefix, name = ""] = id.split(":");
      if (prefix === kind && one instanceof type) found.set(name, one);
    }
    return found;
  }
}

type Made =
  | Host
  | BreakGlassKey
  | Packages
  | User
  | Hardening
  | Service
  | PostgresClient
  | StaticSite
  | Firewall
  | pulumi.CustomResource
  | Gate;
