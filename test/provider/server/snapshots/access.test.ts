import { expect, it } from "vitest";
import { configuration } from "../../../../provider/server/configuration.ts";
import { accessOf } from "../../../../provider/server/snapshots/access.ts";

const own = "c".repeat(64);
const other = "e".repeat(64);

function configured(values: Record<string, string> = {}) {
  return configuration.parse({ privateKey: "KEY", ...values });
}

it("takes token and endpoint of the configuration, else those of the environment", () => {
  const environment = {
    HCLOUD_TOKEN: other,
    HCLOUD_ENDPOINT: "http://127.0.0.1:1/v1/",
  };
  expect(accessOf("hetzner", configured(), environment)).toEqual({
    endpoint: "http://127.0.0.1:1/v1",
    token: other,
  });
  const values = { hetznerToken: own, hetznerEndpoint: "http://127.0.0.1:2" };
  expect(accessOf("hetzner", configured(values), environment)).toEqual({
    endpoint: "http://127.0.0.1:2",
    token: own,
  });
  const variables = { DIGITALOCEAN_ACCESS_TOKEN: "dop_v1_a" };
  expect(accessOf("digitalocean", configured(), variables)).toEqual({
    endpoint: "https://api.digitalocean.com/v2",
    token: "dop_v1_a",
  });
});

it("fails with the key to set where there is no token, and never repeats one that is none", () => {
  expect(() => accessOf("hetzner", configured(), {})).toThrow(
    "there is no token: pulumi config set --secret hcloud:token, or HCLOUD_TOKEN in the environment",
  );
  const broken = `${own.slice(1)}\n`;
  const values = { hetznerToken: broken, digitaloceanToken: broken };
  for (const provider of ["hetzner", "digitalocean"] as const) {
    const find = () => accessOf(provider, configured(values), {});
    expect(find).toThrow(/^the token is no token of /);
    expect(find).not.toThrow("ccc");
  }
});

it("fails for an endpoint that is no address", () => {
  const values = { hetznerToken: own, hetznerEndpoint: "localhost" };
  expect(() => accessOf("hetzner", configured(values), {})).toThrow(
    "hcloud:endpoint is no address",
  );
});
