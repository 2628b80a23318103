import { afterAll, describe, expect, it } from "vitest";
import recordedSchema from "./schema/hcloud.json" with { type: "json" };
import * as lifecycle from "./lifecycle-calls.ts";
import { tokenSent, type Access } from "./access.ts";
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

    const nowhere = "http://127.0.0.1:1/v1";
    const other = "o".repeat(64);
    it.each<Access>([
      {
        title: "the environment",
        env: { HCLOUD_TOKEN: token, HCLOUD_ENDPOINT: endpoint },
        configuration: {},
      },
      {
        title: "the configuration before the environment",
        env: { HCLOUD_TOKEN: other, HCLOUD_ENDPOINT: nowhere },
        configuration: { token, endpoint: `${endpoint}/` },
      },
    ])("takes endpoint and token from $title", async (access) => {
      const read = "GET /v1/ssh_keys/1";
      expect(await tokenSent(plugin, "hcloud", { api, access, read })).toBe(
        `Bearer ${token}`,
      );
    });

    it("refuses to be configured without a token", async () => {
      const access = {
        ...{ title: "", configuration: {} },
        env: { HCLOUD_TOKEN: "", HCLOUD_ENDPOINT: endpoint },
      };
      await expect(
        tokenSent(plugin, "hcloud", { api, access, read: "" }),
      ).rejects.toMatchObject({
        details: expect.stringContaining(
          "Missing Hetzner Cloud API token",
        ) as string,
      });
    });

    it("has the resources with the recorded types, secrets and required inputs", async () => {
      const schema = await lifecycle.getSchema(running.client());
      expect(describeResources(schema)).toMatchObject(recordedSchema);
    });
  },
);
