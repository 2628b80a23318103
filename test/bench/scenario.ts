import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Cost } from "./cost.ts";
import { BenchHosts } from "./hosts.ts";
import { type Job, jobs, type Tool } from "./tool.ts";

/** How many hosts, and how far away. */
export interface Scenario {
  readonly name: string;
  readonly hosts: number;
  readonly isFar: boolean;
}

/** One measurement. */
export interface Sample extends Cost {
  readonly scenario: string;
  readonly tool: string;
  readonly job: Job;
  /** SSH logins that the hosts saw. */
  readonly logins: number;
}

/** Measures every job of every tool on fresh hosts, the tools in turn, as often as asked. */
export async function measure(
  scenario: Scenario,
  tools: readonly Tool[],
  runs: number,
  { folder, onSample }: { folder: string; onSample: (sample: Sample) => void },
): Promise<void> {
  const hosts = await BenchHosts.open(scenario.hosts, scenario.isFar, folder);
  try {
    for (let run = 1; run <= runs; run += 1) {
      for (const tool of tools) {
        const own = path.join(folder, `${tool.name}-${run}`);
        await measureOnce({ scenario, hosts, tool, folder: own, onSample });
      }
    }
  } finally {
    await hosts.close();
  }
}

interface Measurement {
  readonly scenario: Scenario;
  readonly hosts: BenchHosts;
  readonly tool: Tool;
  readonly folder: string;
  readonly onSample: (sample: Sample) => void;
}

async function measureOnce(measurement: Measurement): Promise<void> {
  const { scenario, hosts, tool, folder, onSample } = measurement;
  const pages = path.join(folder, "pages");
  for (const { name } of hosts.hosts) await writePage(pages, name, "first");
  await hosts.reset();
  await tool.prepare(hosts, folder, pages);
  for (const job of Object.keys(jobs) as Job[]) {
    if (job === "page") await writePage(pages, "bench-1", "second");
    const before = await hosts.sshLogins();
    const cost = await tool.run(job);
    if (!cost) continue;
    const logins = (await hosts.sshLogins()) - before;
    const names = { scenario: scenario.name, tool: tool.name, job };
    onSample({ ...names, ...cost, logins });
  }
}

async function writePage(
  pages: string,
  host: string,
  version: string,
): Promise<void> {
  await mkdir(path.join(pages, host), { recursive: true });
  const page = `<!doctype html>\n<title>Benchmark</title>\n<p>The ${version} page.</p>\n`;
  await writeFile(path.join(pages, host, "index.html"), page);
}
