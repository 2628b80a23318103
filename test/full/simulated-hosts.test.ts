import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Lab } from "../../lab/index.ts";
import { checkNames } from "../../manifest/preflight.ts";
import { parsePreflight, renderPreflight } from "../../provider/facts/index.ts";
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

test("a preflight is told the same kinds of things by a simulated host as by a real one", async () => {
  const request = { checks: checkNames, ports: ["tcp/80"] };
  const script = `${runtime.preflight}\n${renderPreflight(request)}`;
  const host = new SimulatedHost(name, new Map());
  const simulated = host.observe(callsOf(script));
  const real = await inside(["bash", "-s"], script);
  expect(parsePreflight(simulated).problems).toEqual(new Map());
  expect(kindsIn(simulated)).toEqual(kindsIn(real));
});

test("fifty cases in a row give equal journals on a simulated host and on a real one", async () => {
  expect(new Set(cases.map((one) => JSON.stringify(one))).size).toBe(50);
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

/** What records are about; what they say of it is each host's own. */
function kindsIn(answer: string): string[] {
  const kinds = answer
    .split("\n")
    .map((record) => record.split("\t"))
    .map(([type = "", about = ""]) =>
      ["host", "resolve", "space"].includes(type) ? `${type} ${about}` : type,
    );
  return [...new Set(kinds)].sort();
}

/** What is nobody's must not be touched: on both hosts one file was there before. */
async function putForeignFile(host: SimulatedHost): Promise<void> {
  const path = "/srv/scale/a/two";
  host.paths.file(Buffer.from("foreign\n"), path, "0644", "root", "root");
  const put = 'umask 022; mkdir -p "${1%/*}"; cat >"$1"';
  await inside(["bash", "-c", put, "put", path], "foreign\n");
}

function siteOf(host: SimulatedHost): Site {
  return {
    observe: async (script) => host.observe(callsOf(script)),
    apply: async (job, bundle) => {
      const lines = host.apply(job, await unpack(bundle), runtime.hash);
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
