import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { environment } from "../../toolchain/env.ts";

type Variables = Readonly<Record<string, string>>;

const event = z.object({
  summaryEvent: z.looseObject({
    resourceChanges: z.record(z.string(), z.number()),
  }),
});

/** A program that the real engine runs with whatever plugins are installed: a stack and a state of its own. */
export class EngineProject {
  readonly #folder: string;
  readonly #variables: Variables;

  private constructor(folder: string, variables: Variables) {
    this.#folder = folder;
    this.#variables = variables;
  }

  /** Writes a program in JavaScript, and makes its stack. */
  static async open(
    name: string,
    program: string,
    variables: Variables = {},
  ): Promise<EngineProject> {
    const folder = await mkdtemp(join(tmpdir(), `flotilla-${name}-`));
    const project = new EngineProject(folder, {
      ...(await environment({ lab: "test" })),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "only for this test",
      ...variables,
    });
    await writeFile(join(folder, "index.js"), program);
    await writeFile(
      join(folder, "Pulumi.yaml"),
      `name: ${name}-contract\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`,
    );
    await symlink(
      join(import.meta.dirname, "../../node_modules"),
      join(folder, "node_modules"),
    );
    await project.pulumi(["stack", "init", "contract"]);
    return project;
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Runs a Pulumi command that must succeed; what it printed. */
  async pulumi(words: string[], variables: Variables = {}): Promise<string> {
    const { stdout } = await execa("pulumi", [...words, "--non-interactive"], {
      cwd: this.#folder,
      env: { ...this.#variables, ...variables },
      stdin: "ignore",
    });
    return stdout;
  }

  /** What an operation did: step → number of resources. */
  async changesOf(
    operation: "up" | "refresh" | "destroy",
    variables?: Variables,
  ): Promise<Record<string, number>> {
    const words = [operation, "--yes", "--skip-preview", "--json"];
    const lines = (await this.pulumi(words, variables)).split("\n");
    const line = lines.find((text) => text.includes("summaryEvent"));
    return event.parse(JSON.parse(line ?? "")).summaryEvent.resourceChanges;
  }
}
