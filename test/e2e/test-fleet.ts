import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import YAML from "yaml";
import { Lab, type LabOptions } from "../../lab/index.ts";
import { checkout } from "../../toolchain/build.ts";
import { testLab } from "./test-lab.ts";
import {
  ensureEnvironment,
  fileBackend,
  processEnvironment,
} from "../../toolchain/environment.ts";

/** How a Pulumi command ended. */
export interface PulumiResult {
  readonly code: number;
  /** Both streams, in the order in which they came, without colour. */
  readonly output: string;
  readonly seconds: number;
}

/** A configuration in the form of `flotilla:fleet`; tests change single keys of it. */
export type FleetDocument = ReturnType<typeof document>;

/**
 * The real program on real lab hosts, with a stack, a state and a site of its own.
 * Nothing of it is in the checkout, and nothing of it is the user's.
 */
export class TestFleet {
  readonly lab: Lab;
  readonly folder: string;
  readonly environment: Record<string, string>;
  config: FleetDocument;

  private constructor(
    lab: Lab,
    folder: string,
    environment: Record<string, string>,
    config: FleetDocument,
  ) {
    this.lab = lab;
    this.folder = folder;
    this.environment = environment;
    this.config = config;
  }

  /** Fresh hosts of this worker's lab, and an empty stack for them. */
  static async open(
    options: Pick<LabOptions, "disk"> = {},
  ): Promise<TestFleet> {
    const name = testLab();
    const lab = await Lab.open({ name, ...options });
    // Hosts that are on already stay as they are: the lab's own servers are all that this adds.
    await lab.reset(["web-1", "db-1"]);
    await lab.up(["web-1", "db-1"]);
    return TestFleet.openOn(lab, (folder) => document(lab, folder));
  }

