import { breakGlassFile } from "../../cloud-init/render.ts";
import type { GateArgs } from "../../manifest/gates.ts";
import { item, type Items } from "../items.ts";

/** What decides where the key lies. */
export interface BreakGlassSettings {
  readonly key: string;
  readonly user: string;
  readonly home?: string | undefined;
}

/**
 * The key's own file: sshd reads it beside `authorized_keys`, which stays as it is. It is the login's and of its own
 * group, as sshd and `adduser` want it.
 */
export function breakGlassItems(settings: BreakGlassSettings): Items {
  return item("file", fileOf(settings), {
    template: breakGlassFile.template,
    values: { key: settings.key },
    mode: "0600",
    owner: settings.user,
    group: settings.user,
  });
}

/** sshd itself says that it would let the key in. */
export function breakGlassGates(
  settings: BreakGlassSettings,
): Readonly<Record<string, GateArgs>> {
  const { user } = settings;
  const file = fileOf(settings);
  return { "break-glass": { kind: "ssh-key", user, file, deadlineSeconds: 5 } };
}

function fileOf({ user, home }: BreakGlassSettings): string {
  const folder = home ?? (user === "root" ? "/root" : `/home/${user}`);
  return `${folder}/${breakGlassFile.path}`;
}
