import { expect, it } from "vitest";
import { resourceType } from "../../../provider/server/resources.ts";

const around = "urn:pulumi:dev::shop::flotilla:index:Fleet";

it("knows a resource by the last type of its URN", () => {
  const manifest = resourceType(
    `${around}$flotilla:index:Host$flotilla:index:Manifest::a::b`,
  );
  const preflight = resourceType(`${around}$flotilla:index:Preflight::fleet`);
  expect(manifest).not.toBe(preflight);
  expect(resourceType("urn:pulumi:dev::shop::flotilla:index:Manifest::a")).toBe(
    manifest,
  );
});

it("fails for a type that the plugin does not have", () => {
  expect(() => resourceType(`${around}::fleet`)).toThrow(
    "the provider has no resource of type 'flotilla:index:Fleet'",
  );
});
