import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { FoundMachine } from "../../../components/clouds/maker.ts";
import { UnclaimedMachines } from "../../../components/clouds/unclaimed.ts";
import { made } from "../recording.ts";

const machine = (id: string, name: string): FoundMachine => ({
  ...{ id, name, address: "192.0.2.7" },
});
const one = machine("1", "dev-db-1");

/** A provider that has these machines, the one after the other each time it is asked, and a state that knows some. */
function look(
  known: readonly string[],
  ...answers: (FoundMachine[] | Error)[]
) {
  const findMachines = vi.fn(async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer ?? [];
  });
  const readIds = vi.fn(async () => new Set(known));
  const maker = { findMachines, deleteCommand: (id: string) => `rm ${id}` };
  const labels = { "flotilla-stack": "dev" };
  const cloud = { provider: "digitalocean", labels, maker } as const;
  const unclaimed = new UnclaimedMachines(cloud, undefined, readIds);
  return { unclaimed, findMachines, readIds };
}

const warned = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
const failed = vi.spyOn(pulumi.log, "error").mockResolvedValue();
vi.spyOn(pulumi.log, "debug").mockResolvedValue();

afterEach(() => {
  vi.clearAllMocks();
});

const said = (log: typeof warned) => log.mock.calls.map(([text]) => text);

/** What is said when a host wants a machine of the name `dev-db-1`. */
async function nameFor({ unclaimed }: ReturnType<typeof look>) {
  let host: pulumi.ComponentResource | undefined;
  await made((opts) => {
    host = new pulumi.ComponentResource(
      "flotilla:index:Host",
      "db-1",
      {},
      opts,
    );
  });
  if (!host) throw new Error("no host was made");
  return unclaimed.freeName({
    ...{ machineName: "dev-db-1", logicalName: "db-1", host },
  });
}

describe("the name of a machine that is to be made", () => {
  test.each([
    ["nobody has it", look([], [])],
    ["the state has the machine", look(["1"], [one])],
    ["others have other names", look([], [machine("2", "dev-web-1")])],
    ["the state has one of two", look(["1"], [machine("2", "dev-db-1"), one])],
    ["the provider does not answer", look([], new Error("401"))],
  ])("is free where %s", async (_, seen) => {
    expect(await nameFor(seen)).toBe("dev-db-1");
    expect(failed).not.toHaveBeenCalled();
  });

  test("is refused where a machine has it that is in nobody's state, with what to do", async () => {
    await expect(nameFor(look(["9"], [one]))).rejects.toThrow(
      "resource db-1 [flotilla:index:Host] failed to register",
    );
    const [text] = said(failed);
    expect(text).toContain(
      "dev-db-1 is at DigitalOcean (number 1 at 192.0.2.7), carries the label of stack test and is in nobody's state",
    );
    expect(text).toContain("delete it: rm 1");
    expect(text).toMatch(
      /pulumi import digitalocean:index\/droplet:Droplet db-1 1 --parent 'host=urn:\S+::db-1' --protect=false/,
    );
  });
});

describe("machines that are nobody's", () => {
  test("are warned of once, with their number and what deletes them; a wanted one is refused instead", async () => {
    const old = machine("3", "dev-old");
    const { unclaimed } = look(["2"], [one, machine("2", "dev-web-1"), old]);
    await unclaimed.warnOfOthers(new Set(["dev-db-1", "dev-web-1"]));
    expect(said(warned)).toEqual([
      expect.stringMatching(/^dev-old .*number 3.*\n.*rm 3$/s),
    ]);
  });

  test("are warned of where the state has another machine of their name", async () => {
    const { unclaimed } = look(["1"], [one, machine("2", "dev-db-1")]);
    await unclaimed.warnOfOthers(new Set(["dev-db-1"]));
    expect(said(warned)).toEqual([expect.stringContaining("number 2")]);
  });

  test("are asked for once, and the state is read only where there are machines", async () => {
    const none = look([], []);
    await none.unclaimed.warnOfOthers(new Set());
    await nameFor(none);
    expect(none.findMachines).toHaveBeenCalledOnce();
    expect(none.readIds).not.toHaveBeenCalled();
  });
});

describe("a machine that was just made", () => {
  test("is not alone where its plugin asked again after an answer that was lost", async () => {
    const twin = machine("2", "dev-db-1");
    const { unclaimed } = look(["2"], [], [one, twin]);
    await unclaimed.warnOfTwin("dev-db-1", "2");
    expect(said(warned)).toEqual([expect.stringContaining("number 1")]);
  });

  test("is not looked for again where it was there before", async () => {
    const { unclaimed, findMachines } = look(["1"], [one]);
    await unclaimed.warnOfTwin("dev-db-1", "1");
    expect(findMachines).toHaveBeenCalledOnce();
  });
});
