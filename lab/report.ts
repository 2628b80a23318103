import Table from "cli-table3";
import colors from "picocolors";
import type { HostStatus, LabSummary } from "./lab.ts";

const paint: Readonly<Record<HostStatus["state"], (text: string) => string>> = {
  on: colors.green,
  off: colors.red,
  absent: colors.dim,
};

/** Writes a result to standard output. */
export function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes one line about work under way; standard output stays for results. */
export function reportProgress(line: string): void {
  process.stderr.write(`${colors.dim(line)}\n`);
}

/** Writes what went wrong, without a stack: what a user can act on is in the message. */
export function reportError(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${colors.red("error:")} ${message}\n`);
}

/** The hosts of one lab as a table. */
export function renderHosts(hosts: readonly HostStatus[]): string {
  if (hosts.length === 0) return "no hosts: `up` makes web-1 and db-1";
  const table = newTable(["host", "address", "state"]);
  for (const host of hosts)
    table.push([host.name, host.address, paint[host.state](host.state)]);
  return table.toString();
}

/** All labs as a table. */
export function renderLabs(labs: readonly LabSummary[]): string {
  if (labs.length === 0) return "no labs";
  const table = newTable(["lab", "hosts", "on", "folder"]);
  for (const lab of labs) {
    const names = lab.hosts.map((host) => host.name).join(" ");
    const running = lab.hosts.filter((host) => host.state === "on").length;
    table.push([lab.name, names, running, lab.folder]);
  }
  return table.toString();
}

function newTable(head: string[]): InstanceType<typeof Table> {
  return new Table({
    head: head.map((title) => colors.bold(title)),
    style: { head: [], border: [] },
  });
}
