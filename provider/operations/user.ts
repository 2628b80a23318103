import type { ItemOf } from "../../manifest/items.ts";
import type { UserFact } from "../facts/observation.ts";
import type { ItemWith } from "./item.ts";
import { MISSING } from "./missing.ts";
import { untouched, type Operation, type Situation } from "./operation.ts";

/** Accounts below this number are the system's. */
const FIRST_UID = 1000;

/** A Linux account. One that was there before is never owned, and so never removed. */
export const user: Operation<"user"> = {
  desired: ({ name, body }) =>
    accountState(body, {
      uid: body.uid ?? 0,
      group: name,
      groups: body.groups.toSorted(),
      password: "locked",
      expires: false,
      home: homeOf(name, body),
      shell: body.shell,
      comment: body.comment,
    }),

  seen: ({ name, body }, { users }) => {
    if (!users.has(name)) return undefined;
    const fact = users.get(name);
    return fact ? accountState(body, fact) : MISSING;
  },

  refuse: (item, situation) => {
    const fact = situation.observation.users.get(item.name);
    const reason = fact
      ? refusalOfExisting(item, fact, situation)
      : refusalOfNew(item, situation);
    return reason ?? refusalOfGroups(item, situation);
  },

  isOwned: (_, { found, isOurs }) => isOurs || found === MISSING,

  change: (item, { found, wanted }) => {
    const { name, body } = item;
    if (found === wanted)
      return { steps: [], touches: [], word: "taken over as it is" };
    const home = homeOf(name, body);
    return {
      steps: [{ phase: "users", verb: "user", args: userWords(name, body) }],
      touches: [["user", name, home]],
      word:
        found === MISSING ? "created" : `changed: ${difference(found, wanted)}`,
    };
  },

  remove: ({ name, item }, { users }) => {
    if (users.has(name) && !users.get(name)) return untouched("gone already");
    const home = item
      ? homeOf(name, item.body)
      : (users.get(name)?.home ?? "-");
    const keepData = item?.body.keepData ?? true;
    return {
      steps: [
        {
          phase: "users-gone",
          verb: "user-remove",
          args: [name, home, keepData ? "keep" : "purge"],
        },
      ],
      touches: [["user", name, home]],
      word: keepData ? "removed, its home kept" : "removed with its home",
      ...(keepData && {
        kept: home === "-" ? `home of ${name}` : `home ${home}`,
      }),
    };
  },
};

/** The folder of an account. */
export function homeOf(name: string, body: ItemOf<"user">): string {
  return body.home ?? `/home/${name}`;
}

/** Arguments of the runtime's verb `user`. */
function userWords(name: string, body: ItemOf<"user">): string[] {
  const { uid, shell, groups, system, comment } = body;
  return [
    name,
    homeOf(name, body),
    shell,
    groups.toSorted().join(",") || "-",
    uid === undefined ? "-" : String(uid),
    system ? "system" : "person",
    comment || "-",
  ];
}

/** What is said of an account; the number only where one is asked for. */
function accountState(
  body: Pick<ItemOf<"user">, "uid">,
  fact: UserFact,
): string {
  const { uid, group, groups, password, expires, home, shell, comment } = fact;
  return [
    ...(body.uid === undefined ? [] : [`uid ${String(uid)}`]),
    `password ${password}`,
    `shell ${shell}`,
    `home ${home}`,
    `group ${group}`,
    `groups ${groups.join(" ") || "none"}`,
    ...(expires ? ["expires"] : []),
    ...(comment ? [`comment ${comment}`] : []),
  ].join(", ");
}

function difference(found: string, wanted: string): string {
  const had = found.split(", ");
  const now = wanted.split(", ");
  const added = now.filter((one) => !had.includes(one));
  const gone = had.filter((one) => !now.includes(one));
  return added.length > 0 ? added.join(", ") : `no longer ${gone.join(", ")}`;
}

function refusalOfExisting(
  { name, body }: ItemWith<"user">,
  fact: UserFact,
  { isOurs }: Situation,
): string | undefined {
  const uid = String(fact.uid);
  if (fact.uid === 0)
    return "is root under another name (uid 0): choose another name";
  if (!isOurs && fact.uid < FIRST_UID && !(body.adopt && body.system))
    return `exists and is the system's (uid ${uid}): choose another name; a program may take it over with both adopt and system`;
  if (!isOurs && !body.adopt)
    return `exists and is not ours (uid ${uid}): set adopt: true or choose another name`;
  if (body.uid !== undefined && body.uid !== fact.uid)
    return `has uid ${uid}, not ${String(body.uid)}: its files would stay behind; declare uid ${uid}, or remove the account first`;
  const home = homeOf(name, body);
  if (home !== fact.home)
    return `lives in ${fact.home}, not ${home}: its files would stay behind; declare home ${fact.home}, or remove the account first`;
  return undefined;
}

function refusalOfNew(
  { name, body }: ItemWith<"user">,
  { observation }: Situation,
): string | undefined {
  if (observation.groups.has(name))
    return `would become a member of the group '${name}', which exists: choose another name`;
  const taken =
    body.uid === undefined ? undefined : observation.uids.get(body.uid);
  return taken === undefined
    ? undefined
    : `cannot have uid ${String(body.uid)}: it belongs to ${taken}`;
}

function refusalOfGroups(
  { body }: ItemWith<"user">,
  { observation, isInstalling }: Situation,
): string | undefined {
  const missing = body.groups.find((group) => !observation.groups.has(group));
  return missing === undefined || isInstalling
    ? undefined
    : `wants the group '${missing}', which the host does not have: install the package that brings it, or make it with 'groupadd ${missing}'`;
}
