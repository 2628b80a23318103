import pLimit from "p-limit";
import type { CheckedFleet } from "./config/check.ts";
import type { SiteConfig } from "./config/fleet.ts";
import type { Problem } from "./config/problem.ts";
import type { GitSite } from "./config/read-git.ts";
import type { Reading } from "./config/read-text.ts";
import { entry } from "./records.ts";
import type { SecretOf } from "./secret-of.ts";
import { GitSourceError } from "./sources/git-error.ts";
import {
  fetchSource,
  type Commits,
  type GitSourceArgs,
} from "./sources/git-source.ts";

/** Repositories that are asked at once. */
const atOnce = 4;

/** Fetches all sites that come from git, and collects what is wrong with any of them. */
export async function fetchSites(
  { gitSites, settings }: Pick<CheckedFleet, "gitSites" | "settings">,
  secret: SecretOf,
): Promise<Reading<Record<string, SiteConfig>>> {
  const limit = pLimit(atOnce);
  const commits: Commits = new Map();
  const found: Record<string, SiteConfig> = {};
  const fetches = Object.entries(gitSites).map(([name, site]) =>
    limit(async () => {
      const path = `sites.${name}.git`;
      try {
        const content = await fetchSource(sourceArgs(secret, site), commits);
        const { host, port, domains, keepReleases } = entry(
          settings.sites,
          name,
        );
        found[name] = { host, port, domains, keepReleases, content };
        return [];
      } catch (error) {
        return [problemOf(error, path)];
      }
    }),
  );
  const problems = await Promise.all(fetches);
  return { found, problems: problems.flat() };
}

function sourceArgs(
  secret: SecretOf,
  { git, caFile, hostKeys }: GitSite,
): GitSourceArgs {
  const { url, ref, path, user, token, deployKey } = git;
  return {
    ...{ url, ref, path, user, caFile, hostKeys },
    ...(token && { token: secret(token.secret) }),
    ...(deployKey && { deployKey: secret(deployKey.secret) }),
  };
}

function problemOf(error: unknown, path: string): Problem {
  if (!(error instanceof GitSourceError)) throw error;
  const { fault, value } = error;
  const { key, rule, hint } = fault;
  return { path: `${path}.${key}`, value, rule, hint };
}
