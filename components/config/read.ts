import { cloudConfigOf } from "../clouds/config.ts";
import type { FleetSettings, HostConfig, SiteConfig } from "./fleet.ts";
import { isExisting, type ExistingHostSettings } from "./host.ts";
import { findOpenKey, type OpenKey } from "./key-mode.ts";
import { KnownHosts } from "./known-hosts.ts";
import { privateKeyFault } from "./private-key.ts";
import { show, type Problem } from "./problem.ts";
import { locate, readText, type Reading } from "./read-text.ts";
import type { Secrets } from "./secret.ts";
import { readSiteContent, SiteContentError } from "./site-content.ts";

/** A private key, and its file when that is to be closed before the key is used. */
export interface KeyReading extends Reading<string | undefined> {
  readonly openKey?: OpenKey | undefined;
}

/** Whether the stack makes its own key to log in with: none is named, and every machine is made, so that it can be let in. */
export function ownsOperatorKey({ ssh, hosts }: FleetSettings): boolean {
  const { privateKeyFile, privateKey } = ssh;
  const all = Object.values(hosts);
  return (
    privateKeyFile === undefined &&
    privateKey === undefined &&
    all.length > 0 &&
    !all.some(isExisting)
  );
}

/** Finds the SSH private key, in its file or among the secrets of the stack. */
export function readPrivateKey(
  fleet: FleetSettings,
  directory: string,
  secrets: Secrets,
): KeyReading {
  const { ssh } = fleet;
  const { privateKeyFile, privateKey } = ssh;
  if (ownsOperatorKey(fleet)) return { found: undefined, problems: [] };
  if ((privateKeyFile === undefined) === (privateKey === undefined)) {
    const rule = privateKey
      ? "is given twice, as privateKeyFile and as privateKey"
      : "names no private key";
    const hint =
      "set either ssh.privateKeyFile, or ssh.privateKey: { secret: <name> }";
    return { found: undefined, problems: [{ path: "ssh", rule, hint }] };
  }
  if (privateKeyFile === undefined) {
    const found = privateKey && secrets(privateKey.secret)?.value;
    return { found, problems: [] };
  }
  const path = "ssh.privateKeyFile";
  const file = readText(directory, path, privateKeyFile);
  if (file.problems.length > 0) return file;
  const value = show(privateKeyFile);
  const fault = privateKeyFault(file.found ?? "");
  if (fault) return { ...file, problems: [{ path, value, ...fault }] };
  const { open, problem } = findOpenKey(
    locate(directory, privateKeyFile),
    privateKeyFile,
  );
  return { ...file, openKey: open, problems: problem ? [problem] : [] };
}

interface HostReading {
  readonly entry: readonly [string, HostConfig];
  readonly problems: readonly Problem[];
}

/** Gives every host its login, port and keys. */
export function readHosts(
  { hosts, ssh }: FleetSettings,
  directory: string,
): Reading<Record<string, HostConfig>> {
  const files = new KnownHostsFiles(directory);
  const readings = Object.entries(hosts).map(([name, host]): HostReading => {
    const port = host.port ?? ssh.port;
    const { home, packages, hardening } = host;
    const reached = { user: host.user ?? ssh.user, home, port };
    const any = { ...reached, packages, hardening };
    if (!isExisting(host)) {
      const config: HostConfig = { ...any, cloud: cloudConfigOf(host) };
      return { entry: [name, config], problems: [] };
    }
    const keys = readHostKeys(
      { path: `hosts.${name}`, ...host, port, hint: waysToAKey(name, host) },
      ssh.knownHostsFile,
      files,
    );
    const config: HostConfig = {
      ...any,
      address: host.address,
      privateAddress: host.privateAddress,
      hostKeys: keys.found,
      acceptNewHostKey: host.acceptNewHostKey,
      allowLocal: host.allowLocal,
      declared: host.declared,
    };
    return { entry: [name, config], problems: keys.problems };
  });
  return {
    found: Object.fromEntries(readings.map(({ entry }) => entry)),
    problems: distinct(readings.flatMap(({ problems }) => problems)),
  };
}

