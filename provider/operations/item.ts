import {
  itemKinds,
  type ItemKey,
  type ItemKind,
  type ItemOf,
  type Notification,
} from "../../manifest/items.ts";
import { parseItemKey } from "../../manifest/manifest.ts";

/** One item of a manifest, parsed. `secret` says that a value of it is a secret: its digest is then keyed. */
export interface ItemWith<K extends ItemKind> {
  readonly kind: K;
  readonly key: ItemKey;
  readonly name: string;
  readonly body: ItemOf<K>;
  readonly secret: boolean;
}

/** Any item. */
export type ManifestItem = { [K in ItemKind]: ItemWith<K> }[ItemKind];

/** The items of a manifest by key. */
export type Items = ReadonlyMap<ItemKey, ManifestItem>;

/** Parses every item; throws a `ZodError` for the first that is wrong. `secretKeys` are the keys of items that hold a secret anywhere. */
export function parseItems(
  items: Readonly<Record<string, unknown>>,
  secretKeys: ReadonlySet<string> = new Set(),
): Items {
  return new Map(
    Object.entries(items).map(([key, body]) => {
      const item = parseItem(key, body, secretKeys.has(key));
      return [item.key, item];
    }),
  );
}

function parseItem(key: string, body: unknown, secret: boolean): ManifestItem {
  const parsed = parseItemKey(key);
  if (!parsed) throw new Error(`'${key}' is the key of no known kind of item`);
  const { kind, name } = parsed;
  return {
    kind,
    key: key as ItemKey,
    name,
    body: itemKinds[kind].parse(body),
    secret,
  } as ManifestItem;
}

/** The units that want to hear of a change of an item. */
export function notificationsOf(item: ManifestItem): readonly Notification[] {
  return "notify" in item.body ? item.body.notify : [];
}

/** `file /etc/hosts`, for people. */
export function nameOf(key: string): string {
  const kind = key.slice(0, key.indexOf(":"));
  const name = key.slice(kind.length + 1);
  switch (kind) {
    case "absent":
      return `path ${name}`;
    case "unit":
      return name;
    case "nftables":
      return `firewall ${name}`;
    case "sshd":
      return `settings of sshd ${name}`;
    case "host-key":
      return `host key ${name}`;
    case "setting":
      return `setting ${name.slice(name.lastIndexOf(":") + 1)} in ${name.slice(0, name.lastIndexOf(":"))}`;
    case "postgres-cluster":
      return `PostgreSQL ${name}`;
    case "postgres-role":
    case "postgres-database":
    case "postgres-grant":
      return `PostgreSQL ${kind.slice("postgres-".length)} ${name}`;
    default:
      return `${kind} ${name}`;
  }
}
