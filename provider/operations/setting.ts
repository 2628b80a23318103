import { fileBehind } from "./claim.ts";
import type { ItemWith } from "./item.ts";
import { MISSING } from "./missing.ts";
import type { Operation } from "./operation.ts";

/** One line of a file that belongs to somebody else. */
export const setting: Operation<"setting"> = {
  desired: ({ body }) => body.value,

  seen: ({ name }, observation) => {
    const fact = observation.settings.get(name);
    if (!fact) return undefined;
    if (fact.count > 1) return `set ${String(fact.count)} times`;
    return fact.count === 0 ? MISSING : fact.value;
  },

  refuse: ({ name }, { found, observation }) => {
    const owner = observation.owners.get(fileBehind(name));
    if (owner !== undefined)
      return `stands in a file that belongs whole to manifest '${owner}' on this host`;
    return /^set \d+ times$/.test(found)
      ? `is ${found}: leave one line in ${pathOf(name)}`
      : undefined;
  },

  isOwned: () => true,

  change: ({ name, body }, { found, wanted }) => ({
    steps:
      found === wanted
        ? []
        : [
            {
              phase: "files",
              verb: "setting",
              args: [pathOf(name), keyOf(name), body.separator, body.value],
            },
          ],
    touches: found === wanted ? [] : [["path", pathOf(name)]],
    word: found === wanted ? "taken over as it is" : `set to ${wanted}`,
  }),

  remove: ({ name }) => ({
    steps: [
      {
        phase: "removals",
        verb: "setting-restore",
        args: [pathOf(name), keyOf(name)],
      },
    ],
    touches: [["path", pathOf(name)]],
    word: "put back",
  }),
};

/** What a host is asked: path, key, separator. */
export function settingWords({ name, body }: ItemWith<"setting">): string[] {
  return [pathOf(name), keyOf(name), body.separator];
}

function pathOf(name: string): string {
  return name.slice(0, name.lastIndexOf(":"));
}

function keyOf(name: string): string {
  return name.slice(name.lastIndexOf(":") + 1);
}
