import path from "node:path";
import { z } from "zod";
import type { StackSecret } from "../../components/config/secret.ts";
import { FlotillaError } from "../flotilla-error.ts";
import type { StackOptions } from "../look/arguments.ts";
import { pulumi, type ProjectConfig } from "../look/project.ts";

/** The stack, as Pulumi's commands take it, and as machines are named. */
export interface StackName {
  /** As `--stack` takes it: `acme/shop/dev`. */
  readonly full: string;
  /** Its last word, as a program sees it: `dev`. */
  readonly short: string;
}

/** The keys of a stack, with its secrets; without them, why they cannot be had. */
export interface StackValues {
  readonly values: ReadonlyMap<string, StackSecret>;
  /** Keys that are there, and cannot be opened. */
  readonly closed: readonly string[];
  readonly fault?: string | undefined;
}

const entries = z.record(
  z.string(),
  z.object({ value: z.string().optional(), secret: z.boolean() }),
);

/** The stack that a command is about; its configuration's file names it where nobody else does. */
export function stackNameOf(
  { configFile }: ProjectConfig,
  { stack = process.env["PULUMI_STACK"] }: StackOptions,
): StackName {
  const [, named] =
    /^Pulumi\.(.+)\.yaml$/.exec(path.basename(configFile)) ?? [];
  const full = stack ?? named;
  if (full === undefined)
    throw new FlotillaError(
      `${configFile} names no stack: say which one it is of with --stack`,
    );
  return { full, short: full.split("/").at(-1) ?? full };
}

/** Reads all keys at once, with secrets; where Pulumi cannot open them, those that lie in the file in clear. */
export async function readValues(
  project: ProjectConfig,
  { full }: StackName,
): Promise<StackValues> {
  const words = ["config", "--show-secrets", "--json", "--stack", full];
  const where = ["--config-file", project.configFile];
  try {
    const output = await pulumi(project.directory, [...words, ...where]);
    const found = Object.entries(entries.parse(JSON.parse(output)));
    return {
      values: new Map(
        found.flatMap(([key, { value, secret }]) =>
          value === undefined ? [] : [[key, { value, isSecret: secret }]],
        ),
      ),
      closed: [],
    };
  } catch (error) {
    return { ...valuesInClear(project), fault: reasonOf(error) };
  }
}

/** The keys that lie in the stack's files in clear: all that is known without Pulumi. */
export function valuesInClear({ values }: ProjectConfig): StackValues {
  const given = Object.entries(values);
  return {
    values: new Map(
      given.flatMap(([key, value]) =>
        typeof value === "string" ? [[key, { value, isSecret: false }]] : [],
      ),
    ),
    closed: given.flatMap(([key, value]) =>
      typeof value === "object" && value !== null && "secure" in value
        ? [key]
        : [],
    ),
  };
}

/** The providers' numbers of the machines in a stack's state, by the type of resource. */
export type KnownIds = ReadonlyMap<string, ReadonlySet<string>>;

const state = z.object({
  deployment: z
    .object({
      resources: z
        .array(z.object({ type: z.string(), id: z.string().optional() }))
        .optional(),
    })
    .nullish(),
});

/** What a stack's state has; nothing for a stack that is yet to be made. */
export async function readKnownIds(
  { directory }: ProjectConfig,
  { full }: StackName,
): Promise<KnownIds | { readonly fault: string }> {
  try {
    const words = ["stack", "export", "--stack", full];
    return idsIn(JSON.parse(await pulumi(directory, words)));
  } catch (error) {
    const fault = reasonOf(error);
    return isNoStack(fault) ? new Map() : { fault };
  }
}

/** Whether Pulumi said that the stack is yet to be made. */
export function isNoStack(fault: string): boolean {
  return /no stack named/.test(fault);
}

function idsIn(exported: unknown): KnownIds {
  const resources = state.parse(exported).deployment?.resources ?? [];
  const ids = new Map<string, Set<string>>();
  for (const { type, id } of resources) {
    if (id === undefined) continue;
    ids.set(type, (ids.get(type) ?? new Set()).add(id));
  }
  return ids;
}

/** What a command said last; its output, which may hold secrets, is never quoted. */
export function reasonOf(error: unknown): string {
  const { code, stderr } = error as { code?: unknown; stderr?: unknown };
  if (code === "ENOENT") return "pulumi is not on PATH";
  const said = typeof stderr === "string" ? stderr.trim() : "";
  const last = said.split("\n").find((line) => line.startsWith("error: "));
  if (last !== undefined) return last.replace("error: ", "");
  if (said !== "") return said.split("\n")[0] ?? said;
  return error instanceof z.ZodError || error instanceof SyntaxError
    ? "pulumi answered in a form that is not known here"
    : "pulumi gave no reason";
}
