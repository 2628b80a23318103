import { contentDigest, sha256 } from "./digest.ts";
import { MISSING } from "./missing.ts";
import type { Operation } from "./operation.ts";
import { attributes, mayExist, pathState } from "./path-state.ts";
import { renderTemplate } from "./template.ts";

/** Mode and owner of every drop-in. */
const ATTRIBUTES = { mode: "0644", owner: "root", group: "root" };

/** Seconds for a drop-in that no inputs speak of any more. */
const CONFIRM_SECONDS = 60;

/** A drop-in of sshd: laid ready by a step of its own, and tried with all that is laid ready beside it. */
export const sshd: Operation<"sshd"> = {
  desired: ({ body, secret }, digestKey) => {
    const content = sha256(renderTemplate(body.template, body.values));
    const key = secret ? digestKey : undefined;
    return `${attributes(ATTRIBUTES)} ${contentDigest(content, key)}`;
  },

  seen: ({ name, secret }, observation, digestKey) => {
    const fact = observation.paths.get(name);
    const key = secret ? digestKey : undefined;
    return fact && pathState(fact, (hash) => contentDigest(hash, key));
  },

  refuse: ({ body }, { found, wanted, isOurs }) =>
    isOurs || body.adopt || found === MISSING || found === wanted
      ? undefined
      : `exists and is not ours: ${found}; set adopt: true or move it away`,

  isOwned: () => true,

  change: ({ name, body }, { found, wanted }) => {
    if (found === wanted)
      return { steps: [], touches: [], word: "taken over as they are" };
    return {
      steps: [
        {
          phase: "sshd",
          verb: "sshd",
          payload: { content: renderTemplate(body.template, body.values) },
          args: [name],
        },
      ],
      touches: [["sshd", name]],
      confirmSeconds: body.confirmSeconds,
      word: found === MISSING ? "created" : "replaced",
    };
  },

  remove: ({ name, item }, observation) => ({
    steps: mayExist(name, observation)
      ? [{ phase: "sshd", verb: "sshd-remove", args: [name] }]
      : [],
    touches: [["sshd", name]],
    confirmSeconds: item?.body.confirmSeconds ?? CONFIRM_SECONDS,
    word: "removed",
  }),
};
