import { afterAll, describe, expect, it } from "vitest";
import recordedSchema from "./schema/digitalocean.json" with { type: "json" };
import * as lifecycle from "./lifecycle-calls.ts";
import { candidatesOf } from "./plugins.ts";
import { RecordedApi } from "./recorded-api.ts";
import { describeResources } from "./schema-shape.ts";
import { readTables, replay, runPlugin } from "./tables.ts";

const api = await RecordedApi.start();
const token = "d".repeat(64);
const scenarios = readTables("digitalocean", { endpoint: api.endpoint, token });

afterAll(() => {
  api.stop();
});

describe.each(candidatesOf("digitalocean"))(
  "the digitalocean plugin: $description",
  (plugin) => {
    const running = runPlugin(plugin, {
      apiEndpoint: api.endpoint,
      token,
      httpRetryWaitMin: "0.01",
      httpRetryWaitMax: "0.1",
    });
    replay("digitalocean", scenarios, running, api);

    it("has the resources with the recorded types, secrets and required inputs", async () => {
      const schema = await lifecycle.getSchema(running.client());
      expect(describeResources(schema)).toMatchObject(recordedSchema);
    });
  },
);
