import type { Engine } from "../../../../provider/server/engine.ts";
import type { PropertyMap } from "../../../../provider/server/property.ts";
import { Teller } from "./failure.ts";
import type { Known, ManagedPlugin } from "./plugin.ts";

/** A plugin that has been configured. */
export class Session<Api> {
  readonly plugin: ManagedPlugin<Api>;
  readonly teller: Teller<Api>;
  #api: Api | undefined;

  constructor(plugin: ManagedPlugin<Api>, engine: Engine) {
    this.plugin = plugin;
    this.teller = new Teller(plugin, engine);
  }

  /** Takes a configuration; nothing is asked of the API yet. */
  configure(configuration: PropertyMap): void {
    this.#api = this.plugin.connect(configuration);
  }

  /** The API. */
  get api(): Api {
    if (this.#api === undefined) {
      throw new Error(
        `the plugin ${this.plugin.schema.name} has not been configured`,
      );
    }
    return this.#api;
  }

  /** When a call ends at the latest, where the program gave it a limit of its own. */
  deadlineOf(request: { getTimeout(): number }): number | undefined {
    const seconds = request.getTimeout();
    return seconds > 0 ? Date.now() + seconds * 1000 : undefined;
  }

  /** Throws what a Check cannot go beyond. */
  refuseInputs(known: Known<Api>, inputs: PropertyMap, urn: string): void {
    const refusal = known.resource.checkRefusal?.(inputs);
    if (refusal) throw new Error(this.teller.tellTitled(refusal, urn));
  }

  /** Throws what the resource says against a plan. */
  refuse(known: Known<Api>, inputs: PropertyMap, urn: string): void {
    const refusal = known.resource.refusal?.(inputs);
    if (refusal === undefined) return;
    const doing = { verb: "diffing", urn } as const;
    throw new Error(
      this.teller.tell(new Error(refusal), known, { urn, doing }),
    );
  }
}
