import { MISSING } from "./missing.ts";
import { isNginxConcern, removalNotifications } from "./notification.ts";
import type { Operation } from "./operation.ts";
import { mayExist, pathState } from "./path-state.ts";

/** A symbolic link. */
export const link: Operation<"link"> = {
  desired: (item) => `→ ${item.body.target}`,

  seen: (item, observation) => {
    const fact = observation.paths.get(item.name);
    return fact && pathState(fact, () => "file");
  },

  refuse: (item, { found, wanted, isOurs, observation }) => {
    if (observation.paths.get(item.name)?.type === "directory")
      return "is a directory on the host: move it away";
    if (isOurs || item.body.adopt || found === MISSING || found === wanted)
      return undefined;
    return `exists and is not ours: ${found}; set adopt: true or move it away`;
  },

  isOwned: () => true,

  change: (item, { found, wanted }) => {
    if (found === wanted)
      return { steps: [], touches: [], word: "taken over as it is" };
    const args = [item.name, item.body.target];
    return {
      steps: [{ phase: "files", verb: "link", args }],
      touches: [["path", item.name]],
      word: found === MISSING ? "created" : "replaced",
      notify: item.body.notify,
      isNginxConfiguration: isNginxConcern(item),
    };
  },

  remove: ({ name, item }, observation) => ({
    steps: mayExist(name, observation)
      ? [{ phase: "removals", verb: "remove", args: [name] }]
      : [],
    touches: [["path", name]],
    word: "removed",
    notify: removalNotifications(name, item),
    isNginxConfiguration: isNginxConcern(item),
  }),
};
