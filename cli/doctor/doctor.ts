import { networkInterfaces } from "node:os";
import { catalogues } from "../../components/clouds/catalogues.ts";
import type {
  CloudConfig,
  CloudProvider,
} from "../../components/clouds/config.ts";
import { machineTypes } from "../../components/clouds/machine-types.ts";
import { machineName } from "../../components/clouds/name.ts";
import {
  checkFleet,
  type CheckedFleet,
} from "../../components/config/check.ts";
import { neededPlugins } from "../install/plugins.ts";
import { secondsOf, type StackOptions } from "../look/arguments.ts";
import { pulumi, readProject, type ProjectConfig } from "../look/project.ts";
import { endpointsOf, findAccess } from "./cloud-access.ts";
import { ok, type Section } from "./finding.ts";
import { judgeCloud, type CloudCase } from "./judge-cloud.ts";
import { judgeHost } from "./judge-host.ts";
import { judgeMachine } from "./judge-machine.ts";
import { lookAtCloud } from "./look-at-cloud.ts";
import {
  isNoStack,
  readKnownIds,
  readValues,
  stackNameOf,
  type KnownIds,
  type StackValues,
} from "./stack-values.ts";

/** What `flotilla doctor` can be told. */
export interface DoctorOptions extends StackOptions {
  readonly timeout: string;
  readonly json?: boolean;
}

/** What was found, and of which stack. */
export interface Diagnosis {
  readonly stack: string;
  readonly configFile: string;
  /** What the environment says instead of the stack. */
  readonly notes: readonly string[];
  readonly sections: readonly Section[];
}

/** Looks at this machine, the stack and the providers of its hosts; nothing is changed anywhere. */
export async function diagnose(options: DoctorOptions): Promise<Diagnosis> {
  const timeoutSeconds = secondsOf(options.timeout);
  const project = await readProject(options);
  const stack = stackNameOf(project, options);
  const [values, known, pulumiVersion] = await Promise.all([
    readValues(project, stack),
    readKnownIds(project, stack),
    pulumi(project.directory, ["version"]).catch(() => undefined),
  ]);
  const checked = check(project, values);
  const hosts = madeHosts(checked);
  const stateFault = "fault" in known ? known.fault : undefined;
  const machine = judgeMachine({
    ...{ pulumiVersion, checked, stateFault },
    plugins: pluginsFor(hosts),
    valuesFault: values.fault,
    isNew: values.fault !== undefined && isNoStack(values.fault),
  });
  const clouds = [...new Set(hosts.map(({ cloud }) => cloud.provider))].sort();
  const looked = await Promise.all(
    clouds.map((provider) =>
      sectionsOf({
        provider,
        hosts: hosts.filter(({ cloud }) => cloud.provider === provider),
        values,
        known: "fault" in known ? undefined : known,
        ...{ stack: stack.short, timeoutSeconds },
      }),
    ),
  );
  const title = "this machine";
  return {
    stack: stack.full,
    configFile: project.configFile,
    notes: checked.notes,
    sections: [
      { kind: "machine", name: title, title, findings: machine },
      ...looked.flat(),
    ],
  };
}

/** A host whose machine is made. */
interface MadeHost {
  readonly name: string;
  readonly cloud: CloudConfig;
}

function check(project: ProjectConfig, stack: StackValues): CheckedFleet {
  const { env: environment } = process;
  const endpoints = endpointsOf(stack, environment);
  return checkFleet(project.input, {
    directory: project.directory,
    ...{ environment, endpoints, interfaces: networkInterfaces() },
    ...(stack.fault === undefined && {
      secrets: (name: string) => stack.values.get(`flotilla:${name}`),
    }),
  });
}

function madeHosts({ fleet }: CheckedFleet): MadeHost[] {
  return Object.entries(fleet.hosts)
    .flatMap(([name, { cloud }]) => (cloud ? [{ name, cloud }] : []))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Plugins of providers that no host is made at are not asked for. */
function pluginsFor(hosts: readonly MadeHost[]) {
  const names: Readonly<Record<CloudProvider, string>> = {
    digitalocean: "digitalocean",
    hetzner: "hcloud",
  };
  const used = hosts.map(({ cloud }) => names[cloud.provider]);
  const idle = Object.values(names).filter((name) => !used.includes(name));
  return neededPlugins().filter(({ name }) => !idle.includes(name));
}

interface ProviderQuestion {
  readonly provider: CloudProvider;
  readonly hosts: readonly MadeHost[];
  readonly values: StackValues;
  readonly known: KnownIds | undefined;
  readonly stack: string;
  readonly timeoutSeconds: number;
}

/** What is found at a provider, and of each host that is made there; of the provider alone where it lets nobody in. */
async function sectionsOf(question: ProviderQuestion): Promise<Section[]> {
  const { provider, hosts, values, stack, timeoutSeconds } = question;
  const { provider: title } = catalogues[provider];
  const section = { kind: "provider", name: provider, title } as const;
  const access = findAccess(provider, values, process.env);
  if ("check" in access) return [{ ...section, findings: [access] }];
  const images = [...new Set(hosts.map(({ cloud }) => cloud.image))];
  const view = await lookAtCloud({
    ...{ provider, access, timeoutSeconds, stack, images },
  });
  if ("check" in view) return [{ ...section, findings: [view] }];
  const at: CloudCase = {
    ...{ provider, view, stack },
    known:
      question.known &&
      (question.known.get(machineTypes[provider]) ?? new Set()),
    wanted: hosts.map(({ name, cloud }) =>
      machineName(stack, name, cloud.generation),
    ),
  };
  const { source, endpoint } = access;
  const token = ok("token", `${source} opens ${new URL(endpoint).host}`);
  return [
    { ...section, findings: [token, ...judgeCloud(at)] },
    ...hosts.map(({ name, cloud }): Section => {
      const findings = judgeHost({ name, cloud, at });
      return { kind: "host", name, title: `${name} (${title})`, findings };
    }),
  ];
}
