import * as pulumi from "@pulumi/pulumi";
import { catalogues } from "./catalogues.ts";
import type { Cloud } from "./cloud.ts";
import { machineTypes } from "./machine-types.ts";
import type { CloudMaker, FoundMachine } from "./maker.ts";
import { stackLabel } from "./name.ts";
import { resourcesInState } from "./state.ts";

/** A machine that a host is to have. */
export interface WantedMachine {
  /** Name at the provider. */
  readonly machineName: string;
  /** Name of its resource. */
  readonly logicalName: string;
  /** The host: the resource around it. */
  readonly host: pulumi.Resource;
}

/** What is known of a provider. */
type LookedAt = Pick<Cloud, "provider" | "labels"> & {
  readonly maker: Pick<CloudMaker, "findMachines" | "deleteCommand">;
};

/** The numbers of all resources of a type in the state. */
type ReadKnown = (type: string) => Promise<Pick<ReadonlySet<string>, "has">>;

/** What carries the stack's label there. */
interface Seen {
  /** Names of the machines that the state has. */
  readonly claimed: ReadonlySet<string>;
  /** Made by an update that was killed meanwhile, or whose answer was lost, or of a state that was lost. */
  readonly unclaimed: readonly FoundMachine[];
}

/**
 * The machines of a provider that carry the stack's label and are in nobody's state. The provider is asked once an
 * update, and what it does not answer fails nothing: an update that needs it says so itself.
 */
export class UnclaimedMachines {
  readonly #cloud: LookedAt;
  readonly #resource: pulumi.Resource | undefined;
  readonly #known: ReadKnown;
  #first: Promise<Seen> | undefined;

  /** Messages are about `resource`, and whose provider it has is asked. */
  constructor(
    cloud: LookedAt,
    resource?: pulumi.Resource,
    known: ReadKnown = resourcesInState,
  ) {
    this.#cloud = cloud;
    this.#resource = resource;
    this.#known = known;
  }

  /**
   * The name for a machine, once it is sure that none of that name is there without being in the state. Such a machine
   * would be paid for beside the second one, which DigitalOcean makes without a word.
   */
  async freeName(wanted: WantedMachine): Promise<string> {
    const { machineName, logicalName, host } = wanted;
    const { claimed, unclaimed } = await this.#seen();
    const found = unclaimed.find(({ name }) => name === machineName);
    if (!found || claimed.has(machineName)) return machineName;
    const fix = this.#waysOut(found, logicalName, await urnOf(host));
    const refused = `${this.#describe(found)}; no second one is made${fix}`;
    await pulumi.log.error(refused, host);
    // As the SDK says it where the reason was told already.
    throw new Error(
      `resource ${logicalName} [flotilla:index:Host] failed to register`,
    );
  }

  /** Warns of the machines that `freeName` does not refuse for one of these names. */
  async warnOfOthers(wanted: ReadonlySet<string>): Promise<void> {
    const { claimed, unclaimed } = await this.#seen();
    for (const found of unclaimed)
      if (!wanted.has(found.name) || claimed.has(found.name)) this.#warn(found);
  }

  /** Warns where there are two of a machine that was just made: a plugin asks again when an answer is lost. */
  async warnOfTwin(machineName: string, id: string): Promise<void> {
    const before = await this.#seen();
    if (before.claimed.has(machineName)) return;
    const { unclaimed } = await this.#look();
    for (const found of unclaimed)
      if (found.name === machineName && found.id !== id) this.#warn(found);
  }

  get #type(): string {
    return machineTypes[this.#cloud.provider];
  }

  #seen(): Promise<Seen> {
    this.#first ??= this.#look();
    return this.#first;
  }

  async #look(): Promise<Seen> {
    const { maker, labels, provider } = this.#cloud;
    try {
      const found = await maker.findMachines(labels, {
        ...(this.#resource && { parent: this.#resource }),
      });
      const known =
        found.length === 0 ? new Set() : await this.#known(this.#type);
      const claimed = found.filter(({ id }) => known.has(id));
      return {
        claimed: new Set(claimed.map(({ name }) => name)),
        unclaimed: found.filter(({ id }) => !known.has(id)),
      };
    } catch (error) {
      await pulumi.log.debug(`machines at ${provider}: ${String(error)}`);
      return { claimed: new Set(), unclaimed: [] };
    }
  }

  #describe({ name, id, address }: FoundMachine): string {
    const { provider } = catalogues[this.#cloud.provider];
    const place = address === "" ? "" : ` at ${address}`;
    return `${name} is at ${provider} (number ${id}${place}), carries the label of stack ${stackLabel(pulumi.getStack())} and is in nobody's state: an update was killed while it made it, or lost the answer`;
  }

  #waysOut({ id }: FoundMachine, resource: string, host: string): string {
    const { deleteCommand } = this.#cloud.maker;
    return [
      "",
      `→ when nothing on it is needed, delete it: ${deleteCommand(id)}`,
      `→ or take it over: pulumi import ${this.#type} ${resource} ${id} --parent 'host=${host}' --protect=false --generate-code=false`,
      "and run pulumi up again",
    ].join("\n    ");
  }

  #warn(found: FoundMachine): void {
    const { deleteCommand } = this.#cloud.maker;
    void pulumi.log.warn(
      `${this.#describe(found)}; you pay for it\n    → delete it when nobody needs it: ${deleteCommand(found.id)}`,
      this.#resource,
    );
  }
}

/** A resource's URN alone: as an output it would make whatever uses it wait for all children of that resource. */
function urnOf(resource: pulumi.Resource): Promise<string> {
  return new Promise((resolve) => void resource.urn.apply(resolve));
}
