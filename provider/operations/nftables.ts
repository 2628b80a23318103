import type { NftablesFact } from "../facts/observation.ts";
import { shortDigest } from "./digest.ts";
import type { ItemWith } from "./item.ts";
import { MISSING } from "./missing.ts";
import type { Change, Operation } from "./operation.ts";
import { renderNftables } from "./nftables-text.ts";

/** Changed rules that `observed` quotes. */
const QUOTED_LINES = 3;

/** The host's firewall: one table, loaded whole. */
export const nftables: Operation<"nftables"> = {
  desired: ({ name, body }) => rulesState(renderNftables(name, body)),

  seen: ({ name }, observation) => {
    const fact = observation.nftables.get(name);
    return fact && tableState(fact);
  },

  refuse: ({ name }, { isOurs, observation }) => {
    const fact = observation.nftables.get(name);
    if (isOurs || !fact?.loaded || fact.digest !== undefined) return undefined;
    return `exists and is not ours; remove it with 'nft delete table inet ${name}'`;
  },

  isOwned: () => true,

  change: (item, { found, wanted }) => {
    if (found === wanted)
      return { steps: [], touches: [], word: "taken over as it is" };
    return load(
      item,
      item.body.rules,
      found === MISSING ? "loaded" : "loaded anew",
    );
  },

  remove: ({ name, item, isDelete }) => {
    if (isDelete && item?.body.onDelete === "ssh-only") {
      const ssh = { protocol: "tcp", port: item.body.sshPort } as const;
      return {
        ...load(item, { ssh }, "reduced to SSH"),
        kept: `firewall ${name}, which lets in SSH and replies only`,
      };
    }
    return {
      steps: [{ phase: "firewall", verb: "firewall-remove", args: [name] }],
      touches: [["nft", name]],
      word: "removed",
    };
  },
};

function load(
  { name, body }: ItemWith<"nftables">,
  rules: ItemWith<"nftables">["body"]["rules"],
  word: string,
): Change {
  const content = renderNftables(name, { rules });
  return {
    steps: [
      {
        phase: "firewall",
        verb: "firewall",
        payload: { content },
        args: [name, String(body.confirmSeconds)],
      },
    ],
    touches: [["nft", name]],
    word,
    nftDigest: [name, shortDigest(content)],
  };
}

function rulesState(text: string): string {
  return `rules:${shortDigest(text)}`;
}

function tableState(fact: NftablesFact): string {
  if (!fact.loaded) return MISSING;
  if (!fact.drifted && fact.digest !== undefined) {
    return `rules:${fact.digest}${fact.loadsAtBoot ? "" : ", not loaded at boot"}`;
  }
  const lines = [
    ...fact.added.map((line) => `+ ${line}`),
    ...fact.gone.map((line) => `- ${line}`),
  ];
  if (lines.length === 0) return "drifted: loaded by no job";
  const more = lines.length - QUOTED_LINES;
  return `drifted: ${lines.slice(0, QUOTED_LINES).join("; ")}${more > 0 ? ` and ${String(more)} more` : ""}`;
}
