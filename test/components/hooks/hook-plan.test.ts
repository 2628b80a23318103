import { describe, expect, test } from "vitest";
import {
  hookCommand,
  hookId,
  masksOf,
  mistakeInHook,
  renderHookInput,
  type HookSettings,
} from "../../../components/hooks/hook-plan.ts";

const settings: HookSettings = {
  ...{ name: "migrate", where: "web-1", id: "migrate-1", user: "shop" },
  ...{ directory: "~", retries: 2, backoffSeconds: 2 },
  ...{ timeoutSeconds: 300, outputKib: 64 },
};

test("the command is the same whatever the hook holds, and becomes root where it has to", () => {
  expect(hookCommand("host", "admin")).toBe(
    `sudo -n ${hookCommand("host", "root").replace(/^exec /, "")}`,
  );
  expect(hookCommand("workstation", "anybody")).toBe(
    hookCommand("host", "root"),
  );
});

test("what it reads is the program and then records, each value in base64", () => {
  const input = renderHookInput("echo program", settings, {
    script: "echo $A",
    stdin: "line\n",
    environment: { B: "2", A: "it's\n" },
    secrets: ["hidden"],
  });
  const [program = "", ...records] = input.trimEnd().split("\n");
  expect(decode(program)).toBe("echo program");
  const texts = records.map((record) => {
    const [kind, name, value = ""] = record.split(" ");
    return [kind, name, decode(value)].join(" ");
  });
  expect(texts).toEqual([
    "set name migrate",
    "set where web-1",
    "set id migrate-1",
    "set user shop",
    "set directory ~",
    "set retries 2",
    "set backoffSeconds 2",
    "set timeoutSeconds 300",
    "set outputKib 64",
    "env A it's\n",
    "env B 2",
    "mask - hidden",
    "file script echo $A",
    "file input line\n",
    "end - ",
  ]);
});

describe("what is hidden", () => {
  test.each([
    { secrets: [], hidden: [] },
    { secrets: ["", " "], hidden: [" "] },
    { secrets: ["pass\n"], hidden: ["pass\n", "pass"] },
    { secrets: ["a", "a"], hidden: ["a"] },
    {
      secrets: ["first long line\r\n}\nsecond long line\n"],
      hidden: [
        "first long line\r\n}\nsecond long line\n",
        "first long line\r\n}\nsecond long line",
        "first long line",
        "second long line",
      ],
    },
  ])("of $secrets is $hidden", ({ secrets, hidden }) => {
    expect(masksOf(secrets)).toEqual(hidden);
  });
});

describe("the name of a hook's unit", () => {
  test("differs for hooks that only look alike, and for stacks", () => {
    const names = ["a b", "a-b", "a/b"].map((name) => hookId("o/p/s", name));
    const all = [...names, hookId("o/p/other", "a b")];
    expect(new Set(all).size).toBe(4);
    for (const id of all) expect(id).toMatch(/^a-b-[0-9a-f]{12}$/);
  });

  test("is never too long", () => {
    expect(hookId("o/p/s", "é".repeat(300))).toMatch(/^-{40}-[0-9a-f]{12}$/);
  });
});

describe("arguments", () => {
  test("at their limits are accepted", () => {
    for (const limit of [
      { retries: 0, backoffSeconds: 1, timeoutSeconds: 1, outputKib: 1 },
      { retries: 10, backoffSeconds: 60, timeoutSeconds: 7200 },
      { outputKib: 1024 },
    ]) {
      const given = { ...settings, ...limit };
      const variables = ["A", "_b1"];
      expect(mistakeInHook({ settings: given, variables })).toBeUndefined();
    }
  });

  test.each([
    [{ retries: 11 }, "retries: 11 is not a whole number from 0 to 10"],
    [{ retries: 0.5 }, "retries: 0.5 is not a whole number from 0 to 10"],
    [
      { backoffSeconds: 0 },
      "backoffSeconds: 0 is not a whole number from 1 to 60",
    ],
    [
      { timeoutSeconds: 7201 },
      "timeoutSeconds: 7201 is not a whole number from 1 to 7200",
    ],
    [
      { timeoutSeconds: NaN },
      "timeoutSeconds: NaN is not a whole number from 1 to 7200",
    ],
    [
      { outputKib: 2048 },
      "outputKib: 2048 is not a whole number from 1 to 1024",
    ],
  ])("fails for %o", (wrong, message) => {
    const given = { ...settings, ...wrong };
    expect(mistakeInHook({ settings: given, variables: [] })).toBe(message);
  });

  test.each(["1A", "A-B", "", "A=B", "A\nB"])(
    "fails for the variable %j",
    (name) => {
      expect(mistakeInHook({ settings, variables: ["FINE", name] })).toContain(
        `environment: '${name}' cannot be the name of a variable`,
      );
    },
  );
});

function decode(text: string): string {
  return Buffer.from(text, "base64").toString();
}
