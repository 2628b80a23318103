import os from "node:os";
import ssh2 from "ssh2";
import type { Connection, HostInput } from "../../manifest/manifest.ts";
import {
  loadRuntimeFiles,
  type RuntimeFiles,
} from "../runtime/runtime-files.ts";
import { SshPool } from "../ssh/pool.ts";
import { ComponentProcess } from "./component-process.ts";
import type { Configuration } from "./configuration.ts";
import type { Engine } from "./engine.ts";
import type { Trace } from "./trace.ts";

/** What one run of the plugin shares between its calls. */
export class Session {
  readonly engine: Engine;
  readonly trace: Trace;
  /** Makes components for programs in other languages. */
  readonly components: ComponentProcess;
  /** Aborted by Cancel, and when the engine is gone. */
  readonly #abort = new AbortController();
  readonly #warned = new Set<string>();
  readonly #read = new Set<string>();
  readonly #connections = new Map<string, Connection>();
  readonly #machines = new Map<string, string>();
  readonly #firstMet = new Set<string>();
  #configuration: Configuration | undefined;
  #pool: SshPool | undefined;
  #runtime: Promise<RuntimeFiles> | undefined;

  constructor(engine: Engine, trace: Trace) {
    this.engine = engine;
    this.trace = trace;
    this.components = new ComponentProcess(engine.address);
  }

  /** Takes the provider's configuration. */
  configure(configuration: Configuration): void {
    this.#configuration = configuration;
    this.#pool = new SshPool({
      privateKey: configuration.privateKey,
      previousPrivateKey: configuration.previousPrivateKey,
      connectTimeoutSeconds: configuration.connectTimeoutSeconds,
      signal: this.#abort.signal,
      onDial: ({ name }, outcome) => {
        this.trace("dial", name, outcome);
      },
    });
  }

  get configuration(): Configuration {
    if (!this.#configuration) throw notConfigured();
    return this.#configuration;
  }

  get pool(): SshPool {
    if (!this.#pool) throw notConfigured();
    return this.#pool;
  }

  /** The blob of the public key, in base64. */
  get publicKey(): string {
    const key = ssh2.utils.parseKey(this.configuration.privateKey);
    if (key instanceof Error) return "";
    return key.getPublicSSH().toString("base64");
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Who holds the lock of a host, for whoever waits for it. */
  get owner(): string {
    return `${this.configuration.stack} on ${os.hostname()}, pid ${String(process.ppid)}`;
  }

  /** The shell files for hosts. */
  async runtime(): Promise<RuntimeFiles> {
    this.#runtime ??= loadRuntimeFiles();
    return this.#runtime;
  }

  /** True the first time that it is asked about a host and a subject: one warning per host, not one per manifest. */
  isFirstWarning({ id }: HostInput, about = "reach"): boolean {
    const key = `${about} ${id}`;
    if (this.#warned.has(key)) return false;
    this.#warned.add(key);
    return true;
  }

  /** Whether the configuration says of a host that its machine was rebuilt: what the state knows of it does not count. */
  isRebuilt(name: string): boolean {
    return this.#configuration?.replace.includes(name) ?? false;
  }

  /** Remembers that a resource was just read. */
  wasRead(urn: string): void {
    this.#read.add(urn);
  }

  /** Whether a diff belongs to a refresh: the engine asks for that one right after Read, and for a plan's after Check. */
  isAfterRead(urn: string): boolean {
    return this.#read.has(urn);
  }

  /** A plan begins for the resource. */
  wasChecked(urn: string): void {
    this.#read.delete(urn);
  }

  /** Remembers how the program enters a host. */
  wasDeclared({ id, name, connection }: HostInput): void {
    this.#connections.set(id, connection);
    this.#machines.set(name, id);
  }

  /** Whether the program was run, and spoke of any host. */
  get hasDeclarations(): boolean {
    return this.#connections.size > 0;
  }

  /** Whether another machine has taken a machine's place: what was on it need not be removed there. */
  isReplaced({ id, name }: HostInput): boolean {
    return (this.#machines.get(name) ?? id) !== id;
  }

  /** How the program enters a host by now; `undefined` when it did not speak of it. */
  connectionOf(hostId: string): Connection | undefined {
    return this.#connections.get(hostId);
  }

  /** Remembers that a machine was entered for the first time: it was made just now. */
  wasFirstMet({ id }: HostInput): void {
    this.#firstMet.add(id);
  }

  /** Whether this update entered a machine for the first time. */
  isFirstMet(hostId: string): boolean {
    return this.#firstMet.has(hostId);
  }

  /** Starts nothing new and asks running jobs to stop after their step. */
  cancel(): void {
    this.#abort.abort();
  }
}

function notConfigured(): Error {
  return new Error(
    "the provider has no configuration: create a flotilla.Provider with a private key and pass it down as 'provider'",
  );
}
