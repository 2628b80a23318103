import pLimit from "p-limit";
import type { CheckName, PreflightHost } from "../../manifest/preflight.ts";
import { examine, type Examination } from "../../provider/runtime/examine.ts";
import { loadRuntimeFiles } from "../../provider/runtime/runtime-files.ts";
import { SshPool } from "../../provider/ssh/pool.ts";
import { publicKeyOf } from "../../provider/ssh/public-key.ts";
import { secondsOf } from "./arguments.ts";
import { withUnpinnedKey } from "./first-keys.ts";
import { interrupted } from "./interrupt.ts";
import { LookProgress } from "./progress.ts";
import type { Targets } from "./targets.ts";

/** Hosts that are looked at in the same moment. */
const AT_ONCE = 64;

/** A host, and what was found on it. */
export interface Looked {
  readonly wanted: Pick<PreflightHost, "declared">;
  readonly found: Examination;
  /** Fingerprint of the key that nobody pinned, and that was accepted for this look. @default - a known one was shown */
  readonly unpinnedKey?: string | undefined;
}

/** Looks at all hosts at the same time; Ctrl+C stops it, and nothing is left anywhere. */
export async function lookAt(
  { hosts, requirements, privateKey, silent, unpinnedKeys }: Targets,
  options: { readonly timeout: string; readonly checks: readonly CheckName[] },
): Promise<Readonly<Record<string, Looked>>> {
  if (Object.keys(hosts).length === 0) return silent;
  const pool = new SshPool({
    privateKey,
    connectTimeoutSeconds: secondsOf(options.timeout),
    signal: interrupted(),
    onDial: () => undefined,
  });
  const runtime = await loadRuntimeFiles();
  const examiner = { pool, runtime, publicKey: publicKeyOf(privateKey) };
  const { checks } = options;
  const inLimit = pLimit(AT_ONCE);
  const progress = new LookProgress(Object.keys(hosts));
  const looked = Object.entries(hosts).map(([name, wanted]) =>
    inLimit(async () => {
      const subject = { ...wanted, requirements, checks };
      const found = await examine(examiner, subject);
      progress.isDone(name);
      const unpinnedKey = unpinnedKeys[name];
      const said = withUnpinnedKey(found, unpinnedKey);
      return [name, { wanted, found: said, unpinnedKey }] as const;
    }),
  );
  const all = await Promise.all(looked).finally(() => progress.end());
  await pool.close();
  return { ...Object.fromEntries(all), ...silent };
}
