import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  commandFault,
  renderSudoers,
  webopsCommands,
} from "../../../components/access/sudoers.ts";

const operated = {
  units: ["redis-server.service", "nginx.service"],
  nginx: true,
  certbot: true,
};

test("webops may run exactly its lines, whatever the order of the units", () => {
  const golden = path.resolve(
    import.meta.dirname,
    "../../golden/sudoers/webops",
  );
  const text = renderSudoers("webops", webopsCommands(operated));
  expect(text).toBe(readFileSync(golden, "utf8"));
  const units = operated.units.toReversed();
  expect(renderSudoers("webops", webopsCommands({ ...operated, units }))).toBe(
    text,
  );
});

test("webops has no line for what is not there, and no file without a line", () => {
  const nothing = { units: [], nginx: false, certbot: false };
  expect(renderSudoers("webops", webopsCommands(nothing))).toBeUndefined();
  expect(renderSudoers("alice", "none")).toBeUndefined();
  const text = renderSudoers(
    "webops",
    webopsCommands({ ...nothing, units: ["a.service"] }),
  );
  expect(text).not.toMatch(/nginx|certbot/);
});

test("root-equivalent is said in the file itself", () => {
  expect(renderSudoers("flotilla", "all"))
    .toBe(`# Made by Flotilla; changes by hand are taken back.
# Whoever has one of this account's keys is root on this host.
flotilla ALL=(ALL:ALL) NOPASSWD: ALL
`);
});

describe("a command line", () => {
  test.each([
    [["systemctl", "restart", "a.service"], "systemctl"],
    [["./a"], "./a"],
    [["/usr/bin/"], "/usr/bin/"],
    [["/usr/bin/../sbin/a"], "/usr/bin/../sbin/a"],
    [["/usr/bin/*"], "/usr/bin/*"],
    [["ALL"], "ALL"],
    [["/bin/a", "*"], "*"],
    [["/bin/a", "a.service "], "a.service "],
    [["/bin/a", "a b"], "a b"],
    [["/bin/a", "a\n"], "a\n"],
    [["/bin/a", ""], ""],
    [["/bin/a", "[a-z]"], "[a-z]"],
    [["/bin/a", "a?"], "a?"],
    [["/bin/a", "^.*$"], "^.*$"],
    [["/bin/a", "!a"], "!a"],
    [["/bin/a", "a\\b"], "a\\b"],
    [["/bin/a", '"a"'], '"a"'],
    [["/bin/a", "#1"], "#1"],
    [[], ""],
  ])("fails for %j", (words, named) => {
    expect(commandFault({ words })).toContain(JSON.stringify(named));
  });
});
