import { domainNameFault } from "./name.ts";
import { controlFault, type Fault } from "./text.ts";

/** The ways to a repository: both prove who the server is, and carry no password in the clear. */
export type GitProtocol = "https" | "ssh";

/** A repository's URL, taken apart. */
export interface GitUrl {
  readonly protocol: GitProtocol;
  readonly host: string;
  /** The protocol's own port where the URL names none. */
  readonly port: number;
}

/** Takes a URL apart; the fault when git must not be given it. */
export function parseGitUrl(url: string): GitUrl | Fault {
  return (
    controlFault(url) ??
    transportFault(url) ??
    (url.startsWith("https://") ? parseHttps(url) : parseSsh(url))
  );
}

/** A URL as it may be shown: whatever stands where a password could stand is masked. */
export function withoutCredentials(url: string): string {
  return url
    .replace(/^(https?:\/\/).*@/is, "$1…@")
    .replace(/^((?:git\+)?ssh:\/\/[^@/:]*):.*@/is, "$1:…@")
    .replace(/^([a-z+]+:\/\/[^?]*)\?.*$/s, "$1?…");
}

const forms = 'write "https://…", "ssh://git@…" or "git@host:path"';

function transportFault(url: string): Fault | undefined {
  if (url === "") return { rule: "must not be empty", hint: forms };
  if (url.startsWith("-")) {
    return { rule: "would be read as an option of git", hint: forms };
  }
  if (/^[a-z0-9+-]+::/i.test(url)) {
    return {
      rule: "names a transport that can start any program",
      hint: forms,
    };
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === "https" || scheme === "ssh") return lowerCaseFault(url);
  if (scheme === "http" || scheme === "git") {
    return {
      rule: `uses ${scheme}://, where anybody on the way can read and change what is sent`,
      hint: `write ${JSON.stringify(withoutCredentials(url).replace(/^\w+/, "https"))}`,
    };
  }
  if (scheme === "file" || (scheme === undefined && !scpForm.test(url))) {
    return {
      rule: "is a path on this machine",
      hint: `${forms}; a folder of this machine is a site's directory`,
    };
  }
  return scheme === undefined
    ? undefined
    : { rule: `uses ${scheme}://, which is not supported`, hint: forms };
}

function lowerCaseFault(url: string): Fault | undefined {
  return /^[a-z]+:/.test(url)
    ? undefined
    : {
        rule: "has its scheme in capitals",
        hint: "write it in lower case: https://, ssh://",
      };
}

function parseHttps(url: string): GitUrl | Fault {
  if (/^https:\/\/[^/]*@/.test(url) || !URL.canParse(url)) {
    return url.includes("@")
      ? credentialsFault
      : { rule: "is not a URL", hint: forms };
  }
  const { hostname, port, pathname, search, hash } = new URL(url);
  if (search !== "" || hash !== "") {
    return {
      rule: "has something behind the path, which is no part of a repository's name",
      hint: "end it with the path; a token goes into git.token: { secret: <name> }",
    };
  }
  return (
    hostFault(hostname) ??
    pathFault(pathname.slice(1)) ?? {
      protocol: "https",
      host: hostname,
      port: Number(port || 443),
    }
  );
}

const credentialsFault: Fault = {
  rule: "holds a user or a token, which would stay in logs and in the state",
  hint: "take it out, and name it: git.token: { secret: <name> }, with `pulumi config set --secret flotilla:<name>`",
};

const scpForm = /^([^/@:]+)@(\[[^\]]*\]|[^/@:[\]]*):(.*)$/;
const sshForm =
  /^ssh:\/\/(?:([^/@]*)@)?(\[[^\]]*\]|[^/@:[\]]*)(?::(\d+))?(?:\/(.*))?$/;

function parseSsh(url: string): GitUrl | Fault {
  const [, user, host = "", port, path = ""] = sshForm.exec(url) ?? scp(url);
  if (user?.includes(":")) {
    return {
      rule: "holds a password",
      hint: "take it out: ssh enters with a key, git.deployKey: { secret: <name> }",
    };
  }
  if (user === undefined || !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(user)) {
    return {
      rule: "names no user to log in as",
      hint: 'write it like "ssh://git@host/path" or "git@host:path"',
    };
  }
  return (
    hostFault(host) ??
    portFault(Number(port ?? 22)) ??
    pathFault(path) ?? {
      protocol: "ssh",
      host: host.replace(/^\[|\]$/g, ""),
      port: Number(port ?? 22),
    }
  );
}

function scp(url: string): (string | undefined)[] {
  const [whole, user, host, path] = scpForm.exec(url) ?? [];
  return [whole, user, host, undefined, path];
}

function hostFault(host: string): Fault | undefined {
  if (host === "") return { rule: "names no server", hint: forms };
  if (/^\[[0-9a-f:.]+\]$/i.test(host)) return undefined;
  const fault = domainNameFault(host);
  return fault && { ...fault, rule: `names a server whose name ${fault.rule}` };
}

function portFault(port: number): Fault | undefined {
  return port >= 1 && port <= 65535
    ? undefined
    : { rule: "has a port that is none", hint: "use one from 1 to 65535" };
}

function pathFault(path: string): Fault | undefined {
  if (/^\/*$/.test(path)) {
    return {
      rule: "names a server and no repository",
      hint: "add the repository's path",
    };
  }
  return /^\/*-/.test(path)
    ? { rule: "has a path that would be read as an option", hint: forms }
    : undefined;
}
