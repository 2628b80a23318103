import { afterAll, describe, expect, it } from "vitest";
import recordedSchema from "./schema/hcloud.json" with { type: "json" };
import * as lifecycle from "./lifecycle-calls.ts";
import { candidatesOf } from "./plugins.ts";
import { RecordedApi } from "./recorded-api.ts";
import { describeResources } from "./schema-shape.ts";
import { readTables, replay, runPlugin } from "./tables.ts";

const api = await RecordedApi.start();
const endpoint = `${api.endpoint}/v1`;
const token = "h".repeat(64);
const scenarios = readTables("hcloud", { endpoint: api.endpoint, token });

afterAll(() => {
  api.stop();
});

describe.each(candidatesOf("hcloud"))(
  "the hcloud plugin: $description",
  (plugin) => {
    const running = runPlugin(plugin, {
      endpoint,
      token,
      pollInterval: "10ms",
      pollFunction: "constant",
    });
    replay("hcloud", scenarios, running, api);

    it("has the resources with the recorded types, secrets and required inputs", async () => {
      const schema = await lifecycle.getSchema(running.client());
      expect(describeResources(schema)).toMatchObject(recordedSchema);
    });
  },
);
