import type { ItemArgsOf, ItemKey, ItemKind } from "../manifest/items.ts";
import type { DeepInput } from "./input.ts";

/** Items by key: what a manifest holds. */
export type Items = Readonly<Partial<Record<ItemKey, unknown>>>;

/**
 * One item under its key, typed by its kind; spread it into a manifest's items.
 *
 * @example
 * ```ts
 * { ...item("package", "nginx", {}), ...item("unit", "nginx.service", {}) }
 * ```
 */
export function item<K extends ItemKind>(
  kind: K,
  name: string,
  body: DeepInput<ItemArgsOf<K>>,
): Items {
  return { [`${kind}:${name}`]: body };
}
