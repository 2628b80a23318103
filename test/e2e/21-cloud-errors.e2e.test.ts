import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  changeFor,
  failuresOf,
  faultAt,
  type ErrorName,
  type StepName,
} from "./cloud-errors.ts";
import { killDuringUp, release } from "./engine.ts";
import { onlyMachines, PaperFleet, plugins } from "./paper-fleet.ts";

let paper: PaperFleet;

beforeAll(async () => {
  paper = await PaperFleet.open();
});

afterAll(async () => {
  await paper.close();
});

const asItShouldBe = { orphans: [], lost: [] };
const refused =
  /^ +error: e2e-\S+ is at .* is in nobody's state.*no second one is made$/gm;

const notAsInState = /The \w+.* is not what the state has/g;

const kept = [
  "The list of rules of e2e-ssh-22 at Hetzner Cloud is not what the state has",
];

/** What one first update after the other meets, at both providers. */
const creations: readonly (readonly (readonly [StepName, ErrorName])[])[] = [
  [
    ["creation of the key", "401"],
    ["creation of the firewall", "409"],
  ],
  [["creation of the machine", "422"]],
];

describe("a first update that a provider does not let through", () => {
  it.each(
    creations.map(
      (met) => [met.map((one) => one.join(": ")).join(", "), met] as const,
    ),
  )(
    "fails in the provider's words, and the next one goes on from there: %s",
    async (_, met) => {
      const faults = met.flatMap(([step, error]) =>
        plugins.map((plugin) => faultAt(plugin, step, error)),
      );
      await paper.fail(faults);
      const { code, output } = await paper.up();
      expect(code, output).toBe(1);
      for (const words of met.flatMap(([, error]) => failuresOf(error)))
        expect(output).toContain(words);
      expect(await paper.unknown()).toEqual(asItShouldBe);
    },
  );
});

describe("a creation that is killed when the provider has made the machine, and nobody has heard of it", () => {
  it("leaves machines that the next preview and update refuse to make twice, at both providers", async () => {
    paper.cloud.unanswered = ({ method, url }) =>
      method === "POST" && /\/(servers|droplets)$/.test(url);
    await killDuringUp(
      paper.fleet,
      {
        name: "both machines are there",
        isNow: async () => (await paper.there()).length === 6,
      },
      ...onlyMachines,
    );
    paper.cloud.unanswered = undefined;
    await release(paper.fleet);
    for (const { code, output } of [await paper.preview(), await paper.up()]) {
      expect(code, output).toBe(1);
      expect(output.match(refused)).toHaveLength(2);
    }
    expect((await paper.unknown()).orphans).toHaveLength(2);
  });

  it("is gone on from: the one machine deleted, the other taken over by the command that was named", async () => {
    const { output } = await paper.preview();
    const [, command = ""] =
      /→ or take it over: pulumi (import hcloud.*)$/m.exec(output) ?? [];
    const [, droplet = ""] =
      /doctl compute droplet delete (\d+)/.exec(output) ?? [];
    await paper.cloud.ask(`DELETE /v2/droplets/${droplet}`);
    await paper.fleet.mustSucceed(
      ...command.replaceAll("'", "").split(" "),
      "--yes",
      "--skip-preview",
    );
    const { code, output: said } = await paper.up();
    expect(code, said).toBe(0);
    expect(said).not.toContain("nobody's state");
    expect(await paper.there()).toHaveLength(6);
    expect(await paper.unknown()).toEqual(asItShouldBe);
  });
});

/** What one update after the other meets, at both providers. */
const updates: readonly (readonly [StepName, ErrorName])[] = [
  ["change of the firewall", "503"],
  ["change of the size", "429"],
];

describe("an update that a provider does not carry out", () => {
  it.each(updates)(
    "says at %s what each plugin was told: %s",
    async (step, error) => {
      changeFor(step)(paper.fleet.config);
      await paper.fleet.configure();
      await paper.fail(plugins.map((plugin) => faultAt(plugin, step, error)));
      const { code, output } = await paper.up();
      const failures = failuresOf(error);
      for (const words of failures) expect(output).toContain(words);
      expect(code, output).toBe(failures.length > 0 ? 1 : 0);
      expect(output.includes("where a change of it failed")).toBe(code === 1);
      const { output: after } = await paper.preview();
      const named = new Set(after.match(notAsInState));
      expect([...named]).toEqual(code === 1 ? kept : []);
      await paper.fail([]);
    },
  );

  it("is made up for by one with --refresh, as the message says, and nothing is left that nobody knows", async () => {
    const { code, output } = await paper.up("--refresh");
    expect(code, output).toBe(0);
    expect(output).not.toMatch(notAsInState);
    expect(await paper.real()).toEqual({
      hcloud: ["running", "cx32", ["192.0.2.0/24"]],
      digitalocean: ["active", "s-1vcpu-2gb", ["192.0.2.0/24"]],
    });
    expect(await paper.there()).toHaveLength(6);
    expect(await paper.unknown()).toEqual(asItShouldBe);
  });
});
