import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, release, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { checkout } from "../../toolchain/build.ts";
import { farMilliseconds } from "./hosts.ts";
import { renderTable, rowsOf } from "./report.ts";
import { measure, type Sample, type Scenario } from "./scenario.ts";
import { Floor } from "./tools/floor.ts";
import { Flotilla } from "./tools/flotilla.ts";
import { Pyinfra } from "./tools/pyinfra.ts";
import type { Tool } from "./tool.ts";

const scenarios: readonly Scenario[] = [
  { name: "1", hosts: 1, isFar: false },
  { name: "4", hosts: 4, isFar: false },
  { name: `1, ${farMilliseconds} ms away`, hosts: 1, isFar: true },
];

const tools: Readonly<Record<string, () => Tool>> = {
  floor: () => new Floor(),
  flotilla: () => new Flotilla(),
  pyinfra: () => new Pyinfra(),
};

interface Options {
  readonly runs: number;
  readonly tools: readonly string[];
  readonly scenarios: readonly number[];
  readonly json?: true;
  readonly write?: true;
}

async function main(): Promise<void> {
  const options = new Command("bench")
    .description(
      "Measures Flotilla, a hand-written script and pyinfra side by side on fresh lab hosts.",
    )
    .option("--runs <number>", "how often; medians are shown", count, 3)
    .option("--tools <names>", "which tools", list, Object.keys(tools))
    .option(
      "--scenarios <numbers>",
      "which of: 1 one host, 2 four hosts, 3 one host far away",
      numbers,
      [1, 2, 3],
    )
    .option("--json", "every sample as JSON on stdout")
    .option("--write", "puts the table into docs/benchmarks.md")
    .parse()
    .opts<Options>();
  const samples = await measureAll(options);
  const table = renderTable(rowsOf(samples));
  process.stdout.write(
    options.json ? `${JSON.stringify(samples, null, 2)}\n` : table,
  );
  if (options.write) await writePage(table, options.runs);
}

async function measureAll(options: Options): Promise<Sample[]> {
  const samples: Sample[] = [];
  const folder = await mkdtemp(path.join(tmpdir(), "flotilla-bench-"));
  const chosen = options.tools.map((name) => toolNamed(name));
  try {
    for (const [index, scenario] of scenarios.entries()) {
      if (!options.scenarios.includes(index + 1)) continue;
      const own = path.join(folder, String(index + 1));
      await measure(scenario, chosen, options.runs, {
        folder: own,
        onSample: (sample) => {
          samples.push(sample);
          tell(sample);
        },
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return samples;
}

function tell({ scenario, tool, job, seconds, logins, peakMib }: Sample): void {
  process.stderr.write(
    `${scenario} · ${tool} · ${job}: ${seconds.toFixed(2)} s, ${logins} SSH logins, ${peakMib.toFixed(0)} MiB\n`,
  );
}

function toolNamed(name: string): Tool {
  const make = tools[name];
  if (!make)
    throw new Error(
      `no tool is named ${name}: choose of ${Object.keys(tools).join(", ")}`,
    );
  return make();
}

const begin = "<!-- made by npm run bench -- --write -->";
const end = "<!-- end -->";

async function writePage(table: string, runs: number): Promise<void> {
  const file = path.join(checkout, "docs", "benchmarks.md");
  const text = await readFile(file, "utf8");
  const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}; medians of ${runs}.`;
  const [before = "", rest = ""] = text.split(begin);
  const after = rest.split(end)[1] ?? "\n";
  await writeFile(
    file,
    `${before}${begin}\n\n${machine}\n\n${table}\n${end}${after}`,
  );
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 20) return value;
  throw new InvalidArgumentError("an integer from 1 to 20");
}

function list(text: string): string[] {
  return text.split(",");
}

function numbers(text: string): number[] {
  return list(text).map(count);
}

await main();
