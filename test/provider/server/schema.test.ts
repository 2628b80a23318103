import { expect, test } from "vitest";
import {
  configuration,
  secretKeys,
} from "../../../provider/server/configuration.ts";
import { schema } from "../../../provider/server/schema.ts";
import { machineSnapshots } from "../../../manifest/machine-snapshots.ts";
import { manifest } from "../../../manifest/manifest.ts";

interface Property {
  readonly description?: string;
  readonly $ref?: string;
  readonly secret?: boolean;
}

interface Properties {
  readonly inputProperties: Record<string, Property>;
  readonly properties?: Record<string, Property>;
}

const parsed = JSON.parse(schema()) as {
  readonly provider: Properties;
  readonly config: { readonly variables: Record<string, Property> };
  readonly resources: Record<string, Properties>;
};
const { provider, config, resources } = parsed;

test("the provider's inputs are the keys that its configuration accepts", () => {
  const keys = Object.keys(configuration.shape).filter(
    (key) => key !== "version",
  );
  expect(Object.keys(provider.inputProperties).sort()).toEqual(keys.sort());
  expect(config.variables).toEqual(provider.inputProperties);
});

test("private keys and tokens are secret, and nothing else of the configuration is", () => {
  const secrets = Object.entries(provider.inputProperties)
    .filter(([, { secret }]) => secret)
    .map(([name]) => name);
  expect(secrets).toEqual([...secretKeys]);
  expect(secrets).toEqual([
    "privateKey",
    "previousPrivateKey",
    "hetznerToken",
    "digitaloceanToken",
  ]);
});

test("a manifest's inputs are the keys that it accepts", () => {
  const { inputProperties = {} } = resources["flotilla:index:Manifest"] ?? {};
  expect(Object.keys(inputProperties).sort()).toEqual(
    Object.keys(manifest.shape).sort(),
  );
});

test("the inputs of a machine's snapshots are the keys that they accept", () => {
  const { inputProperties = {} } =
    resources["flotilla:index:MachineSnapshots"] ?? {};
  expect(Object.keys(inputProperties).sort()).toEqual(
    Object.keys(machineSnapshots.shape).sort(),
  );
});

test("every property is described, and every reference leads somewhere", () => {
  const all = [provider, ...Object.values(resources)].flatMap(
    ({ inputProperties, properties = {} }) =>
      Object.entries({ ...inputProperties, ...properties }),
  );
  expect(all.length).toBeGreaterThan(25);
  for (const [name, { description, $ref }] of all) {
    expect(description, name).toMatch(/^\S.{5,}$/);
    const token = /^#\/resources\/(.*)$/.exec($ref ?? "")?.[1];
    if (token !== undefined) expect(resources, name).toHaveProperty([token]);
  }
});
