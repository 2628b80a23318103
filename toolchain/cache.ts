import { homedir } from "node:os";
import path from "node:path";

/**
 * The folder that every checkout of this machine shares: toolchain, lab image, labs, packages.
 * `$FLOTILLA_CACHE`, else `$XDG_CACHE_HOME/flotilla`, else `~/.cache/flotilla`.
 */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.FLOTILLA_CACHE) return path.resolve(env.FLOTILLA_CACHE);
  if (env.XDG_CACHE_HOME) return path.resolve(env.XDG_CACHE_HOME, "flotilla");
  return path.join(homedir(), ".cache", "flotilla");
}
