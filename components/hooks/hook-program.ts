import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Where a hook runs, as far as its program differs. */
export type HookPlace = "host" | "workstation";

/** The text of the program that runs a hook: the shell files of `host/hook`, one after the other. */
export function readHookProgram(place: HookPlace): string {
  const folder = findHookFolder(import.meta.dirname);
  const own = place === "host" ? "unit.sh" : "group.sh";
  return ["mask.sh", "receive.sh", own, "try.sh", "main.sh"]
    .map((file) => readFileSync(path.join(folder, file), "utf8"))
    .join("\n");
}

/** The sources and what is built of them lie at different depths below the package. */
function findHookFolder(start: string): string {
  const folder = path.join(start, "host", "hook");
  if (existsSync(folder)) return folder;
  const parent = path.dirname(start);
  if (parent === start) {
    throw new Error("the package lacks its folder host/hook: install it again");
  }
  return findHookFolder(parent);
}
