import { expect, test } from "vitest";
import { z } from "zod";
import { fleet } from "../../components/config/fleet.ts";
import {
  ensureSecretsAreSet,
  secretReference,
  secretsIn,
} from "../../components/config/secret.ts";
import { fleetWith, goodFleet } from "./project.ts";

const place = ["services", "cache", "password"];

test("a fleet without secrets names none", () => {
  expect(secretsIn(fleet, goodFleet())).toEqual([]);
});

test("a secret is found by its field, with its path and its name", () => {
  const found = secretsIn(fleet, fleetWith(place, { secret: "redis" }));
  expect(found).toMatchObject([{ path: place, name: "redis" }]);
});

test("a secret is found in an entry that is wrong elsewhere", () => {
  const broken = { type: "redis", port: "x", password: { secret: "redis" } };
  const found = secretsIn(fleet, fleetWith(["services", "cache"], broken));
  expect(found).toHaveLength(1);
});

test("what only looks like a secret's field is none: keys and values of the user's own", () => {
  const schema = z.strictObject({
    environment: z.record(z.string(), z.union([z.string(), secretReference()])),
    list: z.array(z.strictObject({ token: secretReference().optional() })),
  });
  const found = secretsIn(schema, {
    environment: { secret: "plain", KEY: { secret: "real" } },
    list: [{}, { token: { secret: "second" } }],
  });
  expect(found).toMatchObject([
    { path: ["environment", "KEY"], name: "real" },
    { path: ["list", 1, "token"], name: "second" },
  ]);
});

test("fails for every place that names a secret which is not set, with its path", () => {
  const schema = z.record(z.string(), secretReference());
  const named = secretsIn(schema, {
    one: { secret: "gone" },
    two: { secret: "gone" },
  });
  const problems = ensureSecretsAreSet(named, () => undefined);
  expect(problems.map(({ path }) => path)).toEqual([
    "one.secret",
    "two.secret",
  ]);
});

test.each(["garbage", undefined, null, 3, [], { hosts: 3 }, { hosts: [1] }])(
  "looking for secrets in %j finds none and does not fail",
  (input) => {
    expect(secretsIn(fleet, input)).toEqual([]);
  },
);
