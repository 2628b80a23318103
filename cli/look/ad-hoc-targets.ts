import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import {
  closedKeyMessage,
  closeKey,
  findOpenKey,
} from "../../components/config/key-mode.ts";
import { KnownHosts } from "../../components/config/known-hosts.ts";
import { privateKeyFault } from "../../components/config/private-key.ts";
import { renderProblem, show } from "../../components/config/problem.ts";
import {
  preflightHost,
  requirements,
  type PreflightHost,
} from "../../manifest/preflight.ts";
import { FlotillaError } from "../flotilla-error.ts";
import type { LookOptions } from "./arguments.ts";
import type { Targets } from "./targets.ts";

/** Whether a word is a host of nobody's: `admin@10.0.0.5`. */
export function isAdHoc(word: string): boolean {
  return word.includes("@");
}

/** Hosts that no configuration has, each `USER@ADDRESS[:PORT]`. */
export function adHocTargets(
  words: readonly string[],
  options: LookOptions,
  say: (line: string) => void,
): Targets {
  const hosts = words.map((word) => [word, targetOf(word, options)] as const);
  return {
    hosts: Object.fromEntries(hosts),
    requirements: requirements.parse({}),
    privateKey: readKey(options.key ?? "~/.ssh/id_ed25519", say),
    ...{ unpinnedKeys: {}, silent: {}, leftOut: {} },
  };
}

function targetOf(word: string, options: LookOptions): PreflightHost {
  const parts =
    /^(?<user>[a-z_][a-z0-9_-]*)@(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[A-Za-z0-9.-]+)|(?<bare>[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*))(?::(?<port>\d{1,5}))?$/.exec(
      word,
    )?.groups;
  if (!parts)
    throw new FlotillaError(
      `${word} is no host: write USER@ADDRESS, USER@ADDRESS:PORT or USER@[IPV6]:PORT`,
    );
  const address = parts["v6"] ?? parts["name"] ?? parts["bare"] ?? "";
  const port = Number(parts["port"] ?? 22);
  const hostKeys = keysOf(address, port, options);
  const connection = { address, port, user: parts["user"], hostKeys };
  const host = { id: word, name: word, connection };
  return preflightHost.parse({ host, firewall: false });
}

function keysOf(address: string, port: number, options: LookOptions): string[] {
  if (options.hostKey !== undefined) return [options.hostKey];
  const file = locate(options.knownHosts ?? "~/.ssh/known_hosts");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const keys = new KnownHosts(text).keysFor(address, port);
  if (keys.length > 0) return keys;
  throw new FlotillaError(
    `${file} has no key of ${address}, and nothing is said to a host that cannot be recognised: give --host-key "ssh-ed25519 AAAA…", as in /etc/ssh/ssh_host_ed25519_key.pub there`,
  );
}

function readKey(name: string, say: (line: string) => void): string {
  const file = locate(name);
  if (!existsSync(file))
    throw new FlotillaError(`there is no key ${name}: name it with --key`);
  const pem = readFileSync(file, "utf8");
  const fault = privateKeyFault(pem);
  if (fault)
    throw new FlotillaError(
      renderProblem({ path: "--key", value: show(name), ...fault }),
    );
  const { open, problem } = findOpenKey(file, name);
  const refusal = problem ?? (open && closeKey(open));
  if (refusal) throw new FlotillaError(renderProblem(refusal));
  if (open) say(closedKeyMessage(open));
  return pem;
}

function locate(file: string): string {
  return path.resolve(file.replace(/^~(?=\/)/, homedir()));
}
