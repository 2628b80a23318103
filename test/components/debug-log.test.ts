import { createRequire } from "node:module";
import type { log } from "@pulumi/pulumi";
import { expect, it, vi } from "vitest";
import { keepAnswersOutOfDebugLog } from "../../components/debug-log.ts";

type Log = typeof log;

/** The object that the SDK itself calls when it logs. */
const sdkLog = createRequire(import.meta.url)("@pulumi/pulumi/log") as Log;

it("keeps the engine's answers out of what the SDK logs, and leaves the rest of it", async () => {
  const debug = vi.fn<Log["debug"]>(async () => undefined);
  Object.assign(sdkLog, { debug });
  keepAnswersOutOfDebugLog();
  await sdkLog.debug(
    "RegisterResource RPC finished: resource:cache; err: null, resp: urn,result,,,hunter2\nhunter3",
  );
  await sdkLog.debug("Registering resource: t=a:b:C, name=cache");
  expect(debug.mock.calls).toEqual([
    [
      "RegisterResource RPC finished: resource:cache; err: null, resp: (not shown)",
    ],
    ["Registering resource: t=a:b:C, name=cache"],
  ]);
});
