import { randomUUID } from "node:crypto";
import { lstat, readFile, rm, symlink } from "node:fs/promises";
import path from "node:path";
import {
  makeDiskFolder,
  removeDisk,
  type Disk,
  type DiskKind,
} from "./disk.ts";
import { ignoreAbsent, writeAtomically } from "./files.ts";
import type { Host } from "./host.ts";

/** Keeps the disk of a host that is off, in the place of the one that was saved before. */
export async function saveDisk(host: Host): Promise<void> {
  const { disk } = host.state;
  if (!disk || (await ignoreAbsent(lstat(path.join(disk.folder, "over")))))
    throw new Error(`${host.name} has no disk of its own to save: reset it`);
  await removeSavedDisk(host);
  await writeAtomically(savedFile(host), JSON.stringify(disk));
}

/** Makes a disk that begins as the saved one, on which nothing is written any more. */
export async function createDiskFromSaved(
  host: Host,
  kind: DiskKind,
): Promise<Disk> {
  const saved = await readSaved(host);
  if (!saved)
    throw new Error(`${host.name} has no saved disk: \`save\` makes one`);
  const id = randomUUID().slice(0, 8);
  const folder = await makeDiskFolder(host, kind, id);
  await symlink(saved.folder, path.join(folder, "over"));
  return { ...saved, folder };
}

/** Throws a saved disk away, if there is one. */
export async function removeSavedDisk(host: Host): Promise<void> {
  const saved = await readSaved(host);
  if (saved) await removeDisk(saved);
  await rm(savedFile(host), { force: true });
}

async function readSaved(host: Host): Promise<Disk | undefined> {
  const text = await ignoreAbsent(readFile(savedFile(host), "utf8"));
  return text === undefined ? undefined : (JSON.parse(text) as Disk);
}

function savedFile(host: Host): string {
  return path.join(host.folder, "saved-disk.json");
}
