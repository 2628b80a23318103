import Table from "cli-table3";
import colors from "picocolors";
import type { FleetOutputs } from "./fleet-outputs.ts";

/** What runs where, as a table. */
export function renderFleet(outputs: FleetOutputs): string {
  const table = new Table({
    head: ["host", "address", "runs", "machine"].map((title) =>
      colors.dim(title),
    ),
    style: { head: [], border: ["gray"], compact: true },
    ...(colors.isColorSupported
      ? {}
      : { style: { head: [], border: [], compact: true } }),
  });
  for (const [name, host] of Object.entries(outputs.hosts)) {
    table.push([
      colors.bold(name),
      host.address,
      renderServices(outputs, name),
      renderFacts(host),
    ]);
  }
  return table.toString();
}

type HostOutput = FleetOutputs["hosts"][string];

function renderServices(outputs: FleetOutputs, host: string): string {
  const services = Object.values(outputs.hosts[host]?.services ?? {}).map(
    ({ type, port }) => (port === undefined ? type : `${type} :${port}`),
  );
  const sites = Object.entries(outputs.sites)
    .filter(([, site]) => site.host === host)
    .map(([name]) => `site ${name}`);
  return [...services, ...sites].join("\n");
}

function renderFacts({ facts }: HostOutput): string {
  const memory =
    facts?.memoryMib === undefined
      ? undefined
      : `${(facts.memoryMib / 1024).toFixed(1)} GiB`;
  const count = facts?.cpus;
  const cpus = count && (count === 1 ? "1 cpu" : `${count} cpus`);
  return [facts?.os, [cpus, memory].filter(Boolean).join(", ")]
    .filter(Boolean)
    .join("\n");
}

/** Where a visitor goes. */
export function renderSites(outputs: FleetOutputs): string {
  return Object.entries(outputs.sites)
    .map(
      ([name, site]) => `  ${name}  ${colors.cyan(colors.underline(site.url))}`,
    )
    .join("\n");
}
