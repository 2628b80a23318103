import { createHash } from "node:crypto";
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { withLock } from "./files.ts";
import type { PackageSources } from "./packages/package-sources.ts";

/** What an image is built from, beside the files in `image/`. */
export interface Recipe {
  readonly sources: PackageSources;
  /** Texts of the machine's extra CA certificates by file name. */
  readonly certificates: Readonly<Record<string, string>>;
}

const recipeFolder = path.join(import.meta.dirname, "image");
const certificateFolder = "/usr/local/share/ca-certificates";

/** Reads the recipe off the machine. */
export async function readRecipe(sources: PackageSources): Promise<Recipe> {
  const names = await readdir(certificateFolder, { recursive: true }).catch(
    () => [],
  );
  const certificates: Record<string, string> = {};
  for (const name of names.filter((name) => name.endsWith(".crt")).sort()) {
    certificates[path.basename(name)] = await readFile(
      path.join(certificateFolder, name),
      "utf8",
    );
  }
  return { sources, certificates };
}

/** The root folder of the image of a recipe, in `folder`. Another recipe is another image. */
export async function imageRoot(
  folder: string,
  recipe: Recipe,
): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(recipeFolder)).sort()) {
    hash
      .update(`${name}\0`)
      .update(await readFile(path.join(recipeFolder, name)));
  }
  hash.update(JSON.stringify([recipe.sources.checks, recipe.certificates]));
  return path.join(folder, hash.digest("hex").slice(0, 16), "root");
}

/** What a build needs to know. */
export interface BuildInput {
  readonly recipe: Recipe;
  /** Where packages come from: the lab's cache. */
  readonly proxy: string;
  /** Images that disks lie on; the others are removed when a new one is there. */
  readonly inUse: ReadonlySet<string>;
}

/** Builds an image unless it is there, once: whoever comes second waits for the first. */
export async function buildImage(
  folder: string,
  input: BuildInput,
): Promise<void> {
  const root = await imageRoot(folder, input.recipe);
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await withLock(path.join(folder, "build.lock"), "exclusive", async () => {
    if (await isFolder(root)) return;
    await removeUnused(folder, input.inUse);
    const work = await mkdtemp(path.join(folder, "building-"));
    try {
      const ingredients = await writeIngredients(work, input.recipe);
      await runBuild(path.join(work, "root"), ingredients, input.proxy);
      await mkdir(path.dirname(root), { recursive: true });
      await rename(path.join(work, "root"), root);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
}

/** Whether the image of a recipe is there. */
export async function isFolder(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  );
}

async function runBuild(
  target: string,
  ingredients: string,
  proxy: string,
): Promise<void> {
  const result = await execa(
    path.join(recipeFolder, "build.sh"),
    [target, ingredients, proxy],
    {
      all: true,
      reject: false,
      stdin: "ignore",
      timeout: 20 * 60 * 1000,
    },
  );
  if (!result.failed) return;
  const tail = result.all.split("\n").slice(-20).join("\n");
  throw new Error(
    `the image of the lab's hosts cannot be built; the end of mmdebstrap's output:\n${tail}`,
  );
}

async function writeIngredients(work: string, recipe: Recipe): Promise<string> {
  const folder = path.join(work, "ingredients");
  const names = Object.entries(recipe.certificates);
  await mkdir(path.join(folder, "certificates"), { recursive: true });
  await cp(
    path.join(recipeFolder, "debian.sources"),
    path.join(folder, "debian.sources"),
  );
  await writeFile(path.join(folder, "apt.conf"), recipe.sources.checks);
  await writeFile(
    path.join(folder, "environment"),
    names.length > 0 ? trustEnvironment : "",
  );
  for (const [name, text] of names) {
    await writeFile(path.join(folder, "certificates", name), text);
  }
  return folder;
}

// pip and npm bring their own list of authorities and need to be told of the system's.
const bundle = "/etc/ssl/certs/ca-certificates.crt";
const trustEnvironment = `PIP_CERT=${bundle}\nNODE_EXTRA_CA_CERTS=${bundle}\n`;

const dayInMilliseconds = 24 * 60 * 60 * 1000;

/**
 * Removes what a crash left and images of older recipes that no disk lies on. Those of today stay: a
 * lab of another checkout may be about to use one.
 */
async function removeUnused(
  folder: string,
  inUse: ReadonlySet<string>,
): Promise<void> {
  for (const name of await readdir(folder)) {
    const image = path.join(folder, name);
    const { mtimeMs } = await stat(image);
    const isOld =
      Date.now() - mtimeMs > dayInMilliseconds &&
      (await isFolder(path.join(image, "root")));
    const isUnused = isOld && !inUse.has(path.join(image, "root"));
    if (isUnused || name.startsWith("building-"))
      await rm(image, { recursive: true, force: true });
  }
}
