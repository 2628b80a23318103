import type * as pulumi from "@pulumi/pulumi";
import pLimit from "p-limit";
import type { CheckedFleet } from "./config/check.ts";
import type { SiteConfig } from "./config/fleet.ts";
import type { Problem } from "./config/problem.ts";
import type { GitSite } from "./config/read-git.ts";
import type { Reading } from "./config/read.ts";
import { entry } from "./records.ts";
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
  config: pulumi.Config,
  { gitSites, settings }: Pick<CheckedFleet, "gitSites" | "settings">,
): Promise<Reading<Record<string, SiteConfig>>> {
  const limit = pLimit(atOnce);
  const commits: Commits = new Map();
  const found: Record<string, SiteConfig> = {};
  const fetches = Object.entries(gitSites).map(([name, site]) =>
    limit(async () => {
      const path = `sites.${name}.git`;
      const missing = missingSecrets(config, path, site);
      if (missing.length > 0) return missing;
      try {
        const content = await fetchSource(sourceArgs(config, site), commits);
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
  config: pulumi.Config,
  { git, caFile, hostKeys }: GitSite,
): GitSourceArgs {
  const { url, ref, path, user, token, deployKey } = git;
  return {
    ...{ url, ref, path, user, caFile, hostKeys },
    ...(token && { token: config.requireSecret(token.secret) }),
    ...(deployKey && { deployKey: config.requireSecret(deployKey.secret) }),
  };
}

/** Secrets that the configuration names and the stack does not have. */
function missingSecrets(
  config: pulumi.Config,
  path: string,
  { git }: GitSite,
): Problem[] {
  return (["token", "deployKey"] as const).flatMap((key) => {
    const name = git[key]?.secret;
    if (name === undefined || config.getSecret(name) !== undefined) return [];
    return [
      {
        path: `${path}.${key}`,
        value: JSON.stringify(name),
        rule: "is no secret of this stack",
        hint: `set it: pulumi config set --secret flotilla:${name}`,
      },
    ];
  });
}

function problemOf(error: unknown, path: string): Problem {
  if (!(error instanceof GitSourceError)) throw error;
  const { fault, value } = error;
  const { key, rule, hint } = fault;
  return { path: `${path}.${key}`, value, rule, hint };
}
