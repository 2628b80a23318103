import Table from "cli-table3";
import colors from "picocolors";
import type { Looked } from "./look.ts";

/** The facts of hosts as a table, and below it what there is to say of them. */
export function factsText(looked: Readonly<Record<string, Looked>>): string {
  const table = new Table({
    head: ["host", "address", "system", "cpus", "memory", "disk", "kernel"].map(
      (title) => colors.dim(title),
    ),
    style: {
      head: [],
      border: colors.isColorSupported ? ["gray"] : [],
      compact: true,
    },
  });
  for (const [name, { found }] of Object.entries(looked))
    table.push([colors.bold(name), found.address, ...cells(found)]);
  const notes = Object.entries(looked).flatMap(([name, one]) =>
    notesOf(name, one),
  );
  return `${[table.toString(), ...notes].join("\n")}\n`;
}

function cells({ facts }: Looked["found"]): string[] {
  if (!facts) return [colors.red("no answer"), "", "", "", ""];
  return [
    facts.os,
    String(facts.cpus),
    `${facts.memoryMib} MiB`,
    `${facts.diskGib} GiB`,
    `${facts.kernel} ${facts.architecture}`,
  ];
}

function notesOf(name: string, { found }: Looked): string[] {
  return found.findings
    .filter(({ check }) => check === "connection" || check === "declared")
    .map(({ text, severity }) => {
      const paint = severity === "error" ? colors.red : colors.yellow;
      return `${paint(name)}: ${text}`;
    });
}
