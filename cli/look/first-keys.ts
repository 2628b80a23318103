import pLimit from "p-limit";
import type { ExistingHostConfig } from "../../components/config/fleet.ts";
import { unreached, type Finding } from "../../provider/preflight/index.ts";
import type { Examination } from "../../provider/runtime/examine.ts";
import { DialError } from "../../provider/ssh/dial-error.ts";
import { fingerprint, parseHostKey } from "../../provider/ssh/host-key.ts";
import { shownKey } from "../../provider/ssh/shown-key.ts";
import { secondsOf } from "./arguments.ts";
import { interrupted } from "./interrupt.ts";
import type { Looked } from "./look.ts";

/** Hosts whose key nobody pinned, and that were asked for it. */
export interface FirstKeys {
  /** With the key that they show now, which counts for this look alone. */
  readonly hosts: Readonly<Record<string, ExistingHostConfig>>;
  /** Those that showed none. */
  readonly silent: Readonly<Record<string, Looked>>;
}

type Hosts = FirstKeys["hosts"];

/** Hosts that are asked in the same moment. */
const AT_ONCE = 64;

/** Asks hosts for their key, as the first update would (`acceptNewHostKey`), and records nothing. */
export async function askFirstKeys(
  unmet: Hosts,
  timeout: string,
): Promise<FirstKeys> {
  const hosts: Record<string, ExistingHostConfig> = {};
  const silent: Record<string, Looked> = {};
  const inLimit = pLimit(AT_ONCE);
  const options = { timeoutSeconds: secondsOf(timeout), signal: interrupted() };
  const asked = Object.entries(unmet).map(([name, host]) =>
    inLimit(async () => {
      try {
        const key = await shownKey(host, { name, ...options });
        hosts[name] = { ...host, hostKeys: [key] };
      } catch (error) {
        if (!(error instanceof DialError)) throw error;
        silent[name] = unasked(name, host, error);
      }
    }),
  );
  await Promise.all(asked);
  return { hosts, silent };
}

function unasked(
  name: string,
  { address, declared = {} }: ExistingHostConfig,
  { failure: kind, message }: DialError,
): Looked {
  const findings = [unreached({ kind, message })];
  return {
    wanted: { declared },
    found: { name, address, facts: undefined, findings },
  };
}

/** The fingerprints of the keys that were accepted for one look, by host. */
export function unpinnedKeysOf({
  hosts,
}: FirstKeys): Readonly<Record<string, string>> {
  const named = Object.entries(hosts).map(([name, { hostKeys }]) => {
    const prints = hostKeys.map((key) => fingerprint(parseHostKey(key).blob));
    return [name, prints.join(", ")] as const;
  });
  return Object.fromEntries(named);
}

/** What was found on a host, and that it was recognised by nothing but the key that it showed. */
export function withUnpinnedKey(
  found: Examination,
  unpinnedKey: string | undefined,
): Examination {
  if (unpinnedKey === undefined) return found;
  const finding: Finding = {
    check: "connection",
    severity: "warning",
    text: `${found.name} showed the host key ${unpinnedKey}, which nobody pinned: it was accepted for this look, and is recorded nowhere; 'pulumi up' will accept the one that is shown then (acceptNewHostKey)`,
    fix: "compare it with what 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub' says on the machine's console: another one there means that somebody is in between",
  };
  return { ...found, findings: [finding, ...found.findings] };
}
