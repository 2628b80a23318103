import { describe, expect, test } from "vitest";
import {
  findCli,
  type Finder,
  isNewEnough,
  parseVersion,
  type PulumiCli,
} from "../../../toolchain/pulumi/cli.ts";

const cli: PulumiCli = {
  directory: "/opt/pulumi",
  version: "3.265.0",
  source: "path",
};
const found: Finder = async () => ({ cli });
const refused =
  (why: string): Finder =>
  async () => ({ why });

describe("a version", () => {
  test.each([
    ["v3.250.0\n", "3.250.0"],
    ["3.251.1", "3.251.1"],
    ["v3.260.0-dev.0", "3.260.0"],
    ["", undefined],
    ["command not found", undefined],
  ])("of the output %j is %j", (output, version) => {
    expect(parseVersion(output)).toBe(version);
  });

  test.each([
    ["3.249.9", false],
    ["3.250.0", true],
    ["3.265.0", true],
    ["4.0.0", true],
    ["2.999.0", false],
  ])("%s is new enough: %s", (version, answer) => {
    expect(isNewEnough(version)).toBe(answer);
  });
});

describe("finding the CLI", () => {
  test("takes the first way that has one and tries no other", async () => {
    const never: Finder = () => Promise.reject(new Error("was tried"));
    expect(await findCli([refused("no pulumi on PATH"), found, never])).toBe(
      cli,
    );
  });

  test("fails with the reason of every way, in order, and with what to install", async () => {
    const finding = findCli([refused("first"), refused("second")]);
    await expect(finding).rejects.toThrow(
      [
        "Pulumi's CLI 3.250.0 or newer is needed, and there is no way to get it here:",
        "  - first",
        "  - second",
        "Install Pulumi (https://www.pulumi.com/docs/install/) or Go 1.21 or newer (https://go.dev/doc/install), then run this again.",
      ].join("\n"),
    );
  });
});
