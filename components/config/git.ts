import { z } from "zod";
import { parseGitUrl } from "./git-url.ts";
import { hostKey } from "./host.ts";
import { privateKeyFault } from "./private-key.ts";
import { secretReference } from "./secret.ts";
import {
  controlFault,
  localPath,
  noControl,
  text,
  type Fault,
} from "./text.ts";

const url = text(
  (value) => {
    const parsed = parseGitUrl(value);
    return "rule" in parsed ? parsed : undefined;
  },
  {
    pattern: "^(https://.+|(ssh://)?[A-Za-z0-9_][A-Za-z0-9._-]*@.+)$",
    not: { pattern: "^https://[^/]*@" },
  },
);

const notInRef = /[\s~^:?*[\\]|\.\.|@\{|\/\/|^[/.]|\/\.|[/.]$|\.lock(\/|$)|^@$/;
const ref = text(refFault, { ...noControl, not: { pattern: notInRef.source } });

const notInFolder = /(^|\/)(\.{0,2}(\/|$)|-|\.git(\/|$))/;
const path = text(folderFault, {
  ...noControl,
  not: { pattern: notInFolder.source },
});

const userName = /^[A-Za-z0-9._@+][A-Za-z0-9._@+-]{0,99}$/;

const user = text(
  (value) =>
    userName.test(value)
      ? undefined
      : {
          rule: "is not a user name",
          hint: "use letters, digits, '.', '_', '@', '+' and '-'",
        },
  { pattern: userName.source },
);

/** A repository that files come from. */
export const git = z.strictObject({
  /** `https://…`, `ssh://user@host/…` or `user@host:…`, without a password or token. Only this machine goes there: hosts need no git and no token. */
  url: url.describe("URL of the repository"),
  /** Branch, tag or whole commit hash; what it stands for is looked up on each preview and update. A cached commit hash needs no network. @default - the repository's own default branch */
  ref: ref.optional().describe("Branch, tag or whole commit hash"),
  /** Folder of the repository that holds the files. @default - all of it */
  path: path.optional().describe("Folder of the repository"),
  /** Token that may read the repository, as a secret of the stack; https only. @default - everybody may */
  token: secretReference(tokenFault)
    .optional()
    .describe("Token that may read the repository, as a secret"),
  /** User name that goes with the token. GitHub, GitLab and Gitea take any for personal tokens; deploy tokens have their own. @default - x-access-token */
  user: user.optional().describe("User name that goes with the token"),
  /** File with the certificates that the server is checked against, in the place of the machine's own; https only. */
  caFile: localPath
    .optional()
    .describe("File with the certificates that the server is checked against"),
  /** Private key that may read the repository, as a secret of the stack; ssh only. @default - your ssh agent, and the keys in ~/.ssh */
  deployKey: secretReference(privateKeyFault)
    .optional()
    .describe("Private key that may read the repository, as a secret"),
  /** The server's public host key, as its operator publishes it; ssh only. @default - from `knownHostsFile` */
  hostKey: hostKey
    .optional()
    .describe("Public host key of the server that is accepted"),
  /** File in the form of known_hosts that has the server's keys; ssh only. @default - `ssh.knownHostsFile` */
  knownHostsFile: localPath
    .optional()
    .describe("File in the form of known_hosts with the server's keys"),
});

export type GitSettings = z.output<typeof git>;

/** Finds what keeps a secret from being a token; white space around it does not count. */
export function tokenFault(value: string): Fault | undefined {
  const hint = "set it again with `pulumi config set --secret`";
  const token = value.trim();
  if (token === "") return { rule: "is empty", hint };
  return controlFault(token) && { rule: "holds a control character", hint };
}

/** Finds what keeps a text from being the name of a branch, tag or commit (git check-ref-format). */
export function refFault(value: string): Fault | undefined {
  const hint = 'name a branch, a tag or a whole commit, as in "main"';
  const plain = controlFault(value);
  if (plain) return plain;
  if (value === "") return { rule: "must not be empty", hint };
  if (value.length > 250)
    return { rule: "is longer than 250 characters", hint };
  if (value.startsWith("-"))
    return { rule: "would be read as an option of git", hint };
  return notInRef.test(value)
    ? { rule: "is not the name of a ref", hint }
    : undefined;
}

/** Finds what keeps a text from being a folder inside of a repository. */
export function folderFault(value: string): Fault | undefined {
  const hint = 'write it like "docs/site", without a slash at its ends';
  const parts = value.split("/");
  const plain = controlFault(value);
  if (plain) return plain;
  if (value.length > 200)
    return { rule: "is longer than 200 characters", hint };
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    return { rule: "is not a folder inside of the repository", hint };
  return parts.some((part) => part.startsWith("-") || part === ".git")
    ? { rule: "has a part that git would not read as a folder", hint }
    : undefined;
}
