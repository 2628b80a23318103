import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readable } from "./preview-text.ts";
import { TestFleet } from "./test-fleet.ts";

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.open();
});

afterAll(async () => {
  await fleet.close();
});

/** The texts under test/golden are for people to review: run with `--update` to take over what changed on purpose. */
describe("a preview that a person can read", () => {
  it("names every item of the first update, the secret masked", async () => {
    await expectPreview("first-up");
  });

  it("shows one changed file in clear beside a generated secret of the same manifest", async () => {
    await fleet.up();
    await limitMemory();
    const preview = await expectPreview("changed-file");
    expect(preview).not.toContain("file:/etc/redis/flotilla-auth.conf");
  });

  it("masks that secret where it changes too, and the file beside it stays in clear", async () => {
    const { deployment } = await fleet.state();
    const password = deployment.resources.find(({ type }) =>
      type.endsWith(":RandomPassword"),
    );
    await expectPreview(
      "changed-file-and-secret",
      "--replace",
      password?.urn ?? "",
    );
  });
});

async function limitMemory(): Promise<void> {
  fleet.config.services["cache"] = {
    type: "redis",
    host: "db-1",
    maxMemoryMib: 128,
  };
  await fleet.configure();
}

/** Compares with `test/golden/preview/<name>.txt`. */
async function expectPreview(
  name: string,
  ...words: string[]
): Promise<string> {
  const { output } = await fleet.mustSucceed("preview", "--diff", ...words);
  const text = readable(output, {
    ...addresses(),
    [fleet.folder]: "<folder>",
  });
  await expect(text).toMatchFileSnapshot(`../golden/preview/${name}.txt`);
  return text;
}

function addresses(): Record<string, string> {
  return Object.fromEntries(
    ["web-1", "db-1"].map((host) => [
      fleet.address(host),
      `<address of ${host}>`,
    ]),
  );
}
