import type { GitSettings } from "./git.ts";
import { parseGitUrl, type GitProtocol } from "./git-url.ts";
import type { Problem } from "./problem.ts";
import type { Rule } from "./rules.ts";

/** A site's files come from one place: a directory, or a git repository. */
export const ensureSitesHaveOneSource: Rule = ({ fleet }) =>
  Object.entries(fleet.sites)
    .filter(([, { directory, git }]) => (directory === undefined) === !git)
    .map(([name, { git }]) => ({
      path: `sites.${name}`,
      rule: git
        ? "has files from two places, directory and git"
        : "names no place that its files come from",
      hint: `set either sites.${name}.directory, or sites.${name}.git: { url: … }`,
    }));

/** A repository is entered the way that its URL says: by https with a token, by ssh with a key. */
export const ensureGitLoginsFitTheirUrls: Rule = ({ fleet }) =>
  Object.entries(fleet.sites).flatMap(([name, { git }]) =>
    git ? loginProblems(`sites.${name}.git`, git) : [],
  );

const keysOfProtocol: Readonly<
  Record<GitProtocol, readonly (keyof GitSettings)[]>
> = {
  https: ["token", "user", "caFile"],
  ssh: ["deployKey", "hostKey", "knownHostsFile"],
};

function loginProblems(path: string, git: GitSettings): Problem[] {
  const parsed = parseGitUrl(git.url);
  if ("rule" in parsed) return [];
  const { protocol } = parsed;
  const other = protocol === "https" ? "ssh" : "https";
  const strangers = keysOfProtocol[other].filter((key) => git[key]);
  const problems: Problem[] = strangers.map((key) => ({
    path: `${path}.${key}`,
    rule: `is for repositories that are reached by ${other}, and the URL says ${protocol}`,
    hint: `remove it, or write the URL as ${other}`,
  }));
  if (strangers.length > 0 || !git.user || git.token) return problems;
  return [
    {
      path: `${path}.user`,
      rule: "goes with a token, and there is none",
      hint: `set ${path}.token: { secret: <name> }, or remove it`,
    },
  ];
}
