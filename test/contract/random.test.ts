import bcrypt from "bcryptjs";
import { describe, expect, it } from "vitest";
import recordedSchema from "./schema/random.json" with { type: "json" };
import * as lifecycle from "./lifecycle-calls.ts";
import { candidatesOf } from "./plugins.ts";
import * as resource from "./resource-calls.ts";
import { describeResources } from "./schema-shape.ts";
import { readTables, replay, runPlugin } from "./tables.ts";

const scenarios = readTables("random");

const token = (name: string) => ({
  type: `random:index/random${name}:Random${name}`,
  name: "one",
});

describe.each(candidatesOf("random"))(
  "the random plugin: $description",
  (plugin) => {
    const running = runPlugin(plugin);
    replay("random", scenarios, running);

    it("has the six resources with the recorded types, secrets and required inputs", async () => {
      const schema = await lifecycle.getSchema(running.client());
      expect(describeResources(schema)).toMatchObject(recordedSchema);
    });

    const make = (name: string, properties: Record<string, unknown>) =>
      resource.create(running.client(), token(name), {
        preview: false,
        properties,
      });

    it("hashes the password that it made", async () => {
      const { properties } = await make("Password", { length: 24 });
      const { result, bcryptHash } = properties as Record<
        "result" | "bcryptHash",
        { $secret: string }
      >;
      expect(await bcrypt.compare(result.$secret, bcryptHash.$secret)).toBe(
        true,
      );
      expect(await bcrypt.compare("another", bcryptHash.$secret)).toBe(false);
    });

    it("writes the same bytes in each of the forms of an id", async () => {
      const { id, properties } = await make("Id", { byteLength: 9 });
      const bytes = Buffer.from(id, "base64url");
      expect(bytes).toHaveLength(9);
      expect(properties).toMatchObject({
        b64Url: id,
        b64Std: bytes.toString("base64"),
        hex: bytes.toString("hex"),
        dec: BigInt(`0x${bytes.toString("hex")}`).toString(),
      });
    });

    it("makes strings that hold the least numbers, differ, and use their whole alphabet", async () => {
      const least = { minUpper: 2, minLower: 1, minNumeric: 3, minSpecial: 2 };
      const inputs = { length: 12, overrideSpecial: "_-", ...least };
      const made = await Promise.all(
        Array.from({ length: 200 }, () => make("String", inputs)),
      );
      const values = made.map(({ id }) => id);
      for (const value of values) {
        expect(value).toMatch(/^[A-Za-z0-9_-]{12}$/);
        expect(value.replaceAll(/[^A-Z]/g, "").length).toBeGreaterThanOrEqual(
          2,
        );
        expect(value.replaceAll(/[^a-z]/g, "").length).toBeGreaterThanOrEqual(
          1,
        );
        expect(value.replaceAll(/\D/g, "").length).toBeGreaterThanOrEqual(3);
        expect(value.replaceAll(/[^_-]/g, "").length).toBeGreaterThanOrEqual(2);
      }
      expect(new Set(values).size).toBe(values.length);
      // 2,400 characters leave one of 64 out with a probability below 1e-9.
      expect(new Set(values.join("")).size).toBe(64);
      // The kinds are mixed: no place always holds the same one.
      expect(
        new Set(values.map((value) => /\d/.test(value[0] ?? ""))).size,
      ).toBe(2);
    });

    it("reaches both ends of a range", async () => {
      const made = await Promise.all(
        Array.from({ length: 100 }, () => make("Integer", { min: -1, max: 1 })),
      );
      const results = made.map(({ properties }) => properties["result"]);
      expect(new Set(results)).toEqual(new Set([-1, 0, 1]));
    });

    it("takes back a state that carries the official plugin's own marks", async () => {
      const state = await make("String", { length: 5 });
      const marked = {
        ...state.properties,
        __meta: '{"schema_version":"2"}',
        __pulumi_raw_state_delta: { obj: {} },
      };
      const same = {
        state: { ...state, properties: marked },
        news: { length: 5 },
      };
      expect(
        await resource.diff(running.client(), token("String"), same),
      ).toMatchObject({ changes: "DIFF_NONE" });
    });
  },
);
