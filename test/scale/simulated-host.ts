import { SimulatedPaths, StepFailed } from "./simulated-paths.ts";
import { preflightRecords } from "./simulated-preflight.ts";

interface Job {
  readonly id: string;
  readonly manifest: string;
  readonly desired: string;
  readonly attempt: string;
  readonly lines: readonly string[];
  readonly outcome: string;
  isAcknowledged: boolean;
}

/** A bundle, unpacked. */
export interface Bundle {
  readonly plan: string;
  readonly payloads: ReadonlyMap<string, Buffer>;
  /** Whether the runtime came with it. */
  readonly hasRuntime: boolean;
}

/** Jobs of one manifest that a host remembers. */
const JOBS_KEPT = 5;

/**
 * A host that is not there: files, directories, links and packages in memory, behind the protocol of docs/runtime.md.
 * What it does not know it refuses, so that no test can rest on what it only seems to do. The same cases run on it
 * and on a real host: their journals must be equal.
 */
export class SimulatedHost {
  readonly paths = new SimulatedPaths();
  /** Installed packages: name → version. */
  readonly packages = new Map<string, string>();
  readonly #name: string;
  /** What could be installed: name → version. */
  readonly #archive: ReadonlyMap<string, string>;
  readonly #ledger = new Map<string, string>();
  /** Hashes of runtimes that came with some bundle. */
  readonly #runtimes = new Set<string>();
  #jobs: Job[] = [];
  #generation = 0;

  constructor(name: string, archive: ReadonlyMap<string, string>) {
    this.#name = name;
    this.#archive = archive;
  }

  /** The records of one observation, or of one preflight. */
  observe(calls: readonly (readonly string[])[]): string {
    return calls
      .flatMap(
        ([name = "", ...words]) =>
          preflightRecords(this.#name, [name, ...words]) ??
          this.#observeCall(name, words),
      )
      .map((record) => `${record}\n`)
      .join("");
  }

  /** Runs a job to its end and gives back what it says. */
  apply(id: string, bundle: Bundle, runtime: string): readonly string[] {
    if (bundle.hasRuntime) this.#runtimes.add(runtime);
    if (!this.#runtimes.has(runtime))
      throw new Error(`${this.#name} never got the runtime ${runtime}`);
    const known = this.#jobs.find((job) => job.id === id);
    if (known?.isAcknowledged)
      return refused(
        "job",
        `job ${id} has run already (${known.outcome}): an id is never run twice`,
      );
    if (known) return [`job\t${id}\tattached`, ...known.lines.slice(1)];
    const plan = bundle.plan
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split("\t"));
    const meta = new Map(
      plan
        .filter(([type]) => type === "meta")
        .map(([, name = "", value = ""]) => [name, value]),
    );
    const lines = this.#run(id, plan, meta, bundle);
    const job = {
      id,
      manifest: meta.get("manifest") ?? "",
      desired: meta.get("desired") ?? "-",
      attempt: meta.get("attempt") ?? "0",
      lines,
      outcome: lines.at(-1)?.split("\t")[1] ?? "",
      isAcknowledged: false,
    };
    this.#jobs.push(job);
    const own = this.#jobs.filter(({ manifest }) => manifest === job.manifest);
    const pruned = own.slice(0, -JOBS_KEPT);
    this.#jobs = this.#jobs.filter((one) => !pruned.includes(one));
    return lines;
  }

  /** The follower heard the end of a job. */
  acknowledge(id: string): void {
    for (const job of this.#jobs) if (job.id === id) job.isAcknowledged = true;
  }

  #run(
    id: string,
    plan: readonly (readonly string[])[],
    meta: ReadonlyMap<string, string>,
    bundle: Bundle,
  ): string[] {
    const begin = `job\t${id}\tstarted`;
    if (meta.get("generation") !== String(this.#generation))
      return [
        begin,
        failedLine(
          "-",
          "generation",
          75,
          "another job has changed this host since it was read",
        ),
        "end\tstale",
      ];
    const before = this.paths.snapshot();
    const lines = [begin];
    try {
      for (const [type, ...fields] of plan)
        if (type === "step") lines.push(...this.#step(fields, bundle));
        else if (type === "gate") throw new Error(`${this.#name} has no gates`);
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      lines.push(...(JSON.parse(error.message) as string[]));
      lines.push(`restored\t${this.#restore(before)}`, "end\trestored");
      this.#generation += 1;
      return lines;
    }
    for (const [type, key = ""] of plan) {
      if (type === "own") this.#ledger.set(key, meta.get("manifest") ?? "");
      if (type === "disown") this.#ledger.delete(key);
    }
    this.#generation += 1;
    return [...lines, "end\tcommitted"];
  }

  /** Puts the paths back and counts those that differed. */
  #restore(before: ReturnType<SimulatedPaths["snapshot"]>): number {
    const after = this.paths.snapshot();
    const touched = new Set([...before.keys(), ...after.keys()]);
    this.paths.restore(before);
    return [...touched].filter(
      (path) =>
        JSON.stringify(before.get(path)) !== JSON.stringify(after.get(path)),
    ).length;
  }

  #step(fields: readonly string[], bundle: Bundle): string[] {
    const [id = "", verb = "", ...words] = fields;
    const main =
      verb === "file"
        ? (words[1] ?? "")
        : verb.startsWith("packages")
          ? words.join(" ")
          : (words[0] ?? "");
    const begin = `step\t${id}\tbegin\t${verb} ${main}`;
    try {
      const said = this.#do(verb, words, bundle);
      return [begin, ...said, `step\t${id}\tend\t${verb} ${main}\t0`];
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      throw new StepFailed(
        JSON.stringify([begin, failedLine(id, verb, 1, error.message)]),
      );
    }
  }

  #do(verb: string, words: readonly string[], bundle: Bundle): string[] {
    const [a = "", b = "", c = "", d = "", e = ""] = words;
    switch (verb) {
      case "file":
        this.paths.file(payload(bundle, a), b, c, d, e);
        return [];
      case "directory":
        this.paths.directory(a, b, c, d);
        return [];
      case "attributes":
        this.paths.attributes(a, b, c, d);
        return [];
      case "link":
        this.paths.link(a, b);
        return [];
      case "remove":
        return this.paths.remove(a) ? [] : [`kept\t${a}`];
      case "packages-install":
        for (const name of words) this.#install(name);
        return [];
      case "packages-purge":
        for (const name of words) this.packages.delete(name);
        return [];
      default:
        throw new Error(`${this.#name} knows no step ${verb}`);
    }
  }

  #install(wanted: string): void {
    const [name = "", version] = wanted.split("=");
    const offered = this.#archive.get(name);
    if (offered === undefined || (version !== undefined && version !== offered))
      throw new StepFailed(
        `apt does not know what was asked: E: Unable to locate package ${name}`,
      );
    this.packages.set(name, offered);
  }

