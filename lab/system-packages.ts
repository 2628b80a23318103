import { access, constants } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";

/** A Debian package that the lab needs on the machine. */
export interface SystemPackage {
  /** Its name for apt-get. */
  readonly name: string;
  /** What shows that it is there: a command on PATH, or a file by its absolute path. */
  readonly provides: string;
  readonly why: string;
}

/** Everything that the lab needs beside Node. */
export const systemPackages: readonly SystemPackage[] = [
  {
    name: "systemd-container",
    provides: "systemd-nspawn",
    why: "runs the hosts",
  },
  {
    name: "mmdebstrap",
    provides: "mmdebstrap",
    why: "builds their Debian image",
  },
  {
    name: "debian-archive-keyring",
    provides: "/usr/share/keyrings/debian-archive-keyring.gpg",
    why: "checks what the image is built from",
  },
  { name: "nftables", provides: "nft", why: "lets them out" },
  { name: "iproute2", provides: "ip", why: "connects them" },
  {
    name: "openssh-client",
    provides: "ssh-keygen",
    why: "makes their keys and reaches them",
  },
  { name: "git", provides: "git", why: "keeps their sites' files" },
  { name: "openssl", provides: "openssl", why: "certifies their git server" },
  { name: "util-linux", provides: "nsenter", why: "looks inside them" },
];

const systemFolders = [
  "/usr/local/sbin",
  "/usr/sbin",
  "/sbin",
  "/usr/local/bin",
  "/usr/bin",
  "/bin",
];

/** Those that the machine lacks. */
export async function missingSystemPackages(): Promise<SystemPackage[]> {
  const present = await Promise.all(
    systemPackages.map((entry) => isProvided(entry.provides)),
  );
  return systemPackages.filter((_, index) => !present[index]);
}

/** The line that installs packages, for people to read. */
export function installLine(packages: readonly SystemPackage[]): string {
  return `apt-get install --yes --no-install-recommends ${packages.map(({ name }) => name).join(" ")}`;
}

/** Installs what is missing, by apt-get as root; `onLine` gets apt's output. */
export async function installSystemPackages(
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  const missing = await missingSystemPackages();
  if (missing.length === 0) return;
  await aptGet(["update", "--quiet"], onLine);
  await aptGet(installLine(missing).split(" ").slice(1), onLine);
}

async function aptGet(
  words: string[],
  onLine: (line: string) => void,
): Promise<void> {
  const options = {
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "ignore",
    all: true,
  } as const;
  const run = execa("apt-get", words, options);
  for await (const line of run.iterable({ from: "all" })) onLine(line);
  await run;
}

async function isProvided(commandOrFile: string): Promise<boolean> {
  const folders = [
    ...(process.env.PATH ?? "").split(path.delimiter),
    ...systemFolders,
  ];
  const files = path.isAbsolute(commandOrFile)
    ? [commandOrFile]
    : folders.map((folder) => path.join(folder, commandOrFile));
  const mode = path.isAbsolute(commandOrFile) ? constants.R_OK : constants.X_OK;
  const found = await Promise.all(
    files.map((file) =>
      access(file, mode).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
