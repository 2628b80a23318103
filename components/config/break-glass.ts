import type { FleetSettings } from "./fleet.ts";
import { hostsOutsideLab, type LabSigns } from "./lab.ts";
import { show, type Problem } from "./problem.ts";
import { publicHalfOf } from "./public-half.ts";
import { keyOf, publicKeyFault } from "./public-key.ts";
import { readText, type Reading } from "./read-text.ts";

/** Reads the break-glass key, from its own text or its file; `undefined` when none is named. */
export function readBreakGlassKey(
  { ssh }: Pick<FleetSettings, "ssh">,
  directory: string,
): Reading<string | undefined> {
  const { breakGlassKey, breakGlassKeyFile } = ssh;
  if (breakGlassKey !== undefined && breakGlassKeyFile !== undefined) {
    const rule = "is given twice, as breakGlassKey and as breakGlassKeyFile";
    const hint = "keep one of them";
    return { found: undefined, problems: [{ path: "ssh", rule, hint }] };
  }
  if (breakGlassKeyFile === undefined)
    return { found: breakGlassKey, problems: [] };
  const path = "ssh.breakGlassKeyFile";
  const file = readText(directory, path, breakGlassKeyFile);
  if (file.found === undefined) return file;
  const line = file.found.trim();
  const fault = publicKeyFault(line);
  if (!fault) return { found: line, problems: [] };
  const value = show(breakGlassKeyFile);
  const rule = fault.rule.replace(/^is (an? )/, "holds $1");
  return { found: undefined, problems: [{ path, value, ...fault, rule }] };
}

/** Outside the lab, a fleet names a break-glass key of the user's own: state lost must not mean access lost. */
export function ensureBreakGlassKey(
  { hosts, ssh }: Pick<FleetSettings, "hosts" | "ssh">,
  signs: LabSigns,
): Problem[] {
  const isNamed = ssh.breakGlassKey ?? ssh.breakGlassKeyFile;
  const [outside] = hostsOutsideLab(hosts, signs);
  if (isNamed !== undefined || outside === undefined) return [];
  return [
    {
      path: "ssh.breakGlassKey",
      rule: `is missing, and ${outside} is outside the lab: whoever loses this stack's state and key would lose the hosts`,
      hint: "set it to a public key of your own, or ssh.breakGlassKeyFile to its file, such as ~/.ssh/id_ed25519.pub",
    },
  ];
}

/** The break-glass key is another key than the program's: one loss must not take both. */
export function ensureBreakGlassKeyIsAnother(
  { ssh }: Pick<FleetSettings, "ssh">,
  breakGlassKey: string | undefined,
  privateKey: string | undefined,
): Problem[] {
  if (breakGlassKey === undefined || privateKey === undefined) return [];
  const own = publicHalfOf(privateKey);
  if (own === undefined || keyOf(breakGlassKey) !== own) return [];
  const file = ssh.breakGlassKeyFile;
  return [
    {
      path: file === undefined ? "ssh.breakGlassKey" : "ssh.breakGlassKeyFile",
      value: show(file ?? breakGlassKey),
      rule: `${file === undefined ? "is" : "holds"} the public half of the program's own private key`,
      hint: "name another key, one that only you have: whoever loses the first still has the second",
    },
  ];
}
