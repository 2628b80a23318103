import { expect, it } from "vitest";
import { seededInt } from "../../../../lab/plugins/random/go-random.ts";

// Seed, limit and number as printed by Go 1.26: rand.New(rand.NewSource(int64(crc64(seed)))).Intn(limit).
it.each([
  ["abc", 1n, 0n],
  ["abc", 2n, 0n],
  ["abc", 64n, 20n],
  ["abc", 100n, 44n],
  ["abc", 2147483647n, 463199444n],
  ["abc", 2147483648n, 1617333528n],
  ["abc", 9007199254740991n, 7842629079698932n],
  ["", 1n, 0n],
  ["", 2n, 0n],
  ["", 64n, 58n],
  ["", 100n, 74n],
  ["", 2147483647n, 2029793274n],
  ["", 2147483648n, 1123914753n],
  ["", 9007199254740991n, 7934053407627208n],
  ["ü", 1n, 0n],
  ["ü", 2n, 0n],
  ["ü", 64n, 48n],
  ["ü", 100n, 52n],
  ["ü", 2147483647n, 747883952n],
  ["ü", 2147483648n, 1444779425n],
  ["ü", 9007199254740991n, 5574183947704069n],
  ["a longer seed, with more", 1n, 0n],
  ["a longer seed, with more", 2n, 0n],
  ["a longer seed, with more", 64n, 14n],
  ["a longer seed, with more", 100n, 38n],
  ["a longer seed, with more", 2147483647n, 893621838n],
  ["a longer seed, with more", 2147483648n, 637809878n],
  ["a longer seed, with more", 9007199254740991n, 1009689467041408n],
] as const)(
  "for the seed %j and limit %d gives what Go gives",
  (seed, limit, number) => {
    expect(seededInt(seed, limit)).toBe(number);
  },
);
