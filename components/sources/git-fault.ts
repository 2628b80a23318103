import type { GitUrl } from "../config/git-url.ts";
import type { Fault } from "../config/text.ts";

/** The key of a source's configuration that has to be changed. */
export type GitKey =
  | "url"
  | "ref"
  | "path"
  | "token"
  | "caFile"
  | "deployKey"
  | "hostKey"
  | "user";

/** What is wrong with a source, and with which of its keys. */
export interface GitFault extends Fault {
  readonly key: GitKey;
}

/** What git was given to reach a repository. */
export interface GitAccess extends GitUrl {
  /** Whether there was a token or a deploy key. */
  readonly hasSecret: boolean;
}

/** Turns what git said when it failed into what was wrong. `said` is git's standard error in English. */
export function faultOf(said: string, access: GitAccess): GitFault {
  for (const { says, fault } of knownFailures) {
    const match = says.exec(said);
    if (match) return fault(access, match);
  }
  return {
    key: "url",
    rule: `cannot be read; git says: ${lastWord(said)}`,
    hint: "try it by hand with `git ls-remote`",
  };
}

/** A fault of a repository that gave no answer in time. */
export function timeoutFault(seconds: number): GitFault {
  return {
    key: "url",
    rule: `gave no answer within ${seconds} seconds`,
    hint: "check the way there: network, proxy, firewall; then run it again",
  };
}

interface KnownFailure {
  readonly says: RegExp;
  readonly fault: (access: GitAccess, match: RegExpExecArray) => GitFault;
}

const howToSetToken =
  "set git.token: { secret: <name> }, and the secret with `pulumi config set --secret flotilla:<name>`";

/** The first that fits counts: what ssh and git add at the end of every failure comes last. */
const knownFailures: readonly KnownFailure[] = [
  {
    says: /(?:cannot run|exec|sh: \d+:|:) ssh:.*(?:not found|No such file)/,
    fault: () => ({
      key: "url",
      rule: "needs the program ssh, which this machine lacks",
      hint: "install OpenSSH's client, or use the repository's https URL",
    }),
  },
  {
    says: /Could not resolve host(?:name)?:? ([^\s:]+)/,
    fault: (_, [, name = ""]) => ({
      key: "url",
      rule: `is on the server ${JSON.stringify(name)}, whose name cannot be resolved`,
      hint: "correct the name, or check this machine's network and DNS",
    }),
  },
  {
    says: /Connection timed out|Operation timed out|Operation too slow|timed out$/m,
    fault: ({ host, port }) => ({
      key: "url",
      rule: `cannot be reached: ${host} port ${port} did not answer in time`,
      hint: "check the way there: network, proxy, firewall",
    }),
  },
  {
    says: /Failed to connect to|Connection refused|No route to host|Network is unreachable/,
    fault: ({ host, port }) => ({
      key: "url",
      rule: `cannot be reached: nothing answers at ${host} port ${port}`,
      hint: "correct server and port, or check this machine's network",
    }),
  },
  {
    says: /SSL CA cert|error (?:setting|adding|reading).*(?:certificate|trust)/i,
    fault: () => ({
      key: "caFile",
      rule: "holds no certificate that can be read",
      hint: "name a file with certificates in PEM form, or remove it",
    }),
  },
  {
    says: /does not match target host ?name|no alternative certificate subject/i,
    fault: ({ host }) => ({
      key: "url",
      rule: `is served with a certificate for another name than ${host}`,
      hint: "write the name that the certificate is for",
    }),
  },
  {
    says: /certificate (?:verification failed|problem|verify failed)|self[- ]signed certificate|unable to get local issuer/i,
    fault: ({ host }) => ({
      key: "url",
      rule: `is served with a certificate that is not trusted here, or has expired (${host})`,
      hint: "where the server has an authority of its own, name its certificate: git.caFile",
    }),
  },
  {
    says: /HOST IDENTIFICATION HAS CHANGED|Host key verification failed|host key is known for|no matching host key type/,
    fault: ({ host, port }) => ({
      key: "hostKey",
      rule: `is not what ${host} port ${port} shows: it may be another machine, and was sent nothing`,
      hint: "compare it with the key that the server's operator publishes, and pin that one",
    }),
  },
  {
    says: /returned error: 30[1278]\b|unable to update url base/,
    fault: () => ({
      key: "url",
      rule: "is answered with a redirect, which is not followed",
      hint: "write the repository's final URL, often the same with .git at its end",
    }),
  },
  {
    says: /Authentication failed|could not read (?:Username|Password)|returned error: 40[17]\b/,
    fault: ({ host, hasSecret }) =>
      hasSecret
        ? {
            key: "token",
            rule: `is not accepted by ${host}`,
            hint: "it may have expired: make one that may read the repository, and check git.user",
          }
        : {
            key: "url",
            rule: "lets nobody in without a token, or does not exist (servers say the same for both)",
            hint: `correct the path, or ${howToSetToken}`,
          },
  },
  {
    says: /returned error: 403\b|remote: .*(?:access denied|forbidden|not authorized)/i,
    fault: ({ hasSecret }) =>
      hasSecret
        ? {
            key: "token",
            rule: "may not read this repository",
            hint: "give it the right to read the repository's contents",
          }
        : {
            key: "url",
            rule: "may not be read by everybody",
            hint: howToSetToken,
          },
  },
  {
    says: /Permission denied \(|Too many authentication failures/,
    fault: ({ host, hasSecret }) =>
      hasSecret
        ? {
            key: "deployKey",
            rule: `is not accepted by ${host}`,
            hint: "add its public half to the repository's deploy keys, and check the user in the URL",
          }
        : {
            key: "url",
            rule: "lets nobody in with the keys of this machine",
            hint: "set git.deployKey: { secret: <name> }, or load a key into your ssh agent",
          },
  },
  {
    says: /repository .*not found|repository does not exist|project you were looking for could not be found|returned error: (?:404|410)\b/i,
    fault: ({ hasSecret }) => ({
      key: "url",
      rule: hasSecret
        ? "does not exist, or is nothing that this token or key may see"
        : "does not exist, or is private",
      hint: hasSecret
        ? "correct the path, or give token or key the right to read it"
        : "correct the path, or say how to log in: git.token or git.deployKey",
    }),
  },
  {
    says: /is this a git repository|not appear to be a git repository|not a git repository/,
    fault: () => ({
      key: "url",
      rule: "is no git repository",
      hint: "correct the path: copy what the server shows for `git clone`",
    }),
  },
  {
    says: /not our ref|unadvertised object|couldn't find remote ref/,
    fault: () => ({
      key: "ref",
      rule: "is not in the repository, or is no longer",
      hint: "name a commit that a branch or a tag leads to",
    }),
  },
  {
    says: /returned error: (429|5\d\d)\b/,
    fault: (_, [, code = ""]) => ({
      key: "url",
      rule: `is answered with error ${code}: the server is in trouble, or has enough of us`,
      hint: "run it again later",
    }),
  },
  {
    says: /early EOF|Connection reset|disconnect|RPC failed|hung up|kex_exchange|Connection closed|Recv failure|Empty reply/,
    fault: ({ host }) => ({
      key: "url",
      rule: `was being read when ${host} broke off`,
      hint: "run it again",
    }),
  },
];

/** Git's last line, on one line and without what a terminal would obey. */
function lastWord(said: string): string {
  const lines = said.replace(/[^\P{Cc}\n]/gu, " ").split("\n");
  const line = lines.map((one) => one.trim()).filter(Boolean);
  return JSON.stringify(line.at(-1)?.slice(0, 200) ?? "nothing");
}
