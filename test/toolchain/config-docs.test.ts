import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { fleet } from "../../components/config/fleet.ts";
import { port } from "../../components/config/text.ts";
import { configPage, renderConfigPage } from "../../toolchain/config-docs.ts";
import { keyComments } from "../../toolchain/config-docs/comments.ts";
import { keysOf } from "../../toolchain/config-docs/keys.ts";
import { sections } from "../../toolchain/config-docs/sections.ts";
import { hostKey, Project } from "../config/project.ts";

const page = readFileSync(configPage, "utf8");
const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? "";
const project = new Project();

afterAll(() => {
  vi.unstubAllEnvs();
  project.remove();
});

test("docs/config.md is what npm run docs makes of the schemas", () => {
  expect(page).toBe(renderConfigPage());
});

describe("the example", () => {
  const { config } = parse(example) as {
    config: Record<string, Record<string, unknown>>;
  };

  test("is accepted as it stands", () => {
    vi.stubEnv("HOME", project.directory);
    project.write("known_hosts", `web-1.fleet.test ${hostKey}\n`);
    project.write(".ssh/known_hosts", `127.0.0.1 ${hostKey}\n`);
    project.write("ca.pem", "");
    project.makeKey(".ssh/id_ed25519", ["-t", "ed25519"]);
    project.makeKey(".ssh/id_of_mine", ["-t", "ed25519"]);
    expect(project.problems(config["flotilla:fleet"])).toEqual([]);
  });

  test("has every key of every section", () => {
    const keys = sections
      .flatMap((section) => keysOf(section))
      .map(({ name }) => name.split(".").at(-1) ?? name);
    const missing = keys.filter(
      (key) => !new RegExp(`[\\s{]${key}:\\s`).test(example),
    );
    expect(missing).toEqual([]);
  });
});

describe("the tables", () => {
  test("show type, range, default and what a change does", () => {
    expect(page).toContain(
      "| `maxMemoryMib` | integer, 1–1048576 | no limit | Memory for data, in MiB; a write beyond it is refused. Restarts Redis. |",
    );
    expect(page).toContain(
      "| `protocol` | `tcp` or `udp` | `tcp` | `tcp` or `udp`. Updates in place. |",
    );
    expect(page).toContain("| `user` | text | `root` | Login on the hosts;");
  });

  test("cover every schema of the configuration, with a comment on each key", () => {
    const { properties = {} } = z.toJSONSchema(fleet, { io: "input" });
    const nouns = new Set(sections.map(({ title }) => title.split(".")[0]));
    const objects = Object.keys(properties).filter(
      (key) => !["forgetHosts", "replace"].includes(key),
    );
    expect([...nouns]).toEqual(expect.arrayContaining(objects));
    for (const section of sections) {
      const commented = [...keyComments(section.file, section.constant).keys()];
      const keys = keysOf(section).map(({ name }) => name);
      expect(keys.filter((key) => key !== "type")).toEqual(commented);
    }
  });
});

describe("a comment that contradicts its schema", () => {
  const source = { file: "services/redis/config.ts", constant: "redis" };

  test("fails when it states another default", () => {
    const schema = z.strictObject({ port: port.default(6380) });
    expect(() => keysOf({ ...source, schema })).toThrow(
      "port: the comment's default is 6379, not 6380",
    );
  });

  test("fails when it states another range", () => {
    const schema = z.strictObject({ maxMemoryMib: z.int().min(1).max(64) });
    expect(() => keysOf({ ...source, schema })).toThrow(
      "maxMemoryMib: the comment's range is 1–1048576, not 1–64",
    );
  });

  test("fails when a key has neither comment nor description", () => {
    const schema = z.strictObject({ speed: z.string() });
    expect(() => keysOf({ ...source, schema })).toThrow(
      "speed has no description",
    );
  });
});
