import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { components } from "../../provider/schema/components.ts";
import {
  componentSchemaFile,
  renderComponentSchema,
} from "../../toolchain/component-schema.ts";
import {
  inputsOf,
  outputsOf,
} from "../../toolchain/component-schema/source.ts";

test("the schema of the components is what npm run docs makes of their sources", async () => {
  expect(readFileSync(componentSchemaFile, "utf8")).toBe(
    await renderComponentSchema(),
  );
});

describe("an argument", () => {
  const { inputProperties: site } = components["flotilla:index:StaticSite"];
  const { inputProperties: host, requiredInputs } =
    components["flotilla:index:Host"];

  test("that decides what is made is plain", () => {
    expect(site.port).toMatchObject({ type: "integer", plain: true });
  });

  test("that may come from a resource is not", () => {
    expect(host.address).not.toHaveProperty("plain");
    expect(host.hostKeys).toMatchObject({
      type: "array",
      items: { type: "string" },
    });
  });

  test("that is a component is a reference to it", () => {
    expect(site.nginx.$ref).toBe("#/resources/flotilla:index:Nginx");
  });

  test("has its comment and its default as description", () => {
    expect(site.port.description).toBe(
      "Port that the site answers on. Reloads nginx. Default: 80.",
    );
  });

  test("without a question mark is required", () => {
    expect(requiredInputs).toEqual(["address"]);
  });
});

test("an output that is a component is a reference to it, and raw resources are none", () => {
  const { properties } = components["flotilla:index:Nginx"];
  expect(Object.keys(properties)).toEqual(["host", "revision"]);
  expect(properties.host.$ref).toBe("#/resources/flotilla:index:Host");
});

describe("the generator fails", () => {
  test("on a type that the schema cannot say", () => {
    expect(() => inputsOf({ name: "Nginx", file: nginx })).toThrow(
      "packages: no schema for Packages",
    );
  });

  test("on a component that its file does not have", () => {
    expect(() => outputsOf({ name: "Apache", file: nginx })).toThrow(
      "services/nginx/nginx.ts has no Apache",
    );
  });
});

const nginx = "services/nginx/nginx.ts";
