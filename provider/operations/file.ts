import type { ItemOf } from "../../manifest/items.ts";
import { contentDigest, sha256 } from "./digest.ts";
import type { ItemWith } from "./item.ts";
import { MISSING } from "./missing.ts";
import type { Change, Operation, Situation, StepDraft } from "./operation.ts";
import { attributes, mayExist, pathState } from "./path-state.ts";
import { isNginxConcern, removalNotifications } from "./notification.ts";
import { renderTemplate } from "./template.ts";

/** A file whose content is rendered here, from a template and its values. */
export const file: Operation<"file"> = {
  desired: (item, digestKey) =>
    `${attributes(item.body)} ${contentDigest(sha256(render(item.body)), keyFor(item, digestKey))}`,

  seen: (item, observation, digestKey) => {
    const fact = observation.paths.get(item.name);
    const key = keyFor(item, digestKey);
    return fact && pathState(fact, (hash) => contentDigest(hash, key));
  },

  refuse: (item, { found, wanted, isOurs, observation }) => {
    if (observation.paths.get(item.name)?.type === "directory")
      return "is a directory on the host: move it away";
    if (isOurs || item.body.adopt || found === MISSING) return undefined;
    if (contentOf(found) === contentOf(wanted)) return undefined;
    return `exists and is not ours: ${found}; set adopt: true or move it away`;
  },

  isOwned: () => true,
  change: changeFile,

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

function changeFile(item: ItemWith<"file">, situation: Situation): Change {
  const { found, wanted } = situation;
  const isContentSame = contentOf(found) === contentOf(wanted);
  return {
    steps: found === wanted ? [] : [fileStep(item, isContentSame)],
    touches: found === wanted ? [] : [["path", item.name]],
    word: wordFor(item.body, situation, isContentSame),
    notify: isContentSame ? [] : item.body.notify,
    isNginxConfiguration: !isContentSame && isNginxConcern(item),
  };
}

function fileStep(item: ItemWith<"file">, isContentSame: boolean): StepDraft {
  const { mode, owner, group, validate } = item.body;
  const args = [item.name, mode, owner, group];
  // In a folder of somebody else's, owner and mode are safe to set on a new file alone.
  if (isContentSame && owner === "root")
    return { phase: "files", verb: "attributes", args };
  return {
    phase: "files",
    verb: "file",
    payload: { content: render(item.body) },
    args: [...args, validate ?? "-"],
  };
}

function wordFor(
  body: ItemOf<"file">,
  { found, wanted }: Situation,
  isContentSame: boolean,
): string {
  if (found === wanted) return "taken over as it is";
  if (isContentSame) return `given ${attributes(body)}`;
  return found === MISSING ? "created" : "replaced";
}

function render(body: ItemOf<"file">): string {
  return renderTemplate(body.template, body.values);
}

/** The last word of the short form. */
function contentOf(state: string): string {
  return state.slice(state.lastIndexOf(" ") + 1);
}

function keyFor(item: ItemWith<"file">, digestKey: string): string | undefined {
  return item.secret ? digestKey : undefined;
}