/** A server whose keys are looked for. */
export interface KeyQuestion {
  /** Where the configuration speaks of it: `hosts.web-1`. */
  readonly path: string;
  readonly address: string;
  readonly port: number;
  readonly hostKey?: string | undefined;
  readonly knownHostsFile?: string | undefined;
  /** Whether no key is no mistake. @default false */
  readonly acceptNewHostKey?: boolean;
  /** What to do about a missing key. @default - `hostKey`, or a file */
  readonly hint?: string;
}

/** How a host's key becomes known. */
function waysToAKey(name: string, { address }: ExistingHostSettings): string {
  return `set hosts.${name}.hostKey to its /etc/ssh/ssh_host_ed25519_key.pub (or to what \`ssh-keyscan -t ed25519 ${address}\` says, once its fingerprint is the one on the machine's console), or ssh.knownHostsFile; or accept the key that it shows first: hosts.${name}.acceptNewHostKey: true`;
}

/** Files in the form of known_hosts, each read and parsed once. */
export class KnownHostsFiles {
  readonly #directory: string;
  readonly #parsed = new Map<string, KnownHosts>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What is in a file that the configuration names at `path`. */
  open(path: string, file: string): Reading<KnownHosts | undefined> {
    const parsed = this.#parsed.get(file);
    if (parsed) return { found: parsed, problems: [] };
    const text = readText(this.#directory, path, file);
    if (text.found === undefined) return { ...text, found: undefined };
    const found = new KnownHosts(text.found);
    this.#parsed.set(file, found);
    return { found, problems: [] };
  }
}

/** The keys that a server may show; without any, it is not contacted. */
export function readHostKeys(
  question: KeyQuestion,
  sharedFile: string | undefined,
  files: KnownHostsFiles,
): Reading<string[]> {
  const { path, address, port, hostKey, knownHostsFile } = question;
  const { acceptNewHostKey = false } = question;
  if (hostKey !== undefined) return { found: [hostKey], problems: [] };
  const file = knownHostsFile ?? sharedFile;
  const where = knownHostsFile
    ? `${path}.knownHostsFile`
    : "ssh.knownHostsFile";
  if (file === undefined) {
    if (acceptNewHostKey) return { found: [], problems: [] };
    return problem({
      path,
      rule: "has no host key, and Flotilla connects to no host that it cannot recognise",
      hint:
        question.hint ??
        `set ${path}.hostKey to the host's /etc/ssh/ssh_host_ed25519_key.pub, or ssh.knownHostsFile`,
    });
  }
  const opened = files.open(where, file);
  if (!opened.found) return { found: [], problems: opened.problems };
  const keys = opened.found.keysFor(address, port);
  if (keys.length > 0 || acceptNewHostKey) return { found: keys, problems: [] };
  const shown = port === 22 ? address : `[${address}]:${port}`;
  return problem({
    path: where,
    value: show(file),
    rule: `has no key for ${shown} (${path})`,
    hint: `add the line "${shown} ssh-ed25519 AAAA…" with the host's own key`,
  });
}

/** Reads the folders of all sites that have one. */
export function readSites(
  { sites }: FleetSettings,
  directory: string,
): Reading<Record<string, SiteConfig>> {
  const found: Record<string, SiteConfig> = {};
  const problems: Problem[] = [];
  for (const [name, site] of Object.entries(sites)) {
    const { directory: folder, host, port, domains, keepReleases } = site;
    if (folder === undefined) continue;
    try {
      const content = readSiteContent(folder, directory);
      found[name] = { host, port, domains, keepReleases, content };
    } catch (error) {
      if (!(error instanceof SiteContentError)) throw error;
      const path = `sites.${name}.directory`;
      problems.push({ path, value: show(folder), ...error.fault });
    }
  }
  return { found, problems };
}

function problem(one: Problem): Reading<never[]> {
  return { found: [], problems: [one] };
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [
    ...new Map(problems.map((one) => [JSON.stringify(one), one])).values(),
  ];
}
