import type { GitUrl } from "../config/git-url.ts";

/** Variables of this machine that say how to get out of it, and whom to trust there. */
const passedOn = [
  ..."PATH TMPDIR GIT_SSL_CAINFO GIT_SSL_CAPATH SSL_CERT_FILE SSL_CERT_DIR".split(
    " ",
  ),
  ..."http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY".split(" "),
];

/** The login to a repository that is reached by https. */
export interface TokenLogin {
  readonly user: string;
  readonly token: string;
}

/** What a git environment is made from. */
export interface GitEnvironmentArgs {
  /** The bare repository that git works in. */
  readonly folder: string;
  readonly remote: GitUrl;
  readonly login?: TokenLogin | undefined;
  readonly caFile?: string | undefined;
  /** Further variables, for ssh. */
  readonly ssh?: Readonly<Record<string, string>> | undefined;
}

/**
 * The whole environment of a git that obeys nobody else: no configuration of the user's or the
 * machine's, no helpers, no questions, one protocol. A token is in it and in no argument.
 */
export function planGitEnvironment(
  { folder, remote, login, caFile, ssh = {} }: GitEnvironmentArgs,
  machine: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const settings = [
    ...hardening,
    ...(login ? [[headerKey(remote), header(login)] as const] : []),
  ];
  const passed = passedOn.flatMap((name) => {
    const value = machine[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    ...withLoopbackDirect(machine),
    ...fixed,
    HOME: folder,
    GIT_DIR: folder,
    GIT_ALLOW_PROTOCOL: remote.protocol,
    ...(caFile !== undefined && { GIT_SSL_CAINFO: caFile }),
    ...ssh,
    ...configuration(settings),
  };
}

const fixed = {
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "",
  SSH_ASKPASS: "",
  GIT_NO_REPLACE_OBJECTS: "1",
};

const hardening: readonly (readonly [string, string])[] = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  // The files are those of a checkout on Linux, wherever this runs.
  ["core.symlinks", "true"],
  ["core.autocrlf", "false"],
  ["core.eol", "lf"],
  ["core.protectHFS", "true"],
  ["core.protectNTFS", "true"],
  ["fetch.recurseSubmodules", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  // A redirect would take the token to another server.
  ["http.followRedirects", "false"],
  ["http.lowSpeedLimit", "1000"],
  ["http.lowSpeedTime", "30"],
];

/** A token goes to its own server alone, whatever git is made to visit. */
function headerKey({ host, port }: GitUrl): string {
  return `http.https://${host}:${port}/.extraHeader`;
}

function header({ user, token }: TokenLogin): string {
  const text = Buffer.from(`${user}:${token}`).toString("base64");
  return `Authorization: Basic ${text}`;
}

function configuration(
  settings: readonly (readonly [string, string])[],
): Record<string, string> {
  const variables: Record<string, string> = {
    GIT_CONFIG_COUNT: String(settings.length),
  };
  for (const [index, [key, value]] of settings.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}

/** This machine itself is never reached through a proxy. */
function withLoopbackDirect(
  machine: NodeJS.ProcessEnv,
): Record<string, string> {
  const given = machine["no_proxy"] ?? machine["NO_PROXY"] ?? "";
  return {
    no_proxy: [given, "localhost,127.0.0.1,::1"].filter(Boolean).join(","),
  };
}
