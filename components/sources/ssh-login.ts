import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { GitUrl } from "../config/git-url.ts";

/** How a repository is entered by ssh. */
export interface SshLogin {
  readonly hostKeys: readonly string[];
  /** The private key. @default - the user's agent and own keys */
  readonly deployKey?: string | undefined;
}

/**
 * Runs `work` with the variables that make git's ssh accept only the pinned keys of the server and
 * enter with one key. The key is in a file of mode 0600 meanwhile, in memory where the system has a
 * folder for that.
 */
export async function withSshLogin<T>(
  remote: GitUrl,
  login: SshLogin,
  work: (variables: Record<string, string>) => Promise<T>,
): Promise<T> {
  const parent = process.env["XDG_RUNTIME_DIR"] || tmpdir();
  const folder = await mkdtemp(path.join(parent, "flotilla-git-"));
  try {
    return await work(await writeLogin(folder, remote, login));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeLogin(
  folder: string,
  { host, port }: GitUrl,
  { hostKeys, deployKey }: SshLogin,
): Promise<Record<string, string>> {
  const at = (name: string) => path.join(folder, name);
  const mode = 0o600;
  const name = port === 22 ? host : `[${host}]:${port}`;
  const lines = hostKeys.map((key) => `${name} ${key}\n`).join("");
  await writeFile(at("known_hosts"), lines, { mode });
  const identity = deployKey === undefined ? [] : ownKey(at("key"));
  if (deployKey !== undefined)
    await writeFile(at("key"), `${deployKey.trimEnd()}\n`, { mode });
  const settings = [
    ...pinned,
    ["UserKnownHostsFile", quoted(at("known_hosts"))],
    ...identity,
  ].map(([key, value]) => `${key} ${value}\n`);
  await writeFile(at("config"), settings.join(""), { mode });
  const agent = process.env["SSH_AUTH_SOCK"];
  return {
    // A shell reads this command: the path is no part of its text.
    GIT_SSH_COMMAND: 'ssh -F "$FLOTILLA_SSH_CONFIG"',
    GIT_SSH_VARIANT: "ssh",
    FLOTILLA_SSH_CONFIG: at("config"),
    ...(agent && deployKey === undefined && { SSH_AUTH_SOCK: agent }),
  };
}

function ownKey(file: string): string[][] {
  return [
    ["IdentityFile", quoted(file)],
    ["IdentitiesOnly", "yes"],
    ["IdentityAgent", "none"],
  ];
}

const pinned: readonly (readonly string[])[] = [
  ["BatchMode", "yes"],
  ["StrictHostKeyChecking", "yes"],
  ["GlobalKnownHostsFile", "/dev/null"],
  ["UpdateHostKeys", "no"],
  ["CheckHostIP", "no"],
  ["PreferredAuthentications", "publickey"],
  ["ForwardAgent", "no"],
  ["ControlMaster", "no"],
  ["ControlPath", "none"],
  ["PermitLocalCommand", "no"],
  ["ConnectTimeout", "15"],
  ["ServerAliveInterval", "10"],
  ["ServerAliveCountMax", "3"],
];

/** A path in ssh's configuration, where `%` begins a token and `$` a variable. */
function quoted(file: string): string {
  return `"${file.replaceAll("%", "%%")}"`;
}
