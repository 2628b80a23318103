import { readFile } from "node:fs/promises";
import type { Observation } from "../../../provider/facts/index.ts";
import { asObserved } from "../../../provider/server/converge.ts";
import { Engine } from "../../../provider/server/engine.ts";
import { parseInputs } from "../../../provider/server/inputs.ts";
import { observe } from "../../../provider/server/observe.ts";
import {
  gatesOnHost,
  seeOutside,
} from "../../../provider/server/outside-gates.ts";
import {
  isRecord,
  Secret,
  type PropertyMap,
} from "../../../provider/server/property.ts";
import { Session } from "../../../provider/server/session.ts";
import { parseState } from "../../../provider/server/state.ts";
import { taskOf, type Task } from "../../../provider/server/task.ts";
import type { StateResource, TestFleet } from "../test-fleet.ts";

/** What a refresh would show: `<host> <item's key>`, and what was seen in place of what is wanted. */
export type Drift = ReadonlyMap<string, string>;

interface Manifest {
  readonly urn: string;
  readonly task: Task;
  /** What the state has. */
  readonly known: Readonly<Record<string, string>>;
}

/** Looks at the hosts of a state by the provider's own code over SSH, as a refresh does, but at all manifests of a host at once. */
export class Refresher {
  readonly #session: Session;
  readonly #manifests: readonly Manifest[];

  private constructor(session: Session, manifests: readonly StateResource[]) {
    this.#session = session;
    this.#manifests = manifests.map(({ urn, id, inputs, outputs }) => {
      const state = parseState(inClear(outputs));
      const parsed = parseInputs(inClear(inputs));
      const args = { manifestId: id, urn, inputs: parsed, state };
      return { urn, task: taskOf(session, args), known: state.observed };
    });
  }

  static async open(fleet: TestFleet): Promise<Refresher> {
    const session = new Session(new Engine(undefined), () => undefined);
    session.configure({
      privateKey: await readFile(fleet.lab.keyFile, "utf8"),
      stack: "test",
      forgetHosts: [],
      replace: [],
      connectTimeoutSeconds: 15,
      lockWaitSeconds: 30,
    });
    const { deployment } = await fleet.state("--show-secrets");
    const manifests = deployment.resources.filter(
      ({ type }) => type === "flotilla:index:Manifest",
    );
    return new Refresher(session, manifests);
  }

  close(): void {
    this.#session.cancel();
  }

  /** Every item and gate, `<host> <key>` → the URN of its manifest. */
  get owners(): ReadonlyMap<string, string> {
    return new Map(
      this.#manifests.flatMap(({ urn, task, known }) =>
        Object.keys(known).map((key) => [`${hostOf(task)} ${key}`, urn]),
      ),
    );
  }

  /** What differs from the state at this moment. */
  async drift(): Promise<Drift> {
    const hosts = new Set(this.#manifests.map(({ task }) => hostOf(task)));
    const found = [...hosts].map((host) => this.#driftOn(host));
    return new Map((await Promise.all(found)).flat());
  }

  async #driftOn(host: string): Promise<[string, string][]> {
    const here = this.#manifests.filter(({ task }) => hostOf(task) === host);
    const gates = Object.assign(
      {},
      ...here.map(({ task }) => (task.items.size > 0 ? {} : task.inputs.gates)),
    ) as Task["inputs"]["gates"];
    const [first] = here;
    if (!first) return [];
    const observation = await observe(this.#session, first.task.inputs.host, {
      manifestId: first.task.manifestId,
      items: here.flatMap(({ task }) => [...task.items.values()]),
      gates: gatesOnHost(gates),
    });
    const outside = await seeOutside(gates);
    return here.flatMap((manifest) =>
      driftOf(manifest, { ...seenBy(manifest, observation), ...outside }),
    );
  }
}

function seenBy({ task }: Manifest, observation: Observation) {
  return asObserved(task, observation).observed;
}

function driftOf(
  { task, known }: Manifest,
  seen: Readonly<Record<string, string>>,
): [string, string][] {
  return Object.entries(known).flatMap(([key, state]): [string, string][] => {
    const now = seen[key] ?? "not observed";
    return now === state ? [] : [[`${hostOf(task)} ${key}`, now]];
  });
}

function hostOf({ inputs }: Task): string {
  return inputs.host.name;
}

function inClear(properties: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, secretsOf(value)]),
  );
}

/** A state in clear writes a secret as its JSON text. */
function secretsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(secretsOf);
  if (!isRecord(value)) return value;
  const { plaintext } = value;
  return typeof plaintext === "string" && Object.keys(value).length === 2
    ? new Secret(JSON.parse(plaintext))
    : inClear(value);
}
