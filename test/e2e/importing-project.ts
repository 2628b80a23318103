import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import type { Lab } from "../../lab/index.ts";
import { checkout } from "../../toolchain/build.ts";
import {
  ensureEnvironment,
  processEnvironment,
} from "../../toolchain/environment.ts";
import { ensureYamlHost } from "../../toolchain/pulumi/yaml-host.ts";

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A folder outside the repository for projects that import the package, and the package as `npm pack` makes it. */
export class ImportersFolder {
  readonly folder: string;
  readonly tarball: string;
  readonly environment: Readonly<Record<string, string>>;

  private constructor(
    folder: string,
    tarball: string,
    environment: Readonly<Record<string, string>>,
  ) {
    this.folder = folder;
    this.tarball = tarball;
    this.environment = environment;
  }

  /** Packs the checkout; the environment is that of a user who has Pulumi, and knows nothing of the checkout. */
  static async open(lab: string): Promise<ImportersFolder> {
    const base = await ensureEnvironment({ lab });
    const more = await ensureYamlHost(base.pulumi);
    const folder = await mkdtemp(path.join(os.tmpdir(), "flotilla-import-"));
    const { stdout } = await execa(
      "npm",
      ["pack", "--silent", "--pack-destination", folder],
      { cwd: checkout },
    );
    await mkdir(path.join(folder, "state"));
    const environment = processEnvironment(base);
    return new ImportersFolder(folder, path.join(folder, stdout.trim()), {
      ...environment,
      PATH: [...more, environment["PATH"] ?? ""].join(path.delimiter),
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      // The plugin looks for a Node by itself.
      FLOTILLA_NODE: "",
      NO_COLOR: "1",
    });
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Names and bytes of the files in the package. */
  async packedFiles(): Promise<Map<string, number>> {
    const { stdout } = await execa("tar", ["-tvzf", this.tarball]);
    return new Map(
      stdout.split("\n").map((line) => {
        const [, , size = "", , , name = ""] = line.split(/\s+/);
        return [name.replace(/^package\//, ""), Number(size)];
      }),
    );
  }

  /** A project made of the files in `test/e2e/import/<name>`, with the package installed. */
  async project(name: string): Promise<ImportingProject> {
    const folder = path.join(this.folder, name);
    await cp(path.join(import.meta.dirname, "import", name), folder, {
      recursive: true,
    });
    const project = new ImportingProject(folder, this.environment);
    await project.mustRun(
      ...["npm", "install", this.tarball, "--ignore-scripts"],
      ...["--prefer-offline", "--no-audit", "--no-fund"],
    );
    await project.mustRun("pulumi", "stack", "init", "test");
    return project;
  }
}

/** A Pulumi project that imports the package. */
export class ImportingProject {
  readonly folder: string;
  readonly #environment: Readonly<Record<string, string>>;

  constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#environment = environment;
  }

  /** Says how a lab host is reached: the private key as a secret. */
  async configure(lab: Lab, host: string): Promise<void> {
    const hosts = await readFile(lab.knownHostsFile, "utf8");
    const address = lab.address(host);
    const line = hosts.split("\n").find((one) => one.startsWith(address)) ?? "";
    await this.set("address", address);
    await this.set("user", lab.user);
    await this.set("hostKey", line.split(" ").slice(1, 3).join(" "));
    const key = await readFile(lab.keyFile, "utf8");
    await this.mustRunWith(
      key,
      ...["pulumi", "config", "set", "--secret"],
      "privateKey",
    );
  }

  async set(key: string, value: string): Promise<void> {
    await this.mustRun("pulumi", "config", "set", key, value);
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(path.dirname(path.join(this.folder, name)), {
      recursive: true,
    });
    await writeFile(path.join(this.folder, name), text);
  }

  read(name: string): Promise<string> {
    return readFile(path.join(this.folder, name), "utf8");
  }

  /** `pulumi up` that must succeed. */
  async up(...words: string[]): Promise<string> {
    return this.mustRun("pulumi", "up", "--yes", "--skip-preview", ...words);
  }

  /** Runs a command in the project's folder, to its end. */
  async run(...words: string[]): Promise<Ended> {
    return this.#run("", words);
  }

  /** A command that must succeed: its output is the message when it does not. */
  async mustRun(...words: string[]): Promise<string> {
    return this.mustRunWith("", ...words);
  }

  /** A command that must succeed, with a text for its stdin. */
  async mustRunWith(input: string, ...words: string[]): Promise<string> {
    const { code, output } = await this.#run(input, words);
    if (code !== 0) throw new Error(`${words.join(" ")}:\n${output}`);
    return output;
  }

  async #run(input: string, words: readonly string[]): Promise<Ended> {
    const [file = "", ...rest] = words;
    const result = await execa(file, rest, {
      cwd: this.folder,
      env: this.#environment,
      input,
      all: true,
      reject: false,
      timeout: 5 * 60_000,
    });
    return { code: result.exitCode ?? -1, output: result.all };
  }
}
