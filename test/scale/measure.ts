import type { WatchedCost } from "../bench/cost.ts";
import { SimulatedFleet } from "./fleet.ts";

/** What a fleet of one size cost. */
export interface ScalePoint {
  readonly hosts: number;
  readonly nothing: WatchedCost;
  /** Logins while there was nothing to change. */
  readonly logins: number;
  readonly look: WatchedCost;
}

/** Provisions simulated hosts, and measures updates with nothing to change, and a look at every host. */
export async function measureScale(hosts: number): Promise<ScalePoint> {
  const fleet = await SimulatedFleet.open(hosts);
  try {
    await fleet.provision();
    const before = fleet.logins;
    const up = () => fleet.cost("up", "--yes", "--skip-preview");
    const nothing = quieter(await up(), await up());
    const logins = fleet.logins - before;
    const look = await fleet.cost("preview", "--refresh");
    return { hosts, nothing, logins, look };
  } finally {
    await fleet.close();
  }
}

/** Of two runs, the one that others on the machine disturbed less, and the higher peak. */
function quieter(one: WatchedCost, other: WatchedCost): WatchedCost {
  return {
    seconds: Math.min(one.seconds, other.seconds),
    cpuSeconds: Math.min(one.cpuSeconds, other.cpuSeconds),
    peakMib: Math.max(one.peakMib, other.peakMib),
  };
}

/** Table and plots in Markdown. */
export function renderScale(points: readonly ScalePoint[]): string {
  const cells = ({ seconds, cpuSeconds, peakMib }: WatchedCost) => [
    seconds.toFixed(1),
    cpuSeconds.toFixed(1),
    peakMib.toFixed(0),
  ];
  const rows = points.map(({ hosts, nothing, logins, look }) => [
    String(hosts),
    ...cells(nothing),
    String(logins),
    ...cells(look),
  ]);
  const head = [
    "hosts",
    ...["nothing to change: seconds", "computing, s", "MiB", "SSH logins"],
    ...["every host read: seconds", "computing, s", "MiB"],
  ];
  return [
    ...[head, head.map(() => "---"), ...rows].map(
      (row) => `| ${row.join(" | ")} |`,
    ),
    "",
    ...plot(
      "Nothing to change: seconds",
      points,
      ({ nothing }) => nothing.seconds,
    ),
    ...plot(
      "Nothing to change: seconds of computing",
      points,
      ({ nothing }) => nothing.cpuSeconds,
    ),
    ...plot(
      "Nothing to change: peak memory in MiB",
      points,
      ({ nothing }) => nothing.peakMib,
    ),
    "",
  ].join("\n");
}

function plot(
  title: string,
  points: readonly ScalePoint[],
  value: (point: ScalePoint) => number,
): string[] {
  return [
    "```mermaid",
    "xychart-beta",
    `  title "${title}"`,
    `  x-axis "hosts" [${points.map(({ hosts }) => hosts).join(", ")}]`,
    `  line [${points.map((point) => value(point).toFixed(1)).join(", ")}]`,
    "```",
    "",
  ];
}
