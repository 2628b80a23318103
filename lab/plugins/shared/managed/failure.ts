import type { Engine } from "../../../../provider/server/engine.ts";
import type { Known, ManagedPlugin } from "./plugin.ts";

/** What goes on with which resource, for the words of an error. */
export interface Doing {
  readonly verb:
    "creating" | "updating" | "deleting" | "refreshing" | "diffing";
  readonly urn: string;
}

/** Puts an error into the official plugin's words and tells it to the engine's log. */
export class Teller<Api> {
  readonly #plugin: ManagedPlugin<Api>;
  readonly #engine: Engine;

  constructor(plugin: ManagedPlugin<Api>, engine: Engine) {
    this.#plugin = plugin;
    this.#engine = engine;
  }

  /** @param doing names the resource before the message; undefined while there is none yet */
  tell(
    error: unknown,
    known: Known<Api>,
    { urn, doing }: { urn: string; doing?: Doing },
  ): string {
    const { name, version } = this.#plugin.schema;
    const style = known.resource.style ?? "sdk";
    const { title, message } = this.#plugin.describe(error, style);
    if (title !== undefined) return this.tellTitled({ title, message }, urn);
    this.#engine
      .logOf(urn)
      .say(
        "error",
        `  sdk-v2/provider2.go:571: sdk.helper_schema: ${message}: provider=${name}@${version}`,
      );
    const prefix = doing ? `${doing.verb} ${doing.urn}: ` : "";
    return `${prefix}1 error occurred:\n\t* ${message}\n\n`;
  }

  /** The newer kind's errors have a title. */
  tellTitled(
    { title, message }: { title: string; message: string },
    urn: string,
  ): string {
    this.#engine.logOf(urn).say("error", `[ERROR] ${message}: ${title}`);
    return `${title}: ${message}`;
  }
}
