import pLimit from "p-limit";
import { checkNames, preflight } from "../../../manifest/preflight.ts";
import { hasErrors, renderReport } from "../../preflight/index.ts";
import { examine, type Examination } from "../../runtime/examine.ts";
import { publicKeyOf } from "../../ssh/public-key.ts";
import type { ResourceLog } from "../engine.ts";
import { reveal, type PropertyMap } from "../property.ts";
import type { Session } from "../session.ts";
import type { HostChanges } from "./changes.ts";
import { knownOf, type KnownHosts } from "./state.ts";

/** Hosts that are looked at in the same moment. */
const AT_ONCE = 64;

/** The disk of a host that runs is left in peace. */
const ofChanged = checkNames.filter((check) => check !== "diskSpeed");

/** What was decided to be looked at. */
export interface Round {
  readonly inputs: PropertyMap;
  readonly changes: HostChanges;
  /** What is known of hosts that are not looked at. */
  readonly known: KnownHosts;
  readonly log: ResourceLog;
}

/** Looks at the new and changed hosts, all at once. All problems of all of them are one error. */
export async function examineHosts(
  session: Session,
  { inputs, changes, known, log }: Round,
): Promise<KnownHosts> {
  const { hosts, requirements } = preflight.parse(reveal(inputs));
  const examiner = {
    pool: session.pool,
    runtime: await session.runtime(),
    publicKey: publicKeyOf(session.configuration.privateKey),
  };
  const inLimit = pLimit(AT_ONCE);
  const names = [...changes.added, ...changes.changed].sort();
  const found = await Promise.all(
    names.flatMap((name) => {
      const host = hosts[name];
      if (!host) return [];
      const checks = changes.added.includes(name) ? checkNames : ofChanged;
      const subject = { ...host, requirements, checks };
      return inLimit(async () => {
        const examination = await examine(examiner, subject);
        const found = knownOf(examination, host.declared);
        return { name, examination, found };
      });
    }),
  );
  tell(
    log,
    found.map(({ examination }) => examination),
  );
  const news = found.map(({ name, found }) => [name, found] as const);
  const merged = { ...known, ...Object.fromEntries(news) };
  return Object.fromEntries(
    Object.entries(merged).filter(([name]) => name in hosts),
  ) as KnownHosts;
}

function tell(log: ResourceLog, reports: readonly Examination[]): void {
  const failed = reports.filter(hasErrors);
  if (failed.length > 0) throw new Error(refusal(failed.length, reports));
  const warned = reports.filter(({ findings }) => findings.length > 0);
  for (const report of warned) log.say("warning", renderReport([report]));
}

function refusal(failed: number, reports: readonly Examination[]): string {
  const hosts = reports.length === 1 ? "host" : "hosts";
  return [
    `${failed} of ${reports.length} new or changed ${hosts} cannot be worked on, and nothing was changed on any host:`,
    renderReport(reports),
    "Correct this and run 'pulumi up' again. 'flotilla preflight' looks at the hosts alone; 'preflight.ignore' lets single checks pass",
  ].join("\n");
}