  #observeCall(name: string, words: readonly string[]): string[] {
    switch (name) {
      case "observe_host":
        return this.#facts();
      case "observe_generation":
        return [
          `generation\t${this.#generation}`,
          ...[...this.#runtimes].map((hash) => `runtime\t${hash}`),
        ];
      case "observe_ledger":
        return this.#owners(words);
      case "observe_jobs":
        return this.#jobsOf(words[0] ?? "");
      case "observe_paths":
        return words.map((path) => {
          const node = this.paths.at(path);
          return node
            ? `path\t${path}\t${node.type}\t${node.mode}\t${node.owner}\t${node.group}\t${node.content}`
            : `path\t${path}\tmissing\t-\t-\t-\t-`;
        });
      case "observe_packages":
        return words.map((one) => {
          const version = this.packages.get(one);
          return `package\t${one}\t${version ? "installed" : "missing"}\t${version ?? "-"}\tok`;
        });
      case "observe_complete":
        return ["complete"];
      default:
        throw new Error(`${this.#name} cannot be asked for ${name}`);
    }
  }

  #facts(): string[] {
    const facts = {
      ...{ cpus: 2, memoryKib: 2_000_000, diskKib: 40_000_000 },
      ...{ os: "debian 12", kernel: "6.1.0", architecture: "x86_64" },
      hostname: this.#name,
    };
    return Object.entries(facts).map(
      ([key, value]) => `host\t${key}\t${value}`,
    );
  }

  #owners([manifest = "", ...keys]: readonly string[]): string[] {
    return [...this.#ledger]
      .filter(([key, owner]) => keys.includes(key) || owner === manifest)
      .map(([key, owner]) => `owner\t${key}\t${owner}`);
  }

  #jobsOf(manifest: string): string[] {
    return this.#jobs
      .filter((job) => job.manifest === manifest)
      .map(({ id, desired, attempt, outcome, isAcknowledged }) =>
        [
          "job",
          id,
          desired,
          attempt,
          "finished",
          outcome,
          isAcknowledged ? "acknowledged" : "unacknowledged",
        ].join("\t"),
      );
  }
}

function payload({ payloads }: Bundle, number: string): Buffer {
  const found = payloads.get(number);
  if (!found) throw new Error(`the bundle has no payload ${number}`);
  return found;
}

function failedLine(
  step: string,
  verb: string,
  code: number,
  sentence: string,
): string {
  return ["failed", step, verb, code, sentence].join("\t");
}

function refused(layer: string, sentence: string): string[] {
  return [failedLine("-", layer, 73, sentence), "end\trefused"];
}
