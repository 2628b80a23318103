import type { ItemOf } from "../../../manifest/items.ts";
import { sha256 } from "../digest.ts";
import { MISSING } from "../missing.ts";
import type { Operation, StepDraft } from "../operation.ts";
import { accessFile, renderAccess, renderSettings } from "./cluster-files.ts";

const ATTRIBUTES = "0640 postgres:postgres";

/** A cluster: runs, starts at boot, and reads our settings and access rules beside Debian's own files. */
export const cluster: Operation<"postgres-cluster"> = {
  desired: ({ name, body }) =>
    [
      "enabled online",
      `settings:${shortened(renderSettings(name, body))}`,
      `access:${shortened(renderAccess(body))}`,
    ].join(" "),

  seen: ({ name }, observation) => {
    const fact = observation.postgresClusters.get(name);
    if (!fact) return undefined;
    if (fact.server === "missing") return MISSING;
    const boot = fact.isEnabled ? "enabled" : "disabled";
    const files = `settings:${fileState(fact.settings)} access:${fileState(fact.access)}`;
    const state = `${boot} ${fact.server} ${files}`;
    return fact.isRestartPending ? `${state}, restart pending` : state;
  },

  refuse: ({ name }, { observation, isOurs, found, wanted }) => {
    const fact = observation.postgresClusters.get(name);
    if (isOurs || found === wanted || !fact?.settings) return undefined;
    return "has settings of Flotilla's that are another's: move conf.d/flotilla.conf away";
  },

  isOwned: () => true,

  change: ({ name, body }, { found, wanted }) => ({
    steps: found === wanted ? [] : clusterSteps(name, body),
    touches:
      found === wanted
        ? []
        : [
            ["path", accessFile(name)],
            ["postgres-cluster", name],
          ],
    word: found === wanted ? "taken over as it is" : "configured",
  }),

  remove: ({ name }) => ({
    steps: [
      { phase: "sql-removals", verb: "postgres-cluster-remove", args: [name] },
    ],
    touches: [
      ["path", accessFile(name)],
      ["postgres-cluster", name],
    ],
    word: "given back to Debian's configuration",
    kept: `PostgreSQL ${name}, with its data, for its own host alone`,
  }),
};

function clusterSteps(
  name: string,
  body: ItemOf<"postgres-cluster">,
): StepDraft[] {
  const [mode = "", account = ""] = ATTRIBUTES.split(" ");
  return [
    {
      phase: "cluster",
      verb: "file",
      payload: { content: renderAccess(body) },
      args: [accessFile(name), mode, ...account.split(":"), "-"],
    },
    {
      phase: "cluster",
      verb: "postgres-cluster",
      payload: { content: renderSettings(name, body) },
      args: [name],
    },
  ];
}

function shortened(text: string): string {
  return short(sha256(text));
}

/** Enough of a hash to tell two configurations apart. */
function short(hash: string): string {
  return hash.slice(0, 16);
}

function fileState(found: string | undefined): string {
  if (found === undefined) return MISSING;
  const at = found.lastIndexOf(" ");
  const attributes = found.slice(0, at);
  const hash = short(found.slice(at + 1));
  return attributes === ATTRIBUTES ? hash : `${hash} (${attributes})`;
}
