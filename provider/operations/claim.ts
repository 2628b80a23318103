import type { ItemKey, ItemKind } from "../../manifest/items.ts";
import type { ManifestItem } from "./item.ts";

/** Kinds that all speak of what lies at a path. */
const PATH_KINDS: readonly ItemKind[] = [
  "file",
  "directory",
  "link",
  "absent",
  "sshd",
];

/** Where items of the kind `sshd` lie. */
const SSHD_FOLDER = "/etc/ssh/sshd_config.d/";

/** Kinds that two manifests may both ask for, as long as nothing is to change. */
const SHARED_KINDS: readonly ItemKind[] = ["package", "directory", "unit"];

/** Every key under which the thing that an item speaks of may be owned, its own key first. */
export function claims(item: Pick<ManifestItem, "kind" | "name">): ItemKey[] {
  const kinds = PATH_KINDS.includes(item.kind) ? PATH_KINDS : [];
  return [item.kind, ...kinds.filter((kind) => kind !== item.kind)]
    .filter((kind) => kind !== "sshd" || item.name.startsWith(SSHD_FOLDER))
    .map((kind): ItemKey => `${kind}:${item.name}`);
}

/** The keys that are looked up in the ledger for an item. */
export function ledgerKeys(item: ManifestItem): ItemKey[] {
  switch (item.kind) {
    case "unit":
      return [item.key, packageBehind(item.name)];
    case "setting":
      return [item.key, fileBehind(item.name)];
    default:
      return claims(item);
  }
}

/** The package that a unit of this name comes from, where Debian calls both the same. */
export function packageBehind(unit: string): ItemKey {
  return `package:${unit.slice(0, unit.lastIndexOf("."))}`;
}

/** The file that a setting `<path>:<key>` stands in, as its owner would call it. */
export function fileBehind(setting: string): ItemKey {
  return `file:${setting.slice(0, setting.lastIndexOf(":"))}`;
}

/** True for kinds that a manifest may use while another one owns them. */
export function isShareable(kind: ItemKind): boolean {
  return SHARED_KINDS.includes(kind);
}
