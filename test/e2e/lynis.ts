import { readFile } from "node:fs/promises";
import path from "node:path";
import type { TestFleet } from "./test-fleet.ts";

/** The package of Debian 12: another version asks for other things. */
export const lynisPackage = "lynis=3.0.8-1.1";

/** What lynis found on a host, by its own report. */
export interface LynisReport {
  /** 0 to 100. */
  readonly hardeningIndex: number;
  /** Each as lynis writes it: test, text. */
  readonly warnings: readonly string[];
}

/** Lets lynis look at a host that has it, without what `audit/lynis.prf` excepts. */
export async function auditHost(
  fleet: TestFleet,
  host: string,
): Promise<LynisReport> {
  const exceptions = await readFile(
    path.join(import.meta.dirname, "audit", "lynis.prf"),
    "utf8",
  );
  const script = `cat >/etc/lynis/custom.prf
    lynis audit system --quiet --no-colors </dev/null
    cat /var/log/lynis-report.dat`;
  const result = await fleet.lab.exec(host, ["bash", "-ec", script], {
    input: exceptions,
    timeoutSeconds: 300,
  });
  if (result.exitCode !== 0)
    throw new Error(`lynis failed on ${host}:\n${result.stdout}`);
  return parseReport(result.stdout);
}

/** The report is lines of `name=value`; a name that ends in `[]` comes again. */
export function parseReport(text: string): LynisReport {
  const values = (name: string) =>
    text
      .split("\n")
      .filter((line) => line.startsWith(`${name}=`))
      .map((line) => line.slice(name.length + 1));
  const [index, ...more] = values("hardening_index");
  if (index === undefined || more.length > 0 || !/^\d+$/.test(index))
    throw new Error(`no hardening index in the report:\n${text}`);
  return { hardeningIndex: Number(index), warnings: values("warning[]") };
}
