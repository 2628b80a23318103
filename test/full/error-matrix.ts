import {
  changeFor,
  cloudErrors,
  faultAt,
  takenBy,
  type ErrorName,
  type Only,
  type StepName,
} from "../e2e/cloud-errors.ts";
import {
  plugins,
  type Kind,
  type PaperFleet,
  type Plugin,
} from "../e2e/paper-fleet.ts";
import type { PulumiResult } from "../e2e/test-fleet.ts";

/** What one provider calls things. */
interface Words {
  readonly provider: string;
  readonly hosts: string;
  readonly size: string;
  readonly key: Kind;
  readonly firewall: Kind;
  readonly machine: Kind;
}

/** What the providers call things. */
export const words: Readonly<Record<Plugin, Words>> = {
  hcloud: {
    ...{ provider: "hetzner", hosts: "web", size: "cx22" },
    key: "hcloud:index/sshKey:SshKey",
    firewall: "hcloud:index/firewall:Firewall",
    machine: "hcloud:index/server:Server",
  },
  digitalocean: {
    ...{ provider: "digitalocean", hosts: "db", size: "s-1vcpu-1gb" },
    key: "digitalocean:index/sshKey:SshKey",
    firewall: "digitalocean:index/firewall:Firewall",
    machine: "digitalocean:index/droplet:Droplet",
  },
};

/** The answers, as people call them. */
export const errors = Object.keys(cloudErrors) as ErrorName[];

/** A host whose things meet one answer at every step. */
export interface Case {
  readonly plugin: Plugin;
  readonly error: ErrorName;
  readonly host: string;
  /** Its own, so that a firewall of its own stands before it. */
  readonly port: number;
}

/** One host for each answer, at each provider. */
export const cases: readonly Case[] = plugins.flatMap((plugin) =>
  errors.map((error, index) => {
    const host = `${words[plugin].hosts}-${error.replaceAll(" ", "-")}`;
    return { plugin, error, host, port: 2201 + index };
  }),
);

/** What a step is done to. */
export type Thing = "firewall" | "machine";

/** How each plugin took each answer: the words that it failed with, or that it waited. */
export type Table = Readonly<Record<string, string>>;

/** What the tables of `cloud-errors.ts` say of a step. */
export function expected(step: StepName): Table {
  return tableOf(({ plugin, error }) => {
    const taken = takenBy(plugin, step, error);
    return taken === "waits" ? taken : `fails: ${taken.fails}`;
  });
}

/** A row for each case. */
export function tableOf(cell: (one: Case) => string): Table {
  return Object.fromEntries(
    cases.map((one) => [`${one.plugin}, ${one.error}`, cell(one)]),
  );
}

/** One update in which each host's thing meets its own answer. */
export async function meet(
  paper: PaperFleet,
  step: StepName,
  thing: Thing,
): Promise<{ result: PulumiResult; table: Table }> {
  const numbers = await numbersOf(paper, thing);
  changeFor(step)(paper.fleet.config);
  await paper.fleet.configure();
  await paper.fail(
    cases.map((one) => {
      const name = nameOf(one, thing);
      const id = numbers.get(`${one.plugin} ${name}`);
      const only: Only = id === undefined ? { name } : { id };
      return faultAt(one.plugin, step, one.error, only);
    }),
  );
  const result = await paper.up("--continue-on-error");
  const table = tableOf((one) => {
    const said = failureOf(result.output, one, thing);
    if (said === undefined) return "waits";
    const taken = takenBy(one.plugin, step, one.error);
    const fails = taken === "waits" ? said : taken.fails;
    return said.includes(fails) ? `fails: ${fails}` : said;
  });
  return { result, table };
}

/** What is at the providers, by name there. */
async function numbersOf(
  paper: PaperFleet,
  thing: Thing,
): Promise<Map<string, string>> {
  const found = await Promise.all(
    plugins.map(async (plugin) =>
      (await paper.of(words[plugin][thing])).map(
        ({ name, id }) => [`${plugin} ${name}`, id] as const,
      ),
    ),
  );
  return new Map(found.flat());
}

/** What a host's thing is called at its provider. */
export function nameOf({ host, port }: Case, thing: Thing): string {
  return thing === "machine" ? `e2e-${host}` : `e2e-ssh-${port}`;
}

/** The errors of one resource, as the end of an update lists them. */
function failureOf(
  output: string,
  { plugin, host, port }: Case,
  thing: Thing,
): string | undefined {
  const { provider, [thing]: type } = words[plugin];
  const name = thing === "machine" ? host : `${provider}-ssh-${port}`;
  const heading = `  ${type.replace(/\/\w+:/, ":")} (${name}):\n`;
  const [, rest] = output.split(heading);
  const said = rest?.split(/\n\n|\n {2}\S/)[0];
  return said?.includes("error:") ? said : undefined;
}
