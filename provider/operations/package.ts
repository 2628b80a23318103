import type { ItemWith } from "./item.ts";
import { MISSING } from "./missing.ts";
import { untouched, type Operation } from "./operation.ts";

/** A Debian package; one that was there before is never owned, and so never purged. */
export const packages: Operation<"package"> = {
  desired: ({ body }) => installed(body.version),

  seen: ({ name, body }, observation) => {
    const fact = observation.packages.get(name);
    if (!fact) return undefined;
    if (fact.broken) return "broken";
    if (!fact.installed) return MISSING;
    return installed(body.version === undefined ? undefined : fact.version);
  },

  isOwned: (_, { found, isOurs }) => isOurs || found === MISSING,

  change: (item, { found, wanted }) => ({
    steps:
      found === wanted
        ? []
        : [{ phase: "packages", verb: "packages-install", args: [word(item)] }],
    touches: [],
    word: found === "broken" ? "repaired" : "installed",
    deferred: found === wanted ? [] : item.body.deferStart,
  }),

  remove: ({ name, item, isDelete }) => {
    if (!isDelete || !item?.body.purge)
      return untouched("left installed", `package ${name}`);
    return {
      steps: [{ phase: "purge", verb: "packages-purge", args: [name] }],
      touches: [],
      word: "purged",
    };
  },
};

function installed(version: string | undefined): string {
  return version === undefined ? "installed" : `installed ${version}`;
}

function word({ name, body }: ItemWith<"package">): string {
  return body.version === undefined ? name : `${name}=${body.version}`;
}
