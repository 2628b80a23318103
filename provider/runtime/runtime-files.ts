import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** The shell that travels to hosts, read once from the package. */
export interface RuntimeFiles {
  /** Text for `bash -c`. */
  readonly bootstrap: string;
  /** Functions of the read-only script. */
  readonly observe: string;
  /** Functions that look at a host before anything is changed on it; read-only too. */
  readonly preflight: string;
  /** What lets a key in, pasted by hand. */
  readonly authorize: string;
  /** Path inside the runtime → content. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Hash over all files: the name under which they are installed. */
  readonly hash: string;
}

/** Where the shell files lie, seen from the sources and from the bundle alike. */
const HOST_DIRECTORY = path.resolve(import.meta.dirname, "../../host");

/** Reads `host/`. */
export async function loadRuntimeFiles(
  directory = HOST_DIRECTORY,
): Promise<RuntimeFiles> {
  const root = path.join(directory, "runtime");
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(root, path.join(entry.parentPath, entry.name)),
    )
    .sort();
  const files = new Map<string, Buffer>();
  const hash = createHash("sha256");
  for (const name of names) {
    const content = await readFile(path.join(root, name));
    files.set(name, content);
    hash.update(`${name}\0${String(content.length)}\0`).update(content);
  }
  const read = (name: string): Promise<string> =>
    readFile(path.join(directory, name), "utf8");
  return {
    bootstrap: await read("bootstrap.sh"),
    observe: await readObserve(path.join(directory, "observe")),
    preflight: await readPreflight(directory),
    authorize: await read("authorize.sh"),
    files,
    hash: hash.digest("hex").slice(0, 16),
  };
}

/** Parts of the runtime that only look, and that the read-only script needs too. */
const SHARED = ["lib/postgres-cluster.sh"];

/** The functions of the read-only script, as one text. */
export async function readObserve(
  directory = path.join(HOST_DIRECTORY, "observe"),
): Promise<string> {
  const names = (await readdir(directory)).sort();
  const files = [
    ...names,
    ...SHARED.map((name) => path.join("../runtime", name)),
  ];
  return readTogether(files.map((name) => path.join(directory, name)));
}

/** The functions that look at a host beforehand: records and facts as in observe, the lock of apt as in jobs. */
export async function readPreflight(
  directory = HOST_DIRECTORY,
): Promise<string> {
  const names = (await readdir(path.join(directory, "preflight"))).sort();
  const shared = [
    "observe/records.sh",
    "observe/host.sh",
    "runtime/lib/apt-lock.sh",
  ];
  const files = [...shared, ...names.map((name) => `preflight/${name}`)];
  return readTogether(files.map((file) => path.join(directory, file)));
}

async function readTogether(files: readonly string[]): Promise<string> {
  const texts = files.map((file) => readFile(file, "utf8"));
  return (await Promise.all(texts)).join("\n");
}
