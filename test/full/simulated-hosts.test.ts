import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Lab } from "../../lab/index.ts";
import {
  loadRuntimeFiles,
  type RuntimeFiles,
} from "../../provider/runtime/runtime-files.ts";
import { unpack } from "../scale/bundle.ts";
import { cases } from "../scale/cases.ts";
import { Driver, type Site } from "../scale/driver.ts";
import { SimulatedHost } from "../scale/simulated-host.ts";
import { callsOf } from "../scale/ssh-server.ts";

const name = "twin";
let lab: Lab;
let runtime: RuntimeFiles;

beforeAll(async () => {
  lab = await Lab.open({ name: "twin-full" });
  runtime = await loadRuntimeFiles();
  await lab.down();
  await lab.up([name]);
  await inside(["apt-get", "-q", "update"]);
});

afterAll(async () => {
  await lab.down();
  await rm(lab.folder, { recursive: true, force: true });
});

test("fifty cases in a row give equal journals on a simulated host and on a real one", async () => {
  const version =
    (await inside(["apt-cache", "policy", "tree"])).match(
      /Candidate: (\S+)/,
    )?.[1] ?? "";
  const host = new SimulatedHost(name, new Map([["tree", version]]));
  await putForeignFile(host);
  const simulated = new Driver(runtime, siteOf(host));
  const real = new Driver(runtime, realSite);
  const outcomes = new Map<string, number>();
  for (const [index, wanted] of cases.entries()) {
    const said = await simulated.run(wanted);
    expect(said, `case ${index}: ${JSON.stringify(wanted)}`).toEqual(
      await real.run(wanted),
    );
    const outcome =
      said.refused.length > 0
        ? "refused"
        : (said.journal.at(-1) ?? "nothing to do");
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  // The cases must not all go the same way.
  expect([...outcomes.keys()].sort()).toEqual(
    expect.arrayContaining(["end\tcommitted", "end\trestored", "refused"]),
  );
});

/** What is nobody's must not be touched: on both hosts one file was there before. */
async function putForeignFile(host: SimulatedHost): Promise<void> {
  const path = "/srv/scale/a/two";
  host.paths.file(Buffer.from("foreign\n"), path, "0644", "root", "root");
  await inside(
    ["install", "-D", "-m", "0644", "/dev/stdin", path],
    "foreign\n",
  );
}

function siteOf(host: SimulatedHost): Site {
  return {
    observe: async (script) => host.observe(callsOf(script)),
    apply: async (job, bundle) => {
      const lines = host.apply(job, await unpack(bundle));
      host.acknowledge(job);
      return lines;
    },
  };
}

const realSite: Site = {
  observe: (script) => inside(["bash", "-s"], script),
  apply: async (job, bundle) => {
    const words = ["apply", runtime.hash, job, String(bundle.length)];
    const said = await inside(bootstrap(words), bundle);
    await inside(bootstrap(["attach", runtime.hash, job, "0"]), "ack\n");
    return said.trim().split("\n");
  },
};

function bootstrap(words: readonly string[]): string[] {
  return ["bash", "-c", runtime.bootstrap, "flotilla", ...words];
}

async function inside(
  words: readonly string[],
  input: string | Buffer = "",
): Promise<string> {
  const result = await lab.exec(name, [...words], {
    input,
    timeoutSeconds: 180,
  });
  if (result.exitCode !== 0) throw new Error(result.stderr + result.stdout);
  return result.stdout;
}
