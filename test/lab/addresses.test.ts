import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hostAddress,
  hostNumber,
  ipv4OfNetwork,
  ipv6Network,
  labCidr,
  parseRange,
  planFreed,
  planHostNumbers,
  planSubnet,
} from "../../lab/addresses.ts";
import { overlaps } from "../../lab/network.ts";

const range = parseRange("10.86.0.0/16");
const hostName = fc.stringMatching(/^[a-z]{1,6}-[0-9]$/);

describe("range", () => {
  test("the first address is the gateway and each lab has a /24", () => {
    expect(range).toEqual({
      cidr: "10.86.0.0/16",
      prefix: 16,
      gateway: "10.86.0.1",
      labs: 256,
    });
    expect(parseRange("192.168.64.0/20")).toMatchObject({
      gateway: "192.168.64.1",
      labs: 16,
    });
    expect(labCidr(range, 3)).toBe("10.86.3.0/24");
    expect(hostAddress(parseRange("172.16.0.0/12"), 255, 254)).toBe(
      "172.16.255.254",
    );
  });

  test.each([
    ["10.86.0.0", "must be IPv4 in CIDR form, as in 10.86.0.0/16"],
    ["fd00::/48", "must be IPv4 in CIDR form, as in 10.86.0.0/16"],
    ["10.86.0.0/24", "must be between /8 and /22 wide: each lab takes a /24"],
    ["8.8.0.0/16", "must be private (10/8, 172.16/12, 192.168/16)"],
    ["10.86.7.0/16", "must start at its first address, 10.86.0.0/16"],
  ])("fails on %s", (text, rule) => {
    expect(() => parseRange(text)).toThrow(
      `lab range ${JSON.stringify(text)}: ${rule}`,
    );
  });

  test.each([
    ["10.86.3.0/24", "10.86.0.0/16", true],
    ["10.0.0.0/8", "10.86.0.0/16", true],
    ["10.86.255.255", "10.86.0.0/16", true],
    ["10.87.0.0/16", "10.86.0.0/16", false],
    ["default", "10.86.0.0/16", false],
  ])("%s and %s share an address: %s", (one, other, expected) => {
    expect(overlaps(one, other)).toBe(expected);
    expect(overlaps(other, one)).toBe(expected);
  });
});

describe("subnets", () => {
  test("dev and test have theirs, others the lowest free one", () => {
    expect(planSubnet("dev", [], range)).toBe(0);
    expect(planSubnet("test", [0, 1, 2], range)).toBe(1);
    expect(planSubnet("mine", [], range)).toBe(2);
    expect(planSubnet("mine", [2, 3, 5], range)).toBe(4);
  });

  test("fails when the range is full", () => {
    const small = parseRange("10.0.0.0/22");
    expect(() => planSubnet("mine", [2, 3], small)).toThrow(
      "no room for lab mine: 10.0.0.0/22 holds 4 labs",
    );
  });
});

describe("numbers that were given back", () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 11, max: 254 }));

  test("are given out again last, the longest ago first, and never while they are held", () => {
    const use = { held: [13], freed: [15, 14] };
    expect(planHostNumbers({ a: 16 }, ["b"], use)).toMatchObject({ b: 17 });
    const full = Object.fromEntries(
      Array.from({ length: 239 }, (_, index) => [`h-${index}`, 16 + index]),
    );
    expect(planHostNumbers(full, ["b"], use)).toMatchObject({ b: 15 });
    expect(() => planHostNumbers(full, ["b", "c", "d"], use)).toThrow(
      "no address left for d",
    );
  });

  test("are those that were in use and are no more, each once", () => {
    expect(planFreed([11, 12, 13], [12], [20, 11])).toEqual([20, 11, 13]);
    fc.assert(
      fc.property(numbers, numbers, numbers, (before, after, freed) => {
        const planned = planFreed(before, after, freed);
        expect(new Set(planned).size).toBe(planned.length);
        expect(planned.filter((one) => after.includes(one))).toEqual([]);
      }),
    );
  });
});

test("a network of IPv6 says which IPv4 address it belongs to", () => {
  expect(ipv4OfNetwork(ipv6Network("10.86.3.11"))).toBe("10.86.3.11");
  expect(hostNumber("10.86.3.11")).toBe(11);
});

describe("host numbers", () => {
  test("web-1 and db-1 come first whatever was there before them", () => {
    expect(planHostNumbers({}, ["db-1", "cache-1", "web-1"])).toEqual({
      "db-1": 12,
      "cache-1": 13,
      "web-1": 11,
    });
  });

  test("a known host keeps its number and a gap is filled", () => {
    expect(planHostNumbers({ a: 14, b: 16 }, ["b", "c", "d", "e"])).toEqual({
      a: 14,
      b: 16,
      c: 13,
      d: 15,
      e: 17,
    });
  });

  test("no two hosts ever share a number, and none moves", () => {
    fc.assert(
      fc.property(
        fc.array(hostName, { maxLength: 60 }),
        fc.array(hostName, { maxLength: 60 }),
        (first, second) => {
          const before = planHostNumbers({}, first);
          const after = planHostNumbers(before, second);
          expect(after).toMatchObject(before);
          expect(new Set(Object.values(after)).size).toBe(
            Object.keys(after).length,
          );
        },
      ),
    );
  });

  test("fails when no address is left", () => {
    const names = Array.from({ length: 243 }, (_, index) => `host-${index}`);
    expect(() => planHostNumbers({}, names)).toThrow(
      "no address left for host-242: a lab holds 244 hosts",
    );
  });
});
