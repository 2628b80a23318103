import type { ItemKey } from "../../manifest/items.ts";
import { nameOf, type Items, type ManifestItem } from "./item.ts";
import type { JobContext, Login, Refusal } from "./job-plan.ts";
import type { PlannedChange } from "./planned-change.ts";
import { renderTemplate } from "./template.ts";
import { homeOf } from "./user.ts";

/** Why a change of an item would keep this program itself out of the host. */
export function lockoutReason(
  item: ManifestItem,
  items: Items,
  login: Login,
): string | undefined {
  const account = items.get(`user:${login.user}`);
  if (account?.kind !== "user") return undefined;
  const { shell } = account.body;
  if (item === account && /\/(nologin|false)$/.test(shell))
    return `is the login that this program itself uses here: with the shell ${shell} nobody comes in`;
  const keys = `${homeOf(account.name, account.body)}/.ssh/authorized_keys`;
  if (item.kind !== "file" || item.name !== keys) return undefined;
  const { template, values } = item.body;
  return holdsKey(renderTemplate(template, values), login.publicKey)
    ? undefined
    : `does not hold the key that this program itself logs in with as ${login.user}: add its public key`;
}

/** The refusal to give up the account that this program logs in with. */
export function lostLogin(
  items: Items,
  previousItems: Items,
  context: JobContext,
): Refusal[] {
  const key = keyOf(context.login);
  if (items.has(key) || !holdsLogin(previousItems, context)) return [];
  const reason =
    "is the login that this program itself uses here: enter the host as somebody else first, or declare it again";
  return [{ key, reason }];
}

/** Whether a manifest holds the account that this program logs in with, or root's keys where that is root. */
export function holdsLogin(
  items: Items,
  { login, observation, manifestId }: JobContext,
): boolean {
  const key = keyOf(login);
  return items.has(key) || observation.owners.get(key) === manifestId;
}

/** The changes of a delete that leaves everything where it is: without it nobody could delete the rest. */
export function leftForLogin(
  changes: readonly PlannedChange[],
  { user }: Login,
): PlannedChange[] {
  const kept = `user ${user} with its keys and rights: this program itself logs in as it`;
  return changes.map(({ key, reason, own, disown }, index) => ({
    key,
    reason,
    own,
    disown,
    steps: [],
    touches: [],
    word: "left as it is",
    summary: `${nameOf(key)} left as it is`,
    ...(index === 0 && { kept }),
  }));
}

/** What the login stands and falls with: root is there without being made. */
function keyOf({ user }: Login): ItemKey {
  return user === "root" ? "file:/root/.ssh/authorized_keys" : `user:${user}`;
}

function holdsKey(text: string, key: string): boolean {
  return text
    .split("\n")
    .some((line) => !line.startsWith("#") && line.split(" ").includes(key));
}
