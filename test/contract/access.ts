import type { PluginName } from "../../toolchain/plugins.ts";
import { startFakeEngine } from "./fake-engine.ts";
import * as lifecycle from "./lifecycle-calls.ts";
import { startPlugin } from "./plugin-process.ts";
import type { Candidate } from "./plugins.ts";
import type { RecordedApi } from "./recorded-api.ts";
import * as resource from "./resource-calls.ts";
import type { Properties } from "./wire.ts";

/** How a plugin is told where its API is and what opens it. */
export interface Access {
  readonly title: string;
  readonly env: Readonly<Record<string, string>>;
  readonly configuration: Properties;
}

/** The token that a plugin sends to its API when it looks for a key that is not there. */
export async function tokenSent(
  plugin: Candidate,
  name: PluginName,
  { api, access, read }: { api: RecordedApi; access: Access; read: string },
): Promise<string | undefined> {
  const engine = await startFakeEngine();
  const started = await startPlugin(plugin.command, engine, access.env);
  try {
    await lifecycle.configure(started.client, access.configuration);
    api.expect([{ request: read, status: 404, response: {} }]);
    await resource.read(
      started.client,
      { type: `${name}:index/sshKey:SshKey`, name: "one" },
      { id: "1", inputs: {}, properties: {} },
    );
    const [problem] = api.problems();
    if (problem !== undefined) throw new Error(problem);
    return api.token;
  } finally {
    await started.stop();
    engine.stop();
  }
}