  /** An empty stack for hosts that are there, or that its program makes. */
  static async openOn(
    lab: Lab,
    plan: (folder: string) => FleetDocument,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<TestFleet> {
    const base = await ensureEnvironment({ lab: lab.name });
    const folder = await mkdtemp(path.join(os.tmpdir(), "flotilla-e2e-"));
    const environment = {
      ...processEnvironment(base),
      PULUMI_BACKEND_URL: fileBackend(path.join(folder, "state")),
      NO_COLOR: "1",
      ...variables,
    };
    const fleet = new TestFleet(lab, folder, environment, plan(folder));
    await fleet.prepare();
    return fleet;
  }

  /** Ends the hosts and removes everything that was written. */
  async close(): Promise<void> {
    await this.lab.down();
    await rm(this.folder, { recursive: true, force: true });
  }

  get siteFolder(): string {
    return siteFolderOf(this.folder);
  }

  get stateFolder(): string {
    return path.join(this.folder, "state");
  }

  address(host: string): string {
    return this.lab.address(host);
  }

  async writeSite(name: string, content: string): Promise<void> {
    await writeFile(path.join(this.siteFolder, name), content);
  }

  /** Runs one Pulumi command of the program to its end. */
  async pulumi(...words: string[]): Promise<PulumiResult> {
    const begin = performance.now();
    const result = await this.start(...words);
    return {
      code: result.exitCode ?? -1,
      output: result.all,
      seconds: (performance.now() - begin) / 1000,
    };
  }

  /** `pulumi up` that must succeed. */
  async up(...words: string[]): Promise<PulumiResult> {
    return this.mustSucceed("up", "--yes", "--skip-preview", ...words);
  }

  /** A command that must succeed: its output is the message when it does not. */
  async mustSucceed(...words: string[]): Promise<PulumiResult> {
    const result = await this.pulumi(...words);
    if (result.code !== 0) throw new Error(result.output);
    return result;
  }

  /** `pulumi up` that must fail. */
  async upFails(...words: string[]): Promise<PulumiResult> {
    const result = await this.pulumi("up", "--yes", "--skip-preview", ...words);
    if (result.code === 0)
      throw new Error(`the update succeeded:\n${result.output}`);
    return result;
  }

  /** Starts a command as the leader of a process group, so that all of it can be killed at once. */
  start(...words: string[]) {
    return execa("pulumi", withStack(words, this.configFile), {
      cwd: checkout,
      env: this.environment,
      stdin: "ignore",
      all: true,
      reject: false,
      detached: true,
      cleanup: true,
      timeout: 8 * 60_000,
    });
  }

  /** How many locks lie on the state. */
  async lockFiles(): Promise<number> {
    const found = await readdir(path.join(this.stateFolder, ".pulumi/locks"), {
      recursive: true,
    }).catch(() => []);
    return found.filter((name) => name.endsWith(".json")).length;
  }

  /** The stack's state, with secrets as ciphertext unless `--show-secrets` is said. */
  async state(...more: "--show-secrets"[]): Promise<StackState> {
    const words = ["stack", "export", "-s", stack, ...more];
    const { stdout } = await execa("pulumi", words, {
      cwd: checkout,
      env: this.environment,
    });
    return JSON.parse(stdout) as StackState;
  }

  /** Makes the state know nothing, as before the first update; hosts stay as they are. */
  async forget(): Promise<void> {
    await rm(this.stateFolder, { recursive: true, force: true });
    await this.initialise();
  }

  /** The stack's outputs, secrets in clear. */
  async outputs(): Promise<Record<string, unknown>> {
    const words = ["stack", "output", "--json", "--show-secrets", "-s", stack];
    const { stdout } = await execa("pulumi", words, {
      cwd: checkout,
      env: this.environment,
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** Writes `config` where the next command reads it. */
  async configure(): Promise<void> {
    const base = YAML.parse(
      await readFile(path.join(checkout, "Pulumi.dev.yaml"), "utf8"),
    ) as { encryptionsalt: string };
    const settings = {
      encryptionsalt: base.encryptionsalt,
      config: { "flotilla:fleet": this.config },
    };
    await writeFile(this.configFile, YAML.stringify(settings));
  }

  /** Sets a secret of the stack, as a user would, until the next `configure`. */
  async setSecret(name: string, value: string): Promise<void> {
    const key = name.includes(":") ? name : `flotilla:${name}`;
    const words = ["config", "set", "--secret", key];
    const file = ["--stack", stack, "--config-file", this.configFile];
    await execa("pulumi", [...words, ...file], {
      cwd: checkout,
      env: this.environment,
      input: value,
    });
  }

  /** Runs a command inside a host, which must succeed, and returns what it printed. */
  async on(host: string, script: string): Promise<string> {
    const result = await this.lab.exec(host, ["bash", "-c", script]);
    if (result.exitCode !== 0)
      throw new Error(`${host}: ${script}\n${result.stdout}${result.stderr}`);
    return result.stdout.trim();
  }

  /** Whether a new connection logs in on a host from here. */
  async canLogIn(host: string): Promise<boolean> {
    const words = [...this.lab.sshArguments(host), "true"];
    const result = await execa("ssh", ["-o", "ConnectTimeout=2", ...words], {
      reject: false,
      stdin: "ignore",
    });
    return result.exitCode === 0;
  }

  /** The stack's configuration, as `configure` wrote it. */
  get configFile(): string {
    return path.join(this.folder, `Pulumi.${stack}.yaml`);
  }

  private async prepare(): Promise<void> {
    await mkdir(this.siteFolder, { recursive: true });
    await this.writeSite("index.html", page("first"));
    await this.configure();
    await this.initialise();
  }

  private async initialise(): Promise<void> {
    await mkdir(this.stateFolder, { recursive: true });
    const words = ["stack", "init", stack, "--no-select"];
    await execa("pulumi", words, { cwd: checkout, env: this.environment });
  }
}

function siteFolderOf(folder: string): string {
  return path.join(folder, "site");
}

/** One resource of an exported state, as far as tests look at it. */
export interface StateResource {
  readonly urn: string;
  readonly id: string;
  readonly type: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  readonly initErrors?: readonly string[];
}

export interface StackState {
  readonly deployment: {
    readonly resources: readonly StateResource[];
    readonly pending_operations?: readonly unknown[];
  };
}

const stack = "e2e";

/** A page whose body names its version. */
export function page(version: string): string {
  return `<!doctype html>\n<title>Flotilla</title>\n<p>This is the ${version} page.</p>\n`;
}

function withStack(words: readonly string[], configFile: string): string[] {
  const common = ["--stack", stack, "--non-interactive"];
  const takesConfig = [
    "up",
    "preview",
    "refresh",
    "destroy",
    "import",
  ].includes(words[0] ?? "");
  return [
    ...words,
    ...common,
    ...(takesConfig ? ["--config-file", configFile] : []),
  ];
}

function document(lab: Lab, folder: string) {
  return {
    ssh: {
      user: lab.user,
      privateKeyFile: lab.keyFile as string | undefined,
      knownHostsFile: lab.knownHostsFile as string | undefined,
      connectTimeoutSeconds: 15,
    },
    hosts: {
      "web-1": { address: lab.address("web-1") } as Record<string, unknown>,
      "db-1": {
        address: lab.address("db-1"),
        packages: ["tree"],
      } as Record<string, unknown>,
    },
    services: {
      web: { type: "nginx", host: "web-1" },
      cache: { type: "redis", host: "db-1" },
    } as Record<string, Record<string, unknown>>,
    sites: {
      welcome: { host: "web-1", directory: siteFolderOf(folder) },
    } as Record<string, Record<string, unknown>>,
    users: {} as Record<string, Record<string, unknown>>,
    flows: {
      "public-web": { from: "anywhere", to: "web-1", port: 80 },
      "web-to-cache": { from: "web-1", to: "db-1", port: 6379 },
    } as Record<string, Record<string, unknown>>,
    firewall: { confirmSeconds: 15 } as Record<string, unknown>,
    hardening: undefined as Record<string, unknown> | undefined,
  };
}
