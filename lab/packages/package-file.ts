import { packagesOrigin, type Mirrors } from "./package-sources.ts";

/** A file of an archive, as a host asks for it. */
export interface PackageFile {
  /** Where it comes from. */
  readonly url: URL;
  /** Its path in the cache: the mirror's name, and the path there. */
  readonly name: string;
  /** Whether it stays the same for ever: a package, or a list by its hash. */
  readonly isFixed: boolean;
  /** What it must be, where its name says it. */
  readonly sha256?: string;
}

/** Plans where the file of an address comes from; undefined when a cache for archives has no business there. */
export function planPackageFile(
  address: string,
  mirrors: Mirrors,
): PackageFile | undefined {
  const asked = URL.parse(address);
  if (asked?.protocol !== "http:" || asked.port || asked.search)
    return undefined;
  const url = planUpstream(asked, mirrors);
  const folders = url && parsePath(url.pathname);
  return folders && planFile(url, [url.host, ...folders].join("/"));
}

function planFile(url: URL, name: string): PackageFile {
  const sha256 = /\/by-hash\/SHA256\/([0-9a-f]{64})$/.exec(name)?.[1];
  const isFixed = fixed.test(name);
  return { url, name, isFixed, ...(sha256 !== undefined && { sha256 }) };
}

const fixed = /\/by-hash\/|\/pool\/|\.u?deb$/;

function planUpstream(asked: URL, mirrors: Mirrors): URL | undefined {
  if (asked.origin !== packagesOrigin) return asked;
  const [, folder, rest] = /^\/([^/]+)(\/.*)$/.exec(asked.pathname) ?? [];
  if (folder === "debian") return new URL(`${mirrors.archive}${rest}`);
  if (folder === "debian-security")
    return new URL(`${mirrors.security}${rest}`);
  return undefined;
}

/** The names on a path, unless one of them could lead out of the cache's folder. */
function parsePath(pathname: string): string[] | undefined {
  try {
    const names = pathname.slice(1).split("/").map(decodeURIComponent);
    return names.every((name) => plainName.test(name)) ? names : undefined;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

const plainName = /^(?!\.{1,2}$)[^/\0]+$/;
