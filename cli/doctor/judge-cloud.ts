import { catalogues } from "../../components/clouds/catalogues.ts";
import type { CloudProvider } from "../../components/clouds/config.ts";
import { stackLabel } from "../../components/clouds/name.ts";
import type { CloudView, SeenMachine } from "./cloud-view.ts";
import { info, ok, problem, warning, type Finding } from "./finding.ts";

/** What is judged at a provider. */
export interface CloudCase {
  readonly provider: CloudProvider;
  readonly view: CloudView;
  readonly stack: string;
  /** The provider's numbers of the machines in the stack's state. @default - nobody can say */
  readonly known: ReadonlySet<string> | undefined;
  /** Names of the machines that the fleet's hosts are to have. */
  readonly wanted: readonly string[];
}

/** What there is to say of a provider beside its hosts: quota, and machines that are nobody's or gone. */
export function judgeCloud(given: CloudCase): Finding[] {
  return [...judgeAccount(given), ...judgeQuota(given), ...judgeState(given)];
}

/** Whether a machine is in the state of the stack. */
export function isKnown(
  { known }: Pick<CloudCase, "known">,
  { id }: SeenMachine,
): boolean {
  return known?.has(id) ?? false;
}

function judgeAccount({ provider, view }: CloudCase): Finding[] {
  const { accountFault } = view;
  if (accountFault === undefined) return [];
  const { provider: title } = catalogues[provider];
  return [
    problem(
      "account",
      `the account ${accountFault}`,
      `${title} makes no machines for it: its console says what is missing`,
    ),
  ];
}

function judgeQuota(given: CloudCase): Finding[] {
  const { provider, view, wanted } = given;
  const { limit, machines } = view;
  const { provider: title } = catalogues[provider];
  if (limit === undefined)
    return [
      info(
        "quota",
        `nobody says how many machines it allows: ${title}'s console does`,
      ),
    ];
  const there = new Set(
    machines.filter((one) => isKnown(given, one)).map(({ name }) => name),
  );
  const missing = wanted.filter((name) => !there.has(name)).length;
  const text = `machines: ${machines.length} there, ${missing} to be made, ${limit} allowed`;
  if (missing === 0 || machines.length + missing <= limit)
    return [ok("quota", text)];
  const fix = `ask ${title} for more, or delete machines that nobody needs`;
  return [problem("quota", text, fix)];
}

/** Where the state and the provider do not agree. */
function judgeState(given: CloudCase): Finding[] {
  const { view, known, stack, provider } = given;
  if (!known) return [];
  const seen = new Set(view.machines.map(({ id }) => id));
  const gone = [...known].filter((id) => !seen.has(id));
  const orphans = view.machines.filter(
    (one) => one.isLabelled && !isKnown(given, one),
  );
  return [
    ...orphans.map(({ name, id }) =>
      warning(
        "orphan",
        `${name} (number ${id}) carries the label of stack ${stackLabel(stack)} and is in nobody's state`,
        `delete it in ${catalogues[provider].provider}'s console when nobody needs it; where another project has a stack of this name, give one of them a token of its own`,
      ),
    ),
    ...gone.map((id) =>
      warning(
        "gone",
        `machine number ${id} is in the stack's state, and not there`,
        "`pulumi refresh` says so to Pulumi, and the next `pulumi up` makes another; or the token is another project's",
      ),
    ),
  ];
}
