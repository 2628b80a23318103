import {
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import { checkout } from "../../toolchain/build.ts";
import {
  ensureEnvironment,
  processEnvironment,
} from "../../toolchain/environment.ts";
import { ImportingProject } from "./importing-project.ts";

/** A project that imports the checkout by a link, which is quick; that the package itself works is another test's matter. */
export class LinkedProject extends ImportingProject {
  readonly #variables: Readonly<Record<string, string>>;

  private constructor(
    folder: string,
    variables: Readonly<Record<string, string>>,
  ) {
    super(folder, variables);
    this.#variables = variables;
  }

  /** A copy of `test/e2e/import/<name>` in a folder of its own, with a stack, a state and a folder for temporary files. */
  static async open(
    name: string,
    lab: string,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<LinkedProject> {
    const folder = await mkdtemp(path.join(os.tmpdir(), `flotilla-${name}-`));
    for (const made of ["state", "tmp", "node_modules"])
      await mkdir(path.join(folder, made));
    await cp(path.join(import.meta.dirname, "import", name), folder, {
      recursive: true,
    });
    const project = new LinkedProject(folder, {
      ...processEnvironment(await ensureEnvironment({ lab })),
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      PULUMI_CONFIG_PASSPHRASE: "only for this test",
      TMPDIR: path.join(folder, "tmp"),
      NO_COLOR: "1",
      ...variables,
    });
    await project.link();
    await project.mustRun("pulumi", "stack", "init", "test");
    return project;
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** `pulumi up` that must fail; what it said. */
  async upFails(): Promise<string> {
    const words = ["pulumi", "up", "--yes", "--skip-preview"];
    const { code, output } = await this.run(...words);
    if (code === 0) throw new Error(`the update succeeded:\n${output}`);
    return output;
  }

  /** Starts an update as the leader of a process group. */
  startUp() {
    return execa("pulumi", ["up", "--yes", "--skip-preview"], {
      cwd: this.folder,
      env: this.#variables,
      stdin: "ignore",
      all: true,
      reject: false,
      detached: true,
      cleanup: true,
      timeout: 5 * 60_000,
    });
  }

  private async link(): Promise<void> {
    const modules = path.join(this.folder, "node_modules");
    await symlink(checkout, path.join(modules, "flotilla"));
    const pulumi = path.join(checkout, "node_modules", "@pulumi");
    await symlink(pulumi, path.join(modules, "@pulumi"));
    const file = path.join(checkout, "Pulumi.yaml");
    const provider = path.join(checkout, "dist", "provider");
    const project = (await readFile(file, "utf8")).replace(
      "path: dist/provider",
      `path: ${provider}`,
    );
    await writeFile(path.join(this.folder, "Pulumi.yaml"), project);
  }
}
