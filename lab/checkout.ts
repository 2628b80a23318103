import { lstat, readlink, rm, symlink } from "node:fs/promises";
import path from "node:path";

/** The lab that the checkout's own stack uses. */
const stackLab = "dev";

/**
 * Points `.lab` in the checkout at lab dev, so that `Pulumi.dev.yaml` names its keys by a path that
 * is the same on every machine. Other labs are not linked.
 */
export async function linkCheckout(
  lab: string,
  labFolder: string,
  checkout = path.join(import.meta.dirname, ".."),
): Promise<void> {
  if (lab !== stackLab) return;
  const link = path.join(checkout, ".lab");
  const present = await lstat(link).catch(() => undefined);
  if (present && !present.isSymbolicLink()) {
    throw new Error(
      `${link} must be a link to the lab's folder: move what is there away`,
    );
  }
  if (present && (await readlink(link)) === labFolder) return;
  await rm(link, { force: true });
  await symlink(labFolder, link);
}
