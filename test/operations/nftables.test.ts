import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nftablesItem } from "../../manifest/items.ts";
import { renderNftables } from "../../provider/operations/index.ts";

const isRoot = process.getuid?.() === 0;

function render(rules: unknown): string {
  return renderNftables("flotilla", nftablesItem.parse({ rules, sshPort: 22 }));
}

/** Loads a text in a network namespace of its own, and prints what the kernel made of it. */
function load(text: string): { errors: string; table: string } {
  const script =
    'nft -c -f - <<<"$1" && nft -f - <<<"$1" && nft -f - <<<"$1" && nft -s list table inet flotilla';
  const { stdout, stderr } = spawnSync(
    "unshare",
    ["-n", "bash", "-c", script, "load", text],
    { encoding: "utf8" },
  );
  return { errors: stderr, table: stdout };
}

const web = {
  ssh: { port: 22 },
  web: { port: 80, from: ["0.0.0.0/0", "10.0.0.1"] },
  cache: { port: 6379, from: ["10.86.0.11", "fd00::11", "10.86.1.7/24"] },
  dns: { protocol: "udp", port: 53, from: ["2001:db8::1/32"] },
  nobody: { port: 9, from: [] },
};

test("a table of every sort of rule", async () => {
  await expect(render(web)).toMatchFileSnapshot("../golden/nftables/rules.nft");
});

test("a table without rules lets in replies, loopback and ICMP", async () => {
  await expect(render({})).toMatchFileSnapshot("../golden/nftables/empty.nft");
});

test("the order in which rules are written down does not matter", () => {
  const turned = Object.fromEntries(Object.entries(web).reverse());
  expect(render(turned)).toBe(render(web));
});

test("ranges that lie in others are left out", () => {
  const from = ["10.1.2.3", "10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/8"];
  expect(render({ a: { port: 1, from } })).toContain("ip saddr { 10.0.0.0/8 }");
});

test.each([
  "10.0.0",
  "10.0.0.256",
  "1.2.3.4/33",
  "::1/129",
  "abc",
  "/8",
  "1.2.3.4/",
])("fails for the address %s and names the rule", (address) => {
  expect(() => render({ web: { port: 80, from: [address] } })).toThrow(
    `rule 'web': '${address}' is neither an address nor a CIDR range`,
  );
});

test.skipIf(!isRoot)(
  "the kernel takes the table, twice in a row, and prints every rule",
  () => {
    const { errors, table } = load(render(web));
    expect(errors).toBe("");
    expect(table).toContain("policy drop;");
    for (const name of ["ssh", "web", "cache", "dns"])
      expect(table).toContain(`comment "flotilla:${name}"`);
    expect(table).not.toContain("flotilla:nobody");
  },
);

test.skipIf(!isRoot)(
  "nft accepts whatever rules are declared",
  { timeout: 60_000 },
  () => {
    const ipv4 = fc.tuple(
      fc.ipV4(),
      fc.option(fc.integer({ min: 0, max: 32 })),
    );
    const ipv6 = fc.tuple(
      fc.ipV6(),
      fc.option(fc.integer({ min: 0, max: 128 })),
    );
    const range = fc
      .oneof(ipv4, ipv6)
      .map(([address, bits]) =>
        bits === null ? address : `${address}/${String(bits)}`,
      );
    const rule = fc.record(
      {
        protocol: fc.constantFrom("tcp", "udp"),
        port: fc.integer({ min: 1, max: 65535 }),
        from: fc.array(range, { maxLength: 6 }),
      },
      { requiredKeys: ["port"] },
    );
    const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/);
    fc.assert(
      fc.property(fc.dictionary(name, rule, { maxKeys: 6 }), (rules) => {
        expect(load(render(rules)).errors).toBe("");
      }),
      { numRuns: 40 },
    );
  },
);
