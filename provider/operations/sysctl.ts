import { untouched, type Operation } from "./operation.ts";

/** A parameter of the running kernel. What the host lacks, or may not change, counts as it is wanted. */
export const sysctl: Operation<"sysctl"> = {
  desired: ({ body }) => body.value,

  seen: ({ name, body }, observation) => {
    const fact = observation.sysctls.get(name);
    if (!fact) return undefined;
    return fact.state === "free" ? fact.value : body.value;
  },

  isOwned: () => true,

  change: ({ name, body }, { found, wanted }) => {
    if (found === wanted) return untouched("as it is wanted");
    return {
      steps: [{ phase: "files", verb: "sysctl", args: [name, body.value] }],
      touches: [["sysctl", name]],
      word: `set to ${wanted}`,
    };
  },

  remove: ({ name }) => ({
    steps: [{ phase: "removals", verb: "sysctl-restore", args: [name] }],
    touches: [["sysctl", name]],
    word: "put back",
  }),
};
