import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decode,
  encode,
  hasSecret,
  hasUnknown,
  reveal,
  Secret,
  UNKNOWN,
} from "../../../provider/server/property.ts";

const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(UNKNOWN),
);

/** Any key but one: google-protobuf's maps are plain objects and lose `__proto__` on both sides of the wire. */
const key = fc.string().filter((text) => text !== "__proto__");

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(key, tie("tree"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    tie("tree").map((value) => new Secret(value)),
  ),
}));

describe("the wire form of properties", () => {
  it("gives back every value, secret and unknown that was written", () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(decode(encode({ value }))["value"]).toEqual(value);
      }),
    );
  });

  it("keeps a secret in its own leaf", () => {
    const value = { shown: "a", hidden: new Secret("b") };
    const wire = JSON.stringify(encode({ value }).toJavaScript());
    expect(wire).toContain('"shown":"a"');
    expect(wire).toMatch(/"hidden":\{"4dabf18193072939515e22adb298388d"/);
  });

  it("reads an output value that is unknown and secret", () => {
    const output = {
      "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4",
      secret: true,
    };
    const decoded = decode(encode({ output }));
    expect(hasSecret(decoded)).toBe(true);
    expect(hasUnknown(decoded)).toBe(true);
  });

  it("takes every secret mark off when revealed", () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(hasSecret(reveal(value))).toBe(false);
        expect(hasUnknown(reveal(value))).toBe(hasUnknown(value));
      }),
    );
  });
});
