import { execa } from "execa";
import { describe, expect, test } from "vitest";
import type { HostFilter } from "../../../lab/cloud/filter/rule.ts";
import { renderRuleset } from "../../../lab/cloud/filter/ruleset.ts";

const filters: HostFilter[] = [
  {
    host: "server-1",
    addresses: ["10.86.0.11", "fd86::11"],
    inbound: [
      { protocol: "tcp", ports: [22, 22], ranges: ["0.0.0.0/0", "::/0"] },
      { protocol: "udp", ranges: ["10.0.0.0/8"] },
      { protocol: "icmp", ranges: ["::/0"] },
    ],
    outbound: [{ protocol: "esp", ranges: ["::/0"] }],
  },
  {
    host: "server-2",
    addresses: ["10.86.0.12"],
    privateAddresses: [{ ip: "10.0.0.2", wire: 7 }],
    inbound: [],
  },
];
const bridgeOf = (wire: number) => `fln-0-${wire}`;

describe("the filter of a cloud's hosts", () => {
  const text = renderRuleset("flotilla_cloud_test", filters, bridgeOf);

  test("lets through what a rule names, for each family of addresses", () => {
    expect(text).toContain(
      "ip saddr 0.0.0.0/0 meta l4proto tcp th dport 22-22 accept",
    );
    expect(text).toContain(
      "ip6 saddr ::/0 meta l4proto tcp th dport 22-22 accept",
    );
    expect(text).toContain("ip saddr 10.0.0.0/8 meta l4proto udp accept");
    expect(text).toContain("ip6 saddr ::/0 meta l4proto ipv6-icmp accept");
    expect(text).toContain("ip6 daddr ::/0 meta l4proto esp accept");
  });

  test("judges only hosts that have a filter, and what goes out only where a rule says so", () => {
    expect(text.match(/goto to_\d/g)).toEqual([
      ...["goto to_0", "goto to_0", "goto to_1", "goto to_1"],
      ...["goto to_0", "goto to_0", "goto to_1"],
    ]);
    expect(text).toContain('iifname "fln-0-7" ip daddr 10.0.0.2 goto to_1');
    expect(text).not.toContain("goto from_1");
  });

  test.runIf(process.getuid?.() === 0)(
    "is what nft reads, also without a filter",
    async () => {
      for (const given of [filters, []])
        await execa("nft", ["--check", "--file", "-"], {
          input: renderRuleset("flotilla_cloud_test", given, bridgeOf),
        });
    },
  );
});
