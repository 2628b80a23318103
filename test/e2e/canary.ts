import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { TestFleet } from "./test-fleet.ts";

/** Where hosts are looked at. */
export type Machines = Pick<TestFleet, "lab" | "on">;

/** A text that must not be found, and the shape of the secret that it is. */
export interface Form {
  readonly name: string;
  readonly text: string;
}

/** Every shape in which a secret could lie somewhere; equal ones are there once. */
export function formsOf(name: string, secret: string): Form[] {
  const sha256 = createHash("sha256").update(secret).digest("hex");
  const shapes: [string, string][] = [
    ["as it is", secret],
    ["JSON-escaped", JSON.stringify(secret).slice(1, -1)],
    ["URL-encoded", encodeURIComponent(secret)],
    ["hexadecimal", Buffer.from(secret).toString("hex")],
    ["SHA-256", sha256],
    ...[0, 1, 2].flatMap((offset): [string, string][] => [
      [`base64 at ${offset}`, insideOf("base64", secret, offset)],
      [`base64url at ${offset}`, insideOf("base64url", secret, offset)],
    ]),
  ];
  const texts = shapes.map(([, text]) => text);
  return shapes
    .filter(([, text], index) => texts.indexOf(text) === index)
    .map(([shape, text]) => ({ name: `${name}, ${shape}`, text }));
}

/** What a secret becomes inside of a longer text that is encoded whole, `offset` bytes after a multiple of three. */
function insideOf(
  encoding: "base64" | "base64url",
  secret: string,
  offset: number,
): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor((bytes.length * 8) / 6);
  return bytes.toString(encoding).slice(from, to);
}

/** Names of the forms that a text holds. */
export function hitsIn(text: string, forms: readonly Form[]): string[] {
  return forms
    .filter((form) => text.includes(form.text))
    .map(({ name }) => name);
}

/** `file: form` for every file below a folder; fails when there is no file. */
export async function hitsBelow(
  folder: string,
  forms: readonly Form[],
): Promise<string[]> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries.filter((entry) => entry.isFile());
  if (files.length === 0) throw new Error(`no file below ${folder}`);
  const hits = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      const text = await readFile(file, "latin1");
      return hitsIn(text, forms).map((hit) => `${file}: ${hit}`);
    }),
  );
  return hits.flat();
}

/** `place: form` for every hit on a host: all of its files, its journal, arguments and environment of what runs there. */
export async function hitsOn(
  fleet: Machines,
  host: string,
  forms: readonly Form[],
): Promise<string[]> {
  const input = forms.map(({ text }) => `${text}\n`).join("");
  const script = await readFile(auditFile("search.sh"), "utf8");
  const argv = ["bash", "-c", script, "search"];
  const result = await fleet.lab.exec(host, argv, { input });
  if (result.exitCode !== 0) throw new Error(`${host}: ${result.stderr}`);
  return result.stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [place = "", number] = line.split("\t");
      return `${place}: ${forms[Number(number)]?.name ?? "?"}`;
    });
}

/** Looks, many times a second, at the arguments of everything that runs on this machine. */
export class ArgumentWatch {
  private readonly seen = new Set<string>();
  private readonly end = new AbortController();
  private readonly looking = this.look();

  /** Every command line that was seen, and the forms that were in any. */
  async stop(
    forms: readonly Form[] = [],
  ): Promise<{ seen: string[]; hits: string[] }> {
    this.end.abort();
    await this.looking;
    const seen = [...this.seen];
    return { seen, hits: seen.flatMap((line) => hitsIn(line, forms)) };
  }

  private async look(): Promise<void> {
    while (!this.end.signal.aborted) {
      for (const name of await readdir("/proc"))
        if (/^\d+$/.test(name)) this.seen.add(await argumentsOf(name));
      await setTimeout(50);
    }
  }
}

/** The arguments of a process, empty when it has ended. */
async function argumentsOf(process: string): Promise<string> {
  const text = await readFile(`/proc/${process}/cmdline`, "latin1").catch(
    () => "",
  );
  return text.replaceAll("\0", " ").trimEnd();
}

/** Where a host keeps what was started there, one file a start, from `auditArgv` on. */
export const argvLog = "/opt/argv-audit/log";

/** Has everything logged that logins with sudo, and units, start by name on a host: arguments and environment. */
export async function auditArgv(fleet: Machines, host: string): Promise<void> {
  const script = await readFile(auditFile("install.sh"), "utf8");
  const input = await readFile(auditFile("log-argv.sh"));
  const result = await fleet.lab.exec(host, ["bash", "-c", script, "install"], {
    input,
  });
  if (result.exitCode !== 0) throw new Error(`${host}: ${result.stderr}`);
}

/** Names of the programs whose start was logged. */
export async function auditedPrograms(
  fleet: Machines,
  host: string,
): Promise<string[]> {
  const names = await fleet.on(host, `ls ${argvLog}`);
  const programs = names
    .split("\n")
    .map((name) => name.replace(/^\d+\.\d+\.\d+\./, ""));
  return [...new Set(programs)].sort();
}

function auditFile(name: string): string {
  return path.join(import.meta.dirname, "audit", name);
}
