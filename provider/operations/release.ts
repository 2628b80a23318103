import type { ReleaseFact } from "../facts/observation.ts";
import type { ItemWith } from "./item.ts";
import { MISSING } from "./missing.ts";
import type { Operation } from "./operation.ts";
import { releaseDigest } from "./release-digest.ts";

/** Differing files that `observed` names. */
const NAMED_FILES = 3;

/** An immutable directory of static files behind the link `current`. */
export const release: Operation<"release"> = {
  desired: ({ body }) => `release:${releaseDigest(body.files)}`,

  seen: (item, observation) => {
    const fact = observation.releases.get(item.name);
    return fact && releaseState(item, fact);
  },

  refuse: (_, { found, isOurs, wanted }) =>
    isOurs || found === MISSING || found === wanted
      ? undefined
      : `exists and is not ours: ${found}; move it away`,

  isOwned: () => true,

  change: ({ name, body }, { found, wanted }) => {
    if (found === wanted)
      return { steps: [], touches: [], word: "taken over as it is" };
    const { source, files, keep } = body;
    return {
      steps: [
        {
          phase: "releases",
          verb: "release",
          payload: { release: { source, files } },
          args: [name, releaseDigest(files), String(keep)],
        },
      ],
      touches: [["release", name]],
      word: wordFor(found, wanted),
    };
  },

  remove: ({ name }) => ({
    steps: [{ phase: "releases", verb: "release-remove", args: [name] }],
    touches: [["release", name]],
    word: "removed",
  }),
};

function wordFor(found: string, wanted: string): string {
  if (found === MISSING) return "created";
  return found.startsWith(wanted) ? "put back" : "switched";
}

/** What was edited by hand in a release of the wanted name is said file by file. */
function releaseState(item: ItemWith<"release">, fact: ReleaseFact): string {
  if (fact.current === undefined) return MISSING;
  if (fact.current === releaseDigest(fact.files))
    return `release:${fact.current}`;
  if (fact.current !== releaseDigest(item.body.files))
    return `release:${fact.current}, edited by hand`;
  const differing = differingFiles(item.body.files, fact.files);
  const more = differing.length - NAMED_FILES;
  return `release:${fact.current}, edited by hand: ${differing.slice(0, NAMED_FILES).join(", ")}${more > 0 ? ` and ${String(more)} more` : ""}`;
}

function differingFiles(
  wanted: Readonly<Record<string, string>>,
  found: ReadonlyMap<string, string>,
): string[] {
  const paths = new Set([...Object.keys(wanted), ...found.keys()]);
  return [...paths].filter((path) => wanted[path] !== found.get(path)).sort();
}
