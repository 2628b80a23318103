import { Hono } from "hono";
import pLimit from "p-limit";
import { type Action, type ActionKeeper, Actions } from "./action.ts";
import { Collection, type Kept } from "./collection.ts";
import type { Account } from "./digitalocean/account.ts";
import { createDigitaloceanApp } from "./digitalocean/app.ts";
import { planConnections as planDigitaloceanConnections } from "./digitalocean/connection.ts";
import { planFilters as planDigitaloceanFilters } from "./digitalocean/filter.ts";
import { planZones } from "./digitalocean/domain.ts";
import type { Zone } from "./dns/zone.ts";
import type { HostFilter } from "./filter/rule.ts";
import { createHetznerApp } from "./hetzner/app.ts";
import { planConnections as planHetznerConnections } from "./hetzner/connection.ts";
import { planFilters as planHetznerFilters } from "./hetzner/filter.ts";
import { adoptAddresses, heldAddresses } from "./hetzner/primary-ip.ts";
import type { Project } from "./hetzner/project.ts";
import type { Connections, Hosts } from "./hosts.ts";
import { readBody } from "./http/body.ts";
import { fault, Faults } from "./http/faults.ts";
import { loadCloudState, saveCloudState, type CloudState } from "./state.ts";
import type { Tenant } from "./tenant.ts";
import type { CloudTokens } from "./tokens.ts";

/** What a cloud is made of. */
export interface CloudOptions {
  /** Everything that it must still know after a restart. */
  readonly stateFile: string;
  readonly tokens: CloudTokens;
  readonly hosts: Hosts;
  /** Brings the packet filter in front of the hosts to this. */
  readonly loadFilters: (filters: readonly HostFilter[]) => Promise<void>;
  /** Makes these the names that hosts and this machine can ask for. */
  readonly loadZones: (zones: readonly Zone[]) => void;
}

/** The providers' APIs over the hosts of one lab. */
export class Cloud {
  /** Serves all of them. */
  readonly app: Hono;
  readonly hetzner: Project;
  readonly digitalocean: Account;
  readonly #options: CloudOptions;
  readonly #state: CloudState;
  readonly #faults = new Faults();
  readonly #oneAtATime = pLimit(1);

  private constructor(options: CloudOptions, state: CloudState) {
    this.#options = options;
    this.#state = state;
    this.hetzner = this.#createProject();
    adoptAddresses(this.hetzner);
    this.digitalocean = this.#createAccount();
    const { tokens } = options;
    const faults = this.#faults;
    const hetzner = { token: tokens.hetzner, faults };
    const digitalocean = { token: tokens.digitalocean, faults };
    this.app = new Hono();
    this.app
      .route("/lab/faults", faultRoutes(this.#faults))
      .route("/v1", createHetznerApp(this.hetzner, hetzner))
      .route("/v2", createDigitaloceanApp(this.digitalocean, digitalocean));
  }

  /** Reads the state; actions that were cut off have failed. Filters are loaded as they were. */
  static async open(options: CloudOptions): Promise<Cloud> {
    const cloud = new Cloud(options, await loadCloudState(options.stateFile));
    await cloud.commit();
    return cloud;
  }

  /** Waits until no action runs. */
  async settled(): Promise<void> {
    await this.hetzner.actions.settled();
    await this.digitalocean.actions.settled();
  }

  /** Keeps the state, and brings cables and filters to it. */
  async commit(): Promise<void> {
    await this.#oneAtATime(async () => {
      await saveCloudState(this.#options.stateFile, this.#state);
      // An address is filtered before it leads anywhere.
      await this.#options.loadFilters([
        ...planHetznerFilters(this.hetzner),
        ...planDigitaloceanFilters(this.digitalocean),
      ]);
      await this.#options.hosts.connect(this.#planConnections());
      this.#options.loadZones(planZones(this.digitalocean));
    });
  }

  #planConnections(): Connections {
    const { hetzner, digitalocean } = this;
    return {
      hosts: [
        ...planHetznerConnections(hetzner),
        ...planDigitaloceanConnections(digitalocean),
      ],
      addresses: [
        ...heldAddresses(hetzner),
        ...digitalocean.reservedIps.all().map(({ ip }) => ip),
      ],
      wires: [
        ...hetzner.networks.all().map(({ id }) => id),
        ...digitalocean.vpcs.all().map(({ wire }) => wire),
      ],
    };
  }

  #createProject(): Project {
    const { hetzner } = this.#state;
    return {
      ...this.#createTenant(hetzner.actions),
      sshKeys: new Collection(hetzner.sshKeys),
      images: new Collection(hetzner.images),
      servers: new Collection(hetzner.servers),
      primaryIps: new Collection(hetzner.primaryIps),
      placementGroups: new Collection(hetzner.placementGroups),
      networks: new Collection(hetzner.networks),
      firewalls: new Collection(hetzner.firewalls),
    };
  }

  #createAccount(): Account {
    const { digitalocean } = this.#state;
    return {
      ...this.#createTenant(digitalocean.actions),
      keys: new Collection(digitalocean.keys),
      tags: new Collection(digitalocean.tags),
      snapshots: new Collection(digitalocean.snapshots),
      droplets: new Collection(digitalocean.droplets),
      domains: new Collection(digitalocean.domains),
      domainRecords: new Collection(digitalocean.domainRecords),
      reservedIps: new Collection(digitalocean.reservedIps),
      vpcs: new Collection(digitalocean.vpcs),
      firewalls: new Collection(digitalocean.firewalls),
    };
  }

  #createTenant(actions: Kept<Action>): Tenant {
    const keeper: ActionKeeper = {
      nextId: () => this.#state.nextId++,
      commit: () => this.commit(),
    };
    const { hosts } = this.#options;
    return { ...keeper, actions: new Actions(actions, keeper), hosts };
  }
}

/** `/lab/faults`: errors on demand, for tests. It needs no token: whoever reaches it is on this machine. */
function faultRoutes(faults: Faults): Hono {
  const app = new Hono();
  app
    .onError(({ message }, context) => context.json({ message }, 422))
    .post("/", async (context) => {
      faults.add(await readBody(context, fault));
      return context.body(null, 204);
    })
    .get("/", (context) => context.json({ faults: faults.waiting }))
    .delete("/", (context) => {
      faults.clear();
      return context.body(null, 204);
    });
  return app;
}
