import {
  checkNames,
  type CheckName,
  type Requirements,
} from "../../manifest/preflight.ts";
import { cpus, declared, disk, diskSpeed, inodes, memory } from "./capacity.ts";
import { warning, type Check, type Examined, type Finding } from "./finding.ts";
import { clock, dns, hostname, sources } from "./network.ts";
import { aptLock, firewall, ports } from "./ports.ts";
import { sudo, system } from "./system.ts";

const checks: Readonly<Record<CheckName, Check>> = {
  // Whoever answered was reached.
  connection: () => [],
  sudo,
  system,
  cpus,
  memory,
  disk,
  inodes,
  diskSpeed,
  clock,
  dns,
  sources,
  aptLock,
  hostname,
  ports,
  firewall,
  declared,
};

/** Everything that is wrong with a host that answered, in the order of the checks. */
export function judge(examined: Examined): Finding[] {
  const { checks: wanted } = examined.wanted;
  const asked = checkNames.filter((check) => wanted.includes(check));
  return asked.flatMap((check) => [
    ...checks[check](examined).map((one) => ({ check, ...one })),
    ...unanswered(check, examined),
  ]);
}

/** Problems of ignored checks are warnings. */
export function withoutIgnored(
  findings: readonly Finding[],
  { ignore }: Requirements,
): Finding[] {
  return findings.map((finding) =>
    ignore.includes(finding.check)
      ? { ...finding, severity: "warning" }
      : finding,
  );
}

function unanswered(check: CheckName, { answer }: Examined): Finding[] {
  const why = answer.problems.get(check);
  if (why === undefined) return [];
  const words = why.trim().replaceAll(/\s*\n\s*/g, "; ");
  const fix = "look at it by hand";
  return [{ check, ...warning(`could not be looked at: ${words}`, fix) }];
}
