import { MISSING } from "./missing.ts";
import { isNginxConcern } from "./notification.ts";
import { untouched, type Operation } from "./operation.ts";
import { pathState } from "./path-state.ts";

/** A path at which nothing may lie. */
export const absent: Operation<"absent"> = {
  desired: () => MISSING,

  seen: (item, observation) => {
    const fact = observation.paths.get(item.name);
    return fact && pathState(fact, () => "file");
  },

  isUncertain: () => true,
  isOwned: () => true,

  change: (item, { found, isInstalling }) => {
    if (found === MISSING && !isInstalling) return untouched("kept away");
    return {
      steps: [{ phase: "removals", verb: "remove", args: [item.name] }],
      touches: [["path", item.name]],
      word: found === MISSING ? "kept away" : "removed",
      notify: item.body.notify,
      isNginxConfiguration: isNginxConcern(item),
    };
  },

  remove: () => untouched("no longer kept away"),
};
