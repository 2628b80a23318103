import path from "node:path";
import type { Range } from "./addresses.ts";
import { buildImage, imageRoot, isFolder, readRecipe } from "./image.ts";
import { releaseNetwork, withNetwork } from "./network.ts";
import {
  ensurePackageCache,
  mirrorAnswers,
  packageProxy,
  stopPackageCache,
} from "./packages/package-cache.ts";
import { readPackageSources } from "./packages/package-sources.ts";
import { labProblem } from "./requirements.ts";

/** Says one line about work that takes a while. */
export type Progress = (line: string) => void;

/** What all labs of a machine share: network, package cache, image. */
export class Machine {
  readonly #cacheDir: string;
  readonly #range: Range;
  readonly #offline: boolean;

  constructor(cacheDir: string, range: Range, offline: boolean) {
    this.#cacheDir = cacheDir;
    this.#range = range;
    this.#offline = offline;
  }

  /** Throws what is missing and the other ways when this machine cannot run a lab. */
  async require(): Promise<void> {
    const problem = await labProblem();
    if (problem !== undefined) throw new Error(problem);
  }

  /** Runs `work` while network and package cache are up; no other lab takes them down meanwhile. */
  async use<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
    const prepare = () => this.#ensurePackageCache(progress);
    return withNetwork(this.#range, prepare, work);
  }

  /** Takes network and package cache down when no host of any lab has power. */
  async release(): Promise<void> {
    await releaseNetwork(stopPackageCache);
  }

  /** The root folder of the image, built now unless it is there. To be called within `use`. */
  async image(progress: Progress, inUse: ReadonlySet<string>): Promise<string> {
    const recipe = await readRecipe(await readPackageSources());
    const root = await imageRoot(this.#imageFolder, recipe);
    if (await isFolder(root)) return root;
    progress("image: building Debian 12 (once; half a minute and more)");
    await buildImage(this.#imageFolder, {
      recipe,
      proxy: packageProxy(this.#range.gateway, this.#offline),
      inUse,
    });
    progress("image: built");
    return root;
  }

  /** Whether the image is built. */
  async hasImage(): Promise<boolean> {
    const recipe = await readRecipe(await readPackageSources());
    return isFolder(await imageRoot(this.#imageFolder, recipe));
  }

  async #ensurePackageCache(progress: Progress): Promise<void> {
    const sources = await readPackageSources();
    await ensurePackageCache({
      folder: path.join(this.#cacheDir, "packages"),
      address: this.#range.gateway,
      sources,
    });
    if (this.#offline) progress("packages: offline, only what the cache holds");
    else if (!(await mirrorAnswers(sources)))
      progress(
        "packages: the mirror does not answer, what the cache holds serves",
      );
  }

  get #imageFolder(): string {
    return path.join(this.#cacheDir, "image");
  }
}
