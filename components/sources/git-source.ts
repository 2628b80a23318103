import { rm } from "node:fs/promises";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { SiteContent } from "../config/fleet.ts";
import { folderFault, refFault, tokenFault } from "../config/git.ts";
import {
  parseGitUrl,
  withoutCredentials,
  type GitUrl,
} from "../config/git-url.ts";
import { privateKeyFault } from "../config/private-key.ts";
import { SiteContentError } from "../config/site-content.ts";
import type { Fault } from "../config/text.ts";
import { planGitEnvironment } from "./git-environment.ts";
import { GitFailure, GitSourceError } from "./git-error.ts";
import type { GitKey } from "./git-fault.ts";
import { isCommit } from "./git-refs.ts";
import { GitRepository } from "./git-repository.ts";
import { exportTree, keyOf } from "./git-tree.ts";
import {
  findSource,
  keepSource,
  makeStaging,
  type SourceName,
} from "./source-cache.ts";
import { withSshLogin } from "./ssh-login.ts";

/** Where files come from in git, and who may read them there. */
export interface GitSourceArgs {
  /** `https://…`, `ssh://user@host/…` or `user@host:…`, without a password or token. */
  readonly url: string;
  /** Branch, tag or whole commit hash. A change publishes another commit. @default - the repository's own default branch */
  readonly ref?: string | undefined;
  /** Folder of the repository that holds the files. @default - all of it */
  readonly path?: string | undefined;
  /** Token that may read the repository, from the stack's configuration; https only. @default - everybody may */
  readonly token?: pulumi.Input<string> | undefined;
  /** User name that goes with the token. @default "x-access-token" */
  readonly user?: string | undefined;
  /** File with the certificates that the server is checked against; https only. @default - the machine's own */
  readonly caFile?: string | undefined;
  /** Private key that may read the repository, from the stack's configuration; ssh only. @default - the ssh agent, and the keys in ~/.ssh */
  readonly deployKey?: pulumi.Input<string> | undefined;
  /** Public host keys that the server may show; needed for ssh. */
  readonly hostKeys?: readonly string[] | undefined;
}

/**
 * Fetches the files of a commit to this machine, while the program runs: a site is made from them,
 * and hosts need neither git nor the token. What a ref stands for is looked up each time; a commit
 * that was fetched before needs no network.
 *
 * @example
 * ```ts
 * const source = await gitSource({
 *   url: "https://git.example.org/site.git",
 *   token: new pulumi.Config().requireSecret("siteToken"),
 * });
 * new StaticSite("welcome", { nginx, source });
 * ```
 */
export async function gitSource(args: GitSourceArgs): Promise<SiteContent> {
  return fetchSource(args, new Map());
}

/** Commits that refs were found to stand for, by repository and ref: one plan sees one commit of each. */
export type Commits = Map<string, Promise<string>>;

/** `gitSource` for one of many sites. */
export async function fetchSource(
  args: GitSourceArgs,
  commits: Commits,
): Promise<SiteContent> {
  try {
    return await findOrFetch(args, remoteOf(args), commits);
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw new GitSourceError(error.fault, shownValue(args, error.fault.key));
  }
}

async function findOrFetch(
  args: GitSourceArgs,
  remote: GitUrl,
  commits: Commits,
): Promise<SiteContent> {
  const { url, ref, path: folder = "" } = args;
  if (ref !== undefined && isCommit(ref)) {
    const found = await findSource({ commit: ref, folder });
    if (found) return found;
  }
  const staging = await makeStaging();
  try {
    return await withRepository(
      args,
      remote,
      path.join(staging, "repository"),
      async (repository) => {
        const own = () => repository.resolve(ref);
        const key = JSON.stringify([url, ref]);
        const commit = commits.get(key)?.catch(own) ?? own();
        commits.set(key, commit);
        return publish(repository, { commit: await commit, folder }, staging);
      },
    );
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function publish(
  repository: GitRepository,
  name: SourceName,
  staging: string,
): Promise<SiteContent> {
  const { commit, folder } = name;
  const found = await findSource(name);
  if (found) return found;
  const tree = path.join(staging, "tree");
  await repository.fetch(commit);
  await exportTree(repository, name, tree);
  try {
    return await keepSource(name, tree);
  } catch (error) {
    if (!(error instanceof SiteContentError)) throw error;
    throw new GitFailure({ key: keyOf(folder), ...error.fault });
  }
}

async function withRepository<T>(
  args: GitSourceArgs,
  remote: GitUrl,
  folder: string,
  work: (repository: GitRepository) => Promise<T>,
): Promise<T> {
  const { url, user = "x-access-token", caFile, hostKeys = [] } = args;
  const open = (hasSecret: boolean, login: object) =>
    work(
      new GitRepository({
        url,
        access: { ...remote, hasSecret },
        environment: planGitEnvironment({ folder, remote, caFile, ...login }),
      }),
    );
  if (remote.protocol === "https") {
    const token = (await known(args.token))?.trim();
    refuse("token", token === undefined ? "" : tokenFault(token));
    const hasToken = token !== undefined;
    return open(hasToken, hasToken ? { login: { user, token } } : {});
  }
  const deployKey = await known(args.deployKey);
  refuse("deployKey", deployKey && privateKeyFault(deployKey));
  return withSshLogin(remote, { hostKeys, deployKey }, (ssh) =>
    open(deployKey !== undefined, { ssh }),
  );
}

/** The parts of a URL, once everything that can be checked without a network is right. */
function remoteOf({ url, ref, path: folder, hostKeys }: GitSourceArgs): GitUrl {
  const remote = parseGitUrl(url);
  if ("rule" in remote) throw new GitFailure({ key: "url", ...remote });
  refuse("ref", ref && refFault(ref));
  refuse("path", folder && folderFault(folder));
  if (remote.protocol === "ssh" && !hostKeys?.length) {
    throw new GitFailure({
      key: "hostKey",
      rule: `is missing, and no server is entered that cannot be recognised (${remote.host})`,
      hint: "pin the key that the server's operator publishes",
    });
  }
  return remote;
}

function refuse(key: GitKey, fault: Fault | "" | undefined): void {
  if (fault) throw new GitFailure({ key, ...fault });
}

/** The value of a secret: the program has the configuration in its hands before anything is planned. */
async function known(
  value: pulumi.Input<string> | undefined,
): Promise<string | undefined> {
  if (value === undefined) return undefined;
  return new Promise((resolve) => pulumi.output(value).apply(resolve));
}

function shownValue(args: GitSourceArgs, key: GitKey): string {
  switch (key) {
    case "token":
    case "deployKey":
      return "[secret]";
    case "hostKey":
      return `of ${withoutCredentials(args.url)}`;
    case "url":
      return JSON.stringify(withoutCredentials(args.url));
    case "ref":
    case "path":
    case "user":
    case "caFile":
      return JSON.stringify(args[key] ?? "");
  }
}
