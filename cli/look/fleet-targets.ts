import { networkInterfaces } from "node:os";
import { checkFleet } from "../../components/config/check.ts";
import {
  closeKey,
  closedKeyMessage,
} from "../../components/config/key-mode.ts";
import { renderProblems } from "../../components/config/problem.ts";
import { ownsOperatorKey } from "../../components/config/read.ts";
import type { FleetSettings } from "../../components/config/fleet.ts";
import { planPreflight } from "../../components/preflight-plan.ts";
import { preflight } from "../../manifest/preflight.ts";
import { endpointsOf } from "../doctor/cloud-access.ts";
import { valuesInClear } from "../doctor/stack-values.ts";
import { FlotillaError } from "../flotilla-error.ts";
import type { LookOptions } from "./arguments.ts";
import { askFirstKeys, unpinnedKeysOf } from "./first-keys.ts";
import {
  isKnownBeforehand,
  reachable,
  readStackOutputs,
  type StackOutputs,
} from "./known-hosts-of-stack.ts";
import { readProject, readSecret, type ProjectConfig } from "./project.ts";
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
    endpoints: endpointsOf(valuesInClear(project), process.env),
    interfaces: networkInterfaces(),
  });
  const { fleet, settings, openKey, notes } = checked;
  const refusal = openKey && closeKey(openKey);
  const problems = [...checked.problems, ...(refusal ? [refusal] : [])];
  if (problems.length > 0)
    throw new FlotillaError(renderProblems(project.configFile, problems));
  for (const note of notes) say(note);
  if (openKey) say(closedKeyMessage(openKey));
  const wanted = named(fleet.hosts, names, project.configFile);
  const isAllKnown = Object.values(wanted).every(isKnownBeforehand);
  const known =
    isAllKnown && !ownsOperatorKey(settings)
      ? nothing
      : await readStackOutputs(project, options);
  const {
    fleet: reached,
    unmet,
    leftOut,
  } = reachable({ ...fleet, hosts: wanted }, known);
  for (const [name, { text }] of Object.entries(leftOut))
    say(`${name} is left out: ${text}`);
  const first = await askFirstKeys(unmet, options.timeout);
  const plan = planPreflight({
    ...reached,
    hosts: { ...reached.hosts, ...first.hosts },
    preflight: { ...settings.preflight, enabled: true },
  });
  const parsed = preflight.parse(plan ?? { hosts: {} });
  return {
    ...parsed,
    ...{ leftOut, silent: first.silent },
    unpinnedKeys: unpinnedKeysOf(first),
    privateKey:
      checked.privateKey ??
      (Object.keys(parsed.hosts).length === 0
        ? ""
        : await keyOfStack({ project, settings, known, options })),
  };
}

const nothing: StackOutputs = { hosts: {} };

interface KeyQuestion {
  readonly project: ProjectConfig;
  readonly settings: FleetSettings;
  readonly known: StackOutputs | { readonly fault: string };
  readonly options: LookOptions;
}

/** The private key that the stack keeps: a secret of the user's, or the one that it made. */
async function keyOfStack({
  project,
  settings,
  known,
  options,
}: KeyQuestion): Promise<string> {
  const { privateKey } = settings.ssh;
  if (privateKey) return readSecret(project, privateKey.secret, options.stack);
  if (!("fault" in known) && known.operatorKey !== undefined)
    return known.operatorKey;
  throw new FlotillaError(
    "the stack has no output operatorKey, the key that lets in: run 'pulumi up' with this version, or name ssh.privateKeyFile",
  );
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
