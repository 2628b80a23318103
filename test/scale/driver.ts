import {
  parseObservation,
  renderObserve,
  type Observation,
} from "../../provider/facts/index.ts";
import {
  parseItems,
  planJob,
  renderPlan,
  type Items,
  type JobPlan,
} from "../../provider/operations/index.ts";
import { renderBundle } from "../../provider/runtime/bundle.ts";
import type { RuntimeFiles } from "../../provider/runtime/runtime-files.ts";
import type { Wanted } from "./cases.ts";

/** A host, real or not, as the provider's code sees it. */
export interface Site {
  /** Runs `host/observe/` with these calls behind it. */
  observe(script: string): Promise<string>;
  /** Runs a job, acknowledges it and gives back its lines. */
  apply(job: string, bundle: Buffer): Promise<readonly string[]>;
}

/** What a host said while one case ran. */
export interface Said {
  readonly refused: readonly string[];
  readonly journal: readonly string[];
  /** What is there afterwards. */
  readonly seen: string;
}

/** Takes hosts from case to case by the provider's own planning. */
export class Driver {
  readonly #runtime: RuntimeFiles;
  readonly #site: Site;
  #previous: Items = new Map();
  #attempt = 0;

  constructor(runtime: RuntimeFiles, site: Site) {
    this.#runtime = runtime;
    this.#site = site;
  }

  async run(wanted: Wanted): Promise<Said> {
    const items = parseItems(wanted);
    const observation = parseObservation(await this.#look(items));
    const plan = this.#plan(items, observation);
    const refused = plan.refused.map(({ key, reason }) => `${key}: ${reason}`);
    const isIdle = plan.operations.length === 0 || refused.length > 0;
    const lines = isIdle
      ? []
      : await this.#site.apply(
          plan.jobId,
          await this.#bundle(plan, observation),
        );
    if (lines.at(-1) === "end\tcommitted") this.#previous = items;
    return {
      refused,
      journal: lines.flatMap((line) => comparable(line)),
      seen: await this.#look(items),
    };
  }

  #plan(items: Items, observation: Observation): JobPlan {
    this.#attempt += 1;
    return planJob({
      manifestId: "m",
      lockOwner: "test",
      observation,
      digestKey: "key",
      deadlineSeconds: 120,
      lockWaitSeconds: 5,
      attempt: this.#attempt,
      login: { user: "root", publicKey: "" },
      items,
      previousItems: this.#previous,
      gates: {},
    });
  }

  async #look(items: Items): Promise<string> {
    const calls = renderObserve({
      manifestId: "m",
      items: [...this.#previous.values(), ...items.values()],
    });
    const said = await this.#site.observe(`${this.#runtime.observe}\n${calls}`);
    return said
      .split("\n")
      .filter((record) => !record.startsWith("host\t"))
      .sort(
        (a, b) =>
          Number(a === "complete") - Number(b === "complete") ||
          (a < b ? -1 : 1),
      )
      .filter((record) => record !== "")
      .concat("")
      .join("\n");
  }

  /** With the runtime only where the host has not got it, as the provider does. */
  async #bundle(plan: JobPlan, { runtimes }: Observation): Promise<Buffer> {
    const payloads = plan.payloads.map((one) =>
      "content" in one ? one.content : "",
    );
    return renderBundle({
      runtime: runtimes.has(this.#runtime.hash) ? undefined : this.#runtime,
      plan: renderPlan(plan.records),
      payloads,
    });
  }
}

/** What both kinds of host must say alike: no times, nothing that a program printed. */
function comparable(line: string): string[] {
  const fields = line.split("\t");
  if (fields[0] === "log" || fields[0] === "tail" || fields[0] === "wait")
    return [];
  if (fields[0] === "step" && fields[2] === "end")
    return [fields.slice(0, 4).join("\t")];
  return [line];
}
