import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, test, vi } from "vitest";
import { warnOfKeptChanges } from "../../../components/clouds/kept-changes.ts";

const warned = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
const noted = vi.spyOn(pulumi.log, "debug").mockResolvedValue();

afterEach(() => {
  vi.clearAllMocks();
});

const ssh = {
  direction: "in",
  protocol: "tcp",
  port: "22",
  sourceIps: ["0.0.0.0/0", "::/0"],
};
const ping = { direction: "in", protocol: "icmp", sourceIps: ["0.0.0.0/0"] };

/** What is said where the provider has these rules and the state those, by the firewall's number. */
async function said(
  there: unknown,
  state: Readonly<Record<string, unknown>>,
): Promise<unknown[]> {
  const find = async () => {
    if (there instanceof Error) throw there;
    return [{ id: "1", name: "dev-ssh-22", value: there }];
  };
  const rules = { type: "a:Firewall", property: "rules", words: "The list" };
  const maker = { changeable: [{ ...rules, find }] };
  const known = Object.entries(state).map(
    ([id, value]) => [id, { rules: value }] as const,
  );
  const cloud = { provider: "hetzner", labels: {}, maker } as const;
  await warnOfKeptChanges(cloud, undefined, async () => new Map(known));
  return warned.mock.calls.map(([text]) => text);
}

describe("what a provider has", () => {
  test.each([
    ["the same", [ssh, ping], { "1": [ssh, ping] }],
    ["in another order", [ssh, ping], { "1": [ping, ssh] }],
    [
      "with its addresses in another order",
      [{ ...ssh, sourceIps: ["::/0", "0.0.0.0/0"] }],
      { "1": [ssh] },
    ],
    [
      "with what is empty left out",
      [ping],
      { "1": [{ ...ping, port: "", destinationIps: [], description: null }] },
    ],
    ["and the state does not", [ssh], { "2": [ping] }],
  ])("is not spoken of where it is %s", async (_, there, state) => {
    expect(await said(there, state)).toEqual([]);
  });

  test.each([
    ["fewer", [ssh]],
    ["more", [ssh, ping, { ...ping, protocol: "gre" }]],
    ["none", []],
    ["others", [{ ...ssh, sourceIps: ["192.0.2.0/24"] }, ping]],
  ])("is warned of where it is %s than in the state", async (_, there) => {
    expect(await said(there, { "1": [ssh, ping] })).toEqual([
      expect.stringMatching(
        /^The list of dev-ssh-22 at Hetzner Cloud is not .*\n.*pulumi up --refresh/,
      ),
    ]);
  });

  test("stops nobody where the provider does not answer", async () => {
    expect(await said(new Error("503"), { "1": [ssh] })).toEqual([]);
    expect(noted).toHaveBeenCalledWith("Hetzner Cloud: Error: 503");
  });
});
