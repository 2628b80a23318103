import type { ItemKey } from "../../manifest/items.ts";
import { parseItemKey } from "../../manifest/manifest.ts";
import { claims, isShareable } from "./claim.ts";
import { nameOf, type ManifestItem } from "./item.ts";
import type { JobContext, JobInput, Refusal } from "./job-plan.ts";
import { operationOf } from "./kinds.ts";
import { lockoutReason } from "./lockout.ts";
import type { Change, Removal, Situation } from "./operation.ts";
import { askedBy, isPostgres } from "./postgres/ask.ts";
import { UNREAD } from "./state.ts";

/** A change, the item that wants it, and what happens to the ledger. */
export interface PlannedChange extends Change {
  readonly key: ItemKey;
  readonly reason: string;
  readonly summary: string;
  readonly own: readonly ItemKey[];
  readonly disown: readonly ItemKey[];
}

/** What an item asks for: a change, nothing, or to be left alone with the reason why. */
export function planItem(
  item: ManifestItem,
  input: JobInput,
  isInstalling: boolean,
): PlannedChange | Refusal | undefined {
  const { key, kind } = item;
  const operation = operationOf(item);
  const { observation, digestKey, manifestId } = input;
  const found = operation.seen(item, observation, digestKey);
  if (found === undefined)
    return { key, reason: `could not be read: ${problemOf(item, input)}` };
  const twin = claims(item).find((one) => one !== key && input.items.has(one));
  if (twin) return { key, reason: `is also declared as '${twin}'` };

  const wanted = operation.desired(item, digestKey);
  const owned = ownedClaims(item, input);
  const stranger = claims(item)
    .map((claim) => observation.owners.get(claim))
    .find((owner) => owner !== undefined && owner !== manifestId);
  if (stranger !== undefined) {
    if (isShareable(kind) && found === wanted) return undefined;
    return { key, reason: `belongs to manifest '${stranger}' on this host` };
  }
  const situation: Situation = {
    manifestId,
    digestKey,
    observation,
    found,
    wanted,
    isOurs: owned.length > 0,
    isInstalling,
  };
  const reason =
    lockoutReason(item, input.items, input.login) ??
    operation.refuse?.(item, situation);
  if (reason !== undefined) return { key, reason };
  return plannedChange(item, situation, owned);
}

function plannedChange(
  item: ManifestItem,
  situation: Situation,
  owned: readonly ItemKey[],
): PlannedChange | undefined {
  const { key } = item;
  const { found, wanted } = situation;
  const operation = operationOf(item);
  const isToBeOwned = operation.isOwned(item, situation);
  const own = isToBeOwned && !owned.includes(key) ? [key] : [];
  const disown = owned.filter((claim) => claim !== key);
  const isSettled =
    found === wanted &&
    !(situation.isInstalling && operation.isUncertain?.(item, situation));
  if (isSettled && own.length === 0 && disown.length === 0) return undefined;
  const change = operation.change(item, situation);
  return {
    ...change,
    key,
    reason: found === wanted ? "is as wanted" : `${found} instead of ${wanted}`,
    summary: `${nameOf(key)} ${change.word}`,
    own,
    disown,
  };
}

/** Everything that the ledger gives to this manifest, and that `items` no longer speaks of, last made first. */
export function planRemovals(
  input: JobContext & Pick<JobInput, "items" | "previousItems">,
  isDelete: boolean,
): PlannedChange[] {
  const claimed = new Set([...input.items.values()].flatMap(claims));
  const gone = [...input.observation.owners]
    .filter(([, owner]) => owner === input.manifestId)
    .map(([key]) => key as ItemKey)
    .filter((key) => !claimed.has(key));
  return gone
    .sort()
    .reverse()
    .flatMap((key) => planRemoval(key, input, isDelete));
}

function planRemoval(
  key: ItemKey,
  input: JobContext & Pick<JobInput, "previousItems">,
  isDelete: boolean,
): PlannedChange[] {
  const parsed = parseItemKey(key);
  if (!parsed) return [];
  const item = input.previousItems.get(key);
  const removal = { ...parsed, key, item, isDelete } as Removal<
    typeof parsed.kind
  >;
  const change = operationOf(removal).remove(removal, input.observation);
  return [
    {
      ...change,
      key,
      reason: "is declared no longer",
      summary: `${nameOf(key)} ${change.word}`,
      own: [],
      disown: [key],
    },
  ];
}

function ownedClaims(item: ManifestItem, input: JobContext): ItemKey[] {
  return claims(item).filter(
    (key) => input.observation.owners.get(key) === input.manifestId,
  );
}

/** Problems carry the name of an item, or of the call that read many at once. */
function problemOf(item: ManifestItem, { observation }: JobContext): string {
  const calls: Readonly<Record<string, string>> = {
    package: "observe_packages",
    unit: "observe_units",
    sysctl: "observe_sysctls",
    user: "observe_users",
  };
  const call = isPostgres(item)
    ? askedBy(item)
    : (calls[item.kind] ?? "observe_paths");
  const { problems } = observation;
  return problems.get(item.name) ?? problems.get(call) ?? UNREAD;
}
