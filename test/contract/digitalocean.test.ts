import { afterAll, describe, expect, it } from "vitest";
import recordedSchema from "./schema/digitalocean.json" with { type: "json" };
import { keptIn } from "./kept-state.ts";
import * as lifecycle from "./lifecycle-calls.ts";
import { tokenSent, type Access } from "./access.ts";
import * as resource from "./resource-calls.ts";
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

    const endpoint = api.endpoint;
    const nowhere = "http://127.0.0.1:1";
    it.each<Access>([
      {
        title: "the environment",
        env: { DIGITALOCEAN_TOKEN: token, DIGITALOCEAN_API_URL: endpoint },
        configuration: {},
      },
      {
        title: "the other name of the token",
        env: {
          DIGITALOCEAN_ACCESS_TOKEN: token,
          DIGITALOCEAN_API_URL: `${endpoint}/v2`,
        },
        configuration: {},
      },
      {
        title: "the configuration before the environment",
        env: { DIGITALOCEAN_TOKEN: "x", DIGITALOCEAN_API_URL: nowhere },
        configuration: { token, apiEndpoint: `${endpoint}/` },
      },
    ])("takes endpoint and token from $title", async (access) => {
      const read = "GET /v2/account/keys/1";
      expect(
        await tokenSent(plugin, "digitalocean", { api, access, read }),
      ).toBe(`Bearer ${token}`);
    });

    it("keeps a droplet that does not become active in the time that the program gives", async () => {
      const made = scenarios
        .flatMap(({ calls }) => calls)
        .find(({ http }) => http?.[0]?.request === "POST /v2/droplets");
      const [order, look] = made?.http ?? [];
      if (!made?.properties || !order || !look)
        throw new Error("no droplet is made in the tables");
      api.expect([order, ...Array.from({ length: 20 }, () => look)]);
      const droplet = {
        type: "digitalocean:index/droplet:Droplet",
        name: "tmo",
      };
      const failure = resource.create(running.client(), droplet, {
        ...{ preview: false, timeout: 2 },
        properties: made.properties,
      });
      await expect(failure).rejects.toMatchObject({
        details:
          "creating urn:pulumi:dev::contract::digitalocean:index/droplet:Droplet::tmo: 1 error occurred:\n\t* Error waiting for droplet (1001) to become ready: timeout while waiting for state to become 'active' (timeout: 2s)\n\n",
      });
      expect(
        keptIn(await failure.catch((error: unknown) => error)),
      ).toMatchObject({
        id: "1001",
        properties: { status: null, volumeIds: [] },
      });
    });

    it("has the resources with the recorded types, secrets and required inputs", async () => {
      const schema = await lifecycle.getSchema(running.client());
      expect(describeResources(schema)).toMatchObject(recordedSchema);
    });
  },
);
