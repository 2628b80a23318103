import { item, type Items } from "../items.ts";

/** Settings for logins. */
export interface LoginDefsArgs {
  /** What new files of logins are not allowed to everybody. Updates in place. @default "027" */
  readonly umask?: string | undefined;
}

/** Single lines of Debian's own file, which has no place for drop-ins. */
export function loginDefsItems({ umask = "027" }: LoginDefsArgs): Items {
  return item("setting", "/etc/login.defs:UMASK", { value: umask });
}
