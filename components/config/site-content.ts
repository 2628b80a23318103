import { createHash } from "node:crypto";
import {
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { SiteContent } from "./fleet.ts";
import type { Fault } from "./text.ts";

/** Files that a site may have. */
export const mostFiles = 10_000;
/** Bytes that a site may have: 512 MiB. */
export const mostBytes = 512 * 1024 * 1024;

/** A folder that cannot be published, with the reason as a configuration problem would say it. */
export class SiteContentError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(`${fault.rule}; ${fault.hint}`);
    this.name = "SiteContentError";
    this.fault = fault;
  }
}

/**
 * Reads a site's folder: path → SHA-256. Names that begin with a dot are left out, `.well-known`
 * excepted; a link must lead to a file inside the folder.
 */
export function readSiteContent(
  source: string,
  project = process.cwd(),
): SiteContent {
  const root = rootOf(source, resolve(project, source));
  const files: Record<string, string> = {};
  let bytes = 0;
  for (const path of filesUnder(root, root)) {
    bytes += statSync(join(root, path)).size;
    refuseTooMuch(Object.keys(files).length + 1, bytes);
    files[path] = sha256(readFileSync(join(root, path)));
  }
  if (files["index.html"] === undefined) {
    fail("has no index.html", "add one at its top");
  }
  const mark = markOf(readFileSync(join(root, "index.html"), "utf8"));
  return { source, files, ...(mark === undefined ? {} : { mark }) };
}

/** A piece of the page that a gate can look for: its title, else its first line of plain text. */
export function markOf(html: string): string | undefined {
  const title = /<title>([^<]*)<\/title>/i.exec(html)?.[1] ?? "";
  return [title, ...html.split("\n")]
    .map((line) => line.trim())
    .find(
      (line) => /^[\x20-\x7e]{3,120}$/.test(line) && !/^<!doctype/i.test(line),
    );
}

function rootOf(source: string, path: string): string {
  try {
    if (statSync(path).isDirectory()) return realpathSync(path);
  } catch {
    return fail(
      "does not exist",
      `make the folder, or correct the path (seen from the project: ${source})`,
    );
  }
  return fail("is not a folder", "name the folder that holds index.html");
}

/** Whether a path below a site's folder is published: names that begin with a dot are not, `.well-known` is. */
export function isPublished(path: string): boolean {
  return path
    .split("/")
    .every((name) => !name.startsWith(".") || name === ".well-known");
}

function* filesUnder(root: string, folder: string): Generator<string> {
  for (const entry of list(root, folder)) {
    const path = join(folder, entry);
    const shown = relative(root, path);
    if (!isPublished(entry)) continue;
    if (/\p{Cc}/u.test(entry)) {
      fail(
        `holds a name with a control character: ${JSON.stringify(shown)}`,
        "rename the file",
      );
    }
    const kind = lstatSync(path);
    if (kind.isDirectory()) yield* filesUnder(root, path);
    else if (kind.isFile() || isLinkInside(root, path, shown))
      yield shown.split(sep).join("/");
    else
      fail(`holds ${shown}, which is neither a file nor a folder`, "remove it");
  }
}

function list(root: string, folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return fail(
      `holds ${relative(root, folder) || "files"} that cannot be read`,
      "make it readable",
    );
  }
}

function isLinkInside(root: string, path: string, shown: string): boolean {
  if (!lstatSync(path).isSymbolicLink()) return false;
  const target = targetOf(path, shown);
  if (!target.startsWith(root + sep)) {
    fail(
      `holds the link ${shown}, which leads out of it`,
      "put a copy of the file there",
    );
  }
  if (!statSync(target).isFile()) {
    fail(
      `holds the link ${shown}, which leads to a folder`,
      "put a copy of the folder there",
    );
  }
  return true;
}

function targetOf(path: string, shown: string): string {
  try {
    return realpathSync(path);
  } catch {
    return fail(`holds the link ${shown}, which leads nowhere`, "remove it");
  }
}

function refuseTooMuch(count: number, bytes: number): void {
  if (count > mostFiles)
    fail(`holds more than ${mostFiles} files`, "publish a smaller folder");
  if (bytes > mostBytes)
    fail("holds more than 512 MiB", "publish a smaller folder");
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function fail(rule: string, hint: string): never {
  throw new SiteContentError({ rule, hint });
}
