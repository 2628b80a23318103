import { publicHalfOfHostKey } from "../../manifest/host-key.ts";
import type { HostKeyFact } from "../facts/observation.ts";
import { fingerprint } from "./digest.ts";
import { MISSING } from "./missing.ts";
import { untouched, type Operation } from "./operation.ts";

/** The host's own key: one that is there is replaced whoever made it, since it is the one that nobody knows yet. */
export const hostKey: Operation<"host-key"> = {
  desired: ({ body }) => stateOf(publicHalfOfHostKey(body.privateKey) ?? ""),

  seen: ({ name }, { hostKeys }) => {
    const fact = hostKeys.get(name);
    return fact && factState(fact);
  },

  isOwned: () => true,

  change: ({ name, body }, { found, wanted }) => {
    if (found === wanted) return untouched("taken over as it is");
    const path = hostKeyPath(name);
    return {
      steps: [
        {
          phase: "sshd",
          verb: "host-key",
          payload: { content: `${body.privateKey.trim()}\n` },
          args: [path],
        },
      ],
      touches: [
        ["sshd", path],
        ["sshd", `${path}.pub`],
      ],
      confirmSeconds: body.confirmSeconds,
      word: found === MISSING ? "installed" : "replaced",
    };
  },

  remove: ({ name, isDelete }) =>
    untouched("left as it is", isDelete ? `host key ${name}` : undefined),
};

/** Where sshd looks for its key of a type. */
export function hostKeyPath(type: string): string {
  return `/etc/ssh/ssh_host_${type}_key`;
}

/** The fingerprint as `ssh-keygen -l` prints it. */
function stateOf(publicHalf: string): string {
  const [type = "", blob = ""] = publicHalf.split(" ");
  return `${type} ${fingerprint(Buffer.from(blob, "base64"))}`;
}

function factState({ state, publicHalf }: HostKeyFact): string {
  switch (state) {
    case "missing":
      return MISSING;
    case "unreadable":
      return "not a private key that only root reads";
    case "found":
      return stateOf(publicHalf);
  }
}
