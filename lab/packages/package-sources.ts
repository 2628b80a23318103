import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";

/** Where hosts of a lab look for packages, as their sources name it; only the lab's package cache knows it. */
export const packagesOrigin = "http://packages.flotilla.internal";

/** The mirrors behind the names that hosts know. */
export interface Mirrors {
  /** Stands behind `<packagesOrigin>/debian`. */
  readonly archive: string;
  /** Stands behind `<packagesOrigin>/debian-security`. */
  readonly security: string;
}

/** What a lab needs to know of the machine's apt. */
export interface PackageSources {
  readonly mirrors: Mirrors;
  /** `Acquire::Check-…` settings, as lines of an apt.conf. */
  readonly checks: string;
  /** The proxy that the machine reaches its mirrors through. */
  readonly proxy?: string;
}

/**
 * Finds the machine's Debian mirrors in its apt sources (both formats); http or https.
 * Other archives are not for hosts to know. Throws when there is none and `mirror` names none.
 */
export function planMirrors(sources: readonly string[], mirror = ""): Mirrors {
  const addresses = sources.flatMap(sourceAddresses);
  const find = (pattern: RegExp) =>
    addresses.find((address) => pattern.test(address));
  const archive =
    mirror.replace(/\/+$/, "") || find(/\/debian(\/\d{8}T\d{6}Z)?$/);
  if (!archive) throw new Error(noMirror);
  const security = find(/\/debian-security(\/\d{8}T\d{6}Z)?$/);
  return {
    archive,
    security: security ?? archive.replace(/\/debian\b/, "/debian-security"),
  };
}

const noMirror =
  "the apt sources of this machine name no Debian mirror, and lab hosts are Debian: set FLOTILLA_LAB_MIRROR to the address of one, such as http://<mirror>/debian";

/** Keeps what `apt-config dump` says about checks of age; old lists are normal in a cache. */
export function planChecks(aptConfig: string): string {
  const kept = aptConfig
    .split("\n")
    .filter(
      (line) =>
        /^Acquire::Check-/.test(line) &&
        !line.startsWith("Acquire::Check-Valid-Until "),
    );
  return [...kept, 'Acquire::Check-Valid-Until "false";', ""].join("\n");
}

/** Reads the machine's apt sources and settings; `$FLOTILLA_LAB_MIRROR` names a mirror where they have none. */
export async function readPackageSources(): Promise<PackageSources> {
  const files = [
    "/etc/apt/sources.list",
    ...(await sourceFiles("/etc/apt/sources.list.d")),
  ];
  const texts = await Promise.all(
    files.map((file) => readFile(file, "utf8").catch(() => "")),
  );
  const { stdout: aptConfig } = await execa("apt-config", ["dump"], {
    reject: false,
  });
  const proxy = /^Acquire::http::Proxy "(http[^"]+)";$/m.exec(aptConfig)?.[1];
  return {
    mirrors: planMirrors(texts, process.env.FLOTILLA_LAB_MIRROR),
    checks: planChecks(aptConfig),
    ...(proxy && { proxy }),
  };
}

async function sourceFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(".list") || name.endsWith(".sources"))
    .sort()
    .map((name) => path.join(folder, name));
}

function sourceAddresses(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => /^\s*(deb\s|URIs:)/.test(line))
    .flatMap((line) => line.match(/https?:\/\/[^\s\]]+/g) ?? [])
    .map((address) => address.replace(/\/+$/, ""));
}
