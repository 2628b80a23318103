import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { GitProtocol } from "../../components/config/git-url.ts";
import { faultOf } from "../../components/sources/git-fault.ts";

interface Case {
  readonly name: string;
  readonly protocol?: GitProtocol;
  /** Whether there was a token or key. */
  readonly secret?: boolean;
  readonly said: string;
  readonly key: string;
  readonly rule: string;
}

const file = join(import.meta.dirname, "cases/git-faults.yaml");
const cases = parse(readFileSync(file, "utf8")) as Case[];

describe("what git says becomes what was wrong", () => {
  test.each(cases)("$name", ({ said, key, rule, secret, protocol }) => {
    const fault = faultOf(said, {
      protocol: protocol ?? "https",
      host: "git.fleet.test",
      port: 443,
      hasSecret: secret ?? false,
    });
    expect(fault).toMatchObject({ key, rule });
    expect(fault.hint).toMatch(/^[a-z].{10}/);
  });
});
