import type { Cost } from "../bench/cost.ts";
import { SimulatedFleet } from "./fleet.ts";

/** What a fleet of one size cost. */
export interface ScalePoint {
  readonly hosts: number;
  readonly nothing: Cost;
  /** Logins while there was nothing to change. */
  readonly logins: number;
  readonly look: Cost;
}

/** Provisions simulated hosts, and measures an update with nothing to change, and a look at every host. */
export async function measureScale(hosts: number): Promise<ScalePoint> {
  const fleet = await SimulatedFleet.open(hosts);
  try {
    await fleet.cost("up", "--yes", "--skip-preview");
    const before = fleet.logins;
    const nothing = await fleet.cost("up", "--yes", "--skip-preview");
    const logins = fleet.logins - before;
    const look = await fleet.cost("preview", "--refresh");
    return { hosts, nothing, logins, look };
  } finally {
    await fleet.close();
  }
}

/** Table and plots in Markdown. */
export function renderScale(points: readonly ScalePoint[]): string {
  const rows = points.map(({ hosts, nothing, look }) =>
    [
      hosts,
      nothing.seconds.toFixed(1),
      nothing.peakMib.toFixed(0),
      look.seconds.toFixed(1),
      look.peakMib.toFixed(0),
    ].join(" | "),
  );
  const head = [
    "hosts",
    "nothing to change, s",
    "MiB",
    "every host read, s",
    "MiB",
  ];
  return [
    ...[head.join(" | "), head.map(() => "---").join(" | "), ...rows].map(
      (row) => `| ${row} |`,
    ),
    "",
    ...plot(
      "Nothing to change: seconds",
      points,
      ({ nothing }) => nothing.seconds,
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
