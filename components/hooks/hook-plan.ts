import { createHash } from "node:crypto";
import type { HookPlace } from "./hook-program.ts";
import { sorted } from "../records.ts";

/** What decides how a hook runs, beside its script and its values. */
export interface HookSettings {
  /** Name in messages. */
  readonly name: string;
  /** Name of the host, or "the workstation". */
  readonly where: string;
  /** Tells this hook from any other that may run on the same machine. */
  readonly id: string;
  readonly user: string;
  readonly directory: string;
  readonly retries: number;
  readonly backoffSeconds: number;
  readonly timeoutSeconds: number;
  readonly outputKib: number;
}

/** What a hook is given, in clear. */
export interface HookValues {
  readonly script: string;
  readonly stdin: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Values that must not be told. */
  readonly secrets: readonly string[];
}

/** The command of a hook: short, as an error repeats it, and without any value of the hook's. */
export function hookCommand(place: HookPlace, user: string): string {
  const bash = `bash --norc -c '${bootstrap}'`;
  return place === "host" && user !== "root"
    ? `sudo -n ${bash}`
    : `exec ${bash}`;
}

/** Started by ssh, bash would run ~/.bashrc first, which may say something or read what is not for it: `--norc`. */
const bootstrap = `IFS= read -r program; eval "$(printf %s "$program" | base64 -d)"`;

/** What that command reads: the program, then records with everything else. */
export function renderHookInput(
  program: string,
  settings: HookSettings,
  values: HookValues,
): string {
  const records = [
    ...Object.entries(settings).map(([name, value]) =>
      record("set", name, String(value)),
    ),
    ...sorted(values.environment).map(([name, value]) =>
      record("env", name, value),
    ),
    ...masksOf(values.secrets).map((text) => record("mask", "-", text)),
    record("file", "script", values.script),
    record("file", "input", values.stdin),
    record("end", "-", ""),
  ];
  return `${[base64(program), ...records].join("\n")}\n`;
}

function record(kind: string, name: string, value: string): string {
  return `${kind} ${name} ${base64(value)}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** The fewest characters of a line of a longer secret that are hidden alone: shorter ones are in any text. */
const leastLine = 8;

/** Each secret, without the space around it too, and each long line of one with many lines: tools print them singly. */
export function masksOf(secrets: readonly string[]): string[] {
  const all = secrets.flatMap((secret) => [
    secret,
    secret.trim(),
    ...secret
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line.length >= leastLine),
  ]);
  return [...new Set(all)].filter((text) => text !== "");
}

/** A name that a unit can have, different for hooks that only look alike. */
export function hookId(owner: string, name: string): string {
  const readable = name.replaceAll(/[^0-9A-Za-z_-]/g, "-").slice(0, 40);
  const digest = createHash("sha256").update(`${owner}/${name}`).digest("hex");
  return `${readable}-${digest.slice(0, 12)}`;
}

/** Numbers of a hook that have limits. */
const limits = {
  retries: [0, 10],
  backoffSeconds: [1, 60],
  timeoutSeconds: [1, 7200],
  outputKib: [1, 1024],
} as const;

/** What is wrong with a hook's arguments; `undefined` when nothing is. */
export function mistakeInHook(args: {
  readonly settings: HookSettings;
  readonly variables: readonly string[];
}): string | undefined {
  for (const [key, [least, most]] of Object.entries(limits)) {
    const value = args.settings[key as keyof typeof limits];
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    return `${key}: ${value} is not a whole number from ${least} to ${most}`;
  }
  const wrong = args.variables.find((name) => !/^[A-Za-z_]\w*$/.test(name));
  return wrong === undefined
    ? undefined
    : `environment: '${wrong}' cannot be the name of a variable; use letters, digits and _, a digit not first`;
}
