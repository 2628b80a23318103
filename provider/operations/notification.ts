import type { Notification } from "../../manifest/items.ts";
import { notificationsOf, type ManifestItem } from "./item.ts";

/** The unit whose configuration is checked whole. */
export const NGINX_UNIT = "nginx.service";

const UNIT_PATH =
  /^(?:\/etc|\/run|(?:\/usr)?(?:\/local)?\/lib)\/systemd\/system\/(?:[^/]+\.(?:service|timer|socket|path|mount|target|slice)|([^/]+)\.d\/[^/]+\.conf)$/;

/** A path from which systemd reads units, so that it has to read them anew. */
export function isUnitPath(path: string): boolean {
  return UNIT_PATH.test(path);
}

/** Whom to tell that a path is gone: whom its item named, and the unit that it was a drop-in of. */
export function removalNotifications(
  path: string,
  item: ManifestItem | undefined,
): readonly Notification[] {
  const named = item ? notificationsOf(item) : [];
  const unit = UNIT_PATH.exec(path)?.[1];
  return unit === undefined ? named : [...named, { unit, action: "restart" }];
}

/** Whether a change of this item is a change of nginx' configuration, which is checked whole before any reload. */
export function isNginxConcern(item: ManifestItem | undefined): boolean {
  if (!item) return false;
  const isValidated = item.kind === "file" && item.body.validate === "nginx";
  return (
    isValidated || notificationsOf(item).some(({ unit }) => unit === NGINX_UNIT)
  );
}
