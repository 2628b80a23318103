import { MISSING } from "./missing.ts";
import { untouched, type Operation } from "./operation.ts";
import { attributes, mayExist, pathState } from "./path-state.ts";

/** A directory; one that was there before is not owned unless it holds data, and neither is ever removed. */
export const directory: Operation<"directory"> = {
  desired: (item) => attributes(item.body),

  seen: (item, observation) => {
    const fact = observation.paths.get(item.name);
    if (fact?.type === "directory") return attributes(fact);
    return fact && pathState(fact, () => "file");
  },

  refuse: (item, { isOurs, observation, found }) => {
    const type = observation.paths.get(item.name)?.type;
    if (isOurs || type === "missing" || type === "directory") return undefined;
    return `exists and is no directory: ${found}; move it away`;
  },

  isOwned: ({ body }, { found, isOurs }) =>
    isOurs || found === MISSING || body.data,

  change: (item, { found, wanted, observation }) => {
    if (found === wanted)
      return { steps: [], touches: [], word: "taken over as it is" };
    const { mode, owner, group } = item.body;
    const type = observation.paths.get(item.name)?.type;
    const isInTheWay = type !== "directory" && type !== "missing";
    const args = [item.name, mode, owner, group];
    return {
      steps: [
        ...(isInTheWay ? [removal(item.name)] : []),
        { phase: "directories", verb: "directory", args },
      ],
      touches: [["path", item.name]],
      word: found === MISSING || isInTheWay ? "created" : `given ${wanted}`,
    };
  },

  remove: ({ name, item }, observation) => {
    if (item?.body.data) return untouched("left as it is", `data in ${name}`);
    return {
      steps: mayExist(name, observation)
        ? [{ phase: "removals", verb: "remove", args: [name] }]
        : [],
      touches: [["path", name]],
      word: "removed when it is empty",
    };
  },
};

function removal(path: string) {
  return { phase: "directories", verb: "remove", args: [path] } as const;
}
