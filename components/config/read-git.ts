import type { FleetSettings } from "./fleet.ts";
import { parseGitUrl } from "./git-url.ts";
import type { GitSettings } from "./git.ts";
import { KnownHostsFiles, readHostKeys } from "./read.ts";
import { locate, readText, type Reading } from "./read-text.ts";

/** A repository that a site comes from, with the files read that its configuration names. */
export interface GitSite {
  readonly git: GitSettings;
  readonly caFile: string | undefined;
  /** Keys that an ssh server may show. */
  readonly hostKeys: readonly string[];
}

/** Reads what the repositories of sites name on this machine. Nothing is contacted. */
export function readGitSites(
  { sites, ssh }: FleetSettings,
  directory: string,
): Reading<Record<string, GitSite>> {
  const files = new KnownHostsFiles(directory);
  const readings = Object.entries(sites).flatMap(([name, { git }]) => {
    if (!git) return [];
    const path = `sites.${name}.git`;
    const keys = keysOf(path, git, ssh.knownHostsFile, files);
    const ca = caFileOf(path, git, directory);
    const site: GitSite = { git, caFile: ca.found, hostKeys: keys.found };
    const problems = [...keys.problems, ...ca.problems];
    return [{ entry: [name, site] as const, problems }];
  });
  return {
    found: Object.fromEntries(readings.map(({ entry }) => entry)),
    problems: readings.flatMap(({ problems }) => problems),
  };
}

function keysOf(
  path: string,
  git: GitSettings,
  sharedFile: string | undefined,
  files: KnownHostsFiles,
): Reading<string[]> {
  const url = parseGitUrl(git.url);
  if ("rule" in url || url.protocol !== "ssh")
    return { found: [], problems: [] };
  const { host: address, port } = url;
  const { hostKey, knownHostsFile } = git;
  return readHostKeys(
    { path, address, port, hostKey, knownHostsFile },
    sharedFile,
    files,
  );
}

function caFileOf(
  path: string,
  { caFile }: GitSettings,
  directory: string,
): Reading<string | undefined> {
  if (caFile === undefined) return { found: undefined, problems: [] };
  const { problems } = readText(directory, `${path}.caFile`, caFile);
  return { found: locate(directory, caFile), problems };
}
