import { homedir } from "node:os";
import path from "node:path";

/**
 * The folder that every project and checkout of this machine shares: sources that were fetched, and
 * the toolchain and labs of a checkout.
 * `$FLOTILLA_CACHE`, else `$XDG_CACHE_HOME/flotilla`, else `~/.cache/flotilla`.
 */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env["FLOTILLA_CACHE"]) return path.resolve(env["FLOTILLA_CACHE"]);
  if (env["XDG_CACHE_HOME"])
    return path.resolve(env["XDG_CACHE_HOME"], "flotilla");
  return path.join(homedir(), ".cache", "flotilla");
}
