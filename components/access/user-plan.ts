import type { Input } from "@pulumi/pulumi";
import type { ItemArgsOf } from "../../manifest/items.ts";
import { item, type Items } from "../items.ts";
import { renderSudoers, sudoersPath, type Sudo } from "./sudoers.ts";

/** What decides an account. */
export interface UserSettings {
  readonly account: string;
  readonly sshKeys: readonly Input<string>[];
  readonly sudo: Sudo;
  readonly groups: readonly string[];
  readonly shell: string;
  readonly home: string;
  readonly uid?: number | undefined;
  readonly system: boolean;
  readonly comment: string;
  readonly keepData: boolean;
  readonly adopt: boolean;
}

/** The items of an account: itself, the keys that open it, and what it may do as root. */
export function userItems(settings: UserSettings): Items {
  const { account, sshKeys, sudo, groups, home, uid, adopt, ...rest } =
    settings;
  const { shell, system, comment, keepData } = rest;
  const own = { owner: account, group: account } as const;
  const folder = `${home}/.ssh`;
  const rights = renderSudoers(account, sudo);
  return {
    ...item("user", account, {
      ...(uid === undefined ? {} : { uid }),
      shell,
      home,
      groups: [...groups].sort(),
      system,
      comment,
      keepData,
      adopt,
    }),
    ...item("directory", folder, { ...own, mode: "0700" }),
    ...authorizedKeysItem(folder, sshKeys, { ...own, adopt }),
    ...(rights === undefined
      ? {}
      : item("file", sudoersPath(account), {
          template: rights,
          mode: "0440",
          validate: "sudoers",
        })),
  };
}

/** The keys that open an account: these and no others. */
export function authorizedKeysItem(
  folder: string,
  keys: readonly Input<string>[],
  rest: Pick<ItemArgsOf<"file">, "owner" | "group" | "adopt">,
): Items {
  return item("file", `${folder}/authorized_keys`, {
    ...keysOf(keys),
    ...rest,
    mode: "0600",
    validate: "authorized-keys",
  });
}

/** One value per key, so that a preview shows each by itself. */
function keysOf(keys: readonly Input<string>[]) {
  const names = keys.map((_, index) => `key${String(index + 1)}`);
  return {
    template: [head, ...names.map((name) => `{{${name}}}\n`)].join(""),
    values: Object.fromEntries(
      keys.map((key, index) => [names[index] ?? "", key]),
    ),
  };
}

const head = "# Made by Flotilla; keys added by hand are taken back.\n";
