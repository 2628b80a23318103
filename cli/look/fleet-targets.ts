import { networkInterfaces } from "node:os";
import { checkFleet } from "../../components/config/check.ts";
import {
  closeKey,
  closedKeyMessage,
} from "../../components/config/key-mode.ts";
import { renderProblems } from "../../components/config/problem.ts";
import { planPreflight } from "../../components/preflight-plan.ts";
import { preflight } from "../../manifest/preflight.ts";
import { FlotillaError } from "../flotilla-error.ts";
import type { LookOptions } from "./arguments.ts";
import { readProject, readSecret } from "./project.ts";
import type { Targets } from "./targets.ts";

/** The hosts of a stack's fleet, all of them or those that are named. */
export async function fleetTargets(
  names: readonly string[],
  options: LookOptions,
  say: (line: string) => void,
): Promise<Targets> {
  const project = await readProject(options);
  const checked = checkFleet(project.input, {
    directory: project.directory,
    environment: process.env,
    interfaces: networkInterfaces(),
  });
  const { fleet, settings, openKey, notes } = checked;
  const refusal = openKey && closeKey(openKey);
  const problems = [...checked.problems, ...(refusal ? [refusal] : [])];
  if (problems.length > 0)
    throw new FlotillaError(renderProblems(project.configFile, problems));
  for (const note of notes) say(note);
  if (openKey) say(closedKeyMessage(openKey));
  const secret = settings.ssh.privateKey?.secret ?? "";
  const plan = planPreflight({
    ...fleet,
    preflight: { ...settings.preflight, enabled: true },
  });
  const { hosts, requirements } = preflight.parse(plan);
  return {
    hosts: named(hosts, names, project.configFile),
    requirements,
    privateKey:
      checked.privateKey ?? (await readSecret(project, secret, options.stack)),
  };
}

function named<T>(
  hosts: Readonly<Record<string, T>>,
  names: readonly string[],
  file: string,
): Readonly<Record<string, T>> {
  const known = Object.keys(hosts);
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0)
    throw new FlotillaError(
      `${file} has no host ${strange.join(", ")}; its hosts are ${known.join(", ")}`,
    );
  const isWanted = (name: string) => names.length === 0 || names.includes(name);
  return Object.fromEntries(
    Object.entries(hosts).filter(([name]) => isWanted(name)),
  );
}
