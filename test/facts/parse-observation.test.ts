import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parseObservation } from "../../provider/facts/index.ts";

/** What a real host printed. */
function pasted(name: string): string {
  return readFileSync(
    path.resolve(import.meta.dirname, "../cases/observe", name),
    "utf8",
  );
}

test("a fresh host: nothing is there, and that is no problem", () => {
  const seen = parseObservation(pasted("fresh-debian-12.txt"));
  expect(seen.host.get("os")).toBe("debian 12");
  expect(seen.generation).toBe(0);
  expect(seen.owners.size + seen.jobs.length).toBe(0);
  expect(seen.packages.get("nginx")).toEqual({
    installed: false,
    version: undefined,
    broken: false,
  });
  expect(seen.units.get("nginx.service")?.loadState).toBe("not-found");
  expect(seen.releases.get("/srv/www/w")).toEqual({
    current: undefined,
    files: new Map(),
  });
  expect(seen.nftables.get("flotilla")?.loaded).toBe(false);
});

test("a used host: owners, and jobs with the newest last", () => {
  const seen = parseObservation(pasted("used-debian-12.txt"));
  expect(Object.fromEntries(seen.owners)).toEqual({
    "package:nginx": "m",
    "file:/etc/motd": "other",
    "file:/etc/forgotten": "m",
  });
  expect(seen.generation).toBe(7);
  expect(seen.jobs).toEqual([
    {
      id: "bb",
      desiredHash: "dbb",
      attempt: 1,
      state: "finished",
      outcome: "committed",
      acknowledged: true,
    },
    {
      id: "aa",
      desiredHash: "daa",
      attempt: 2,
      state: "interrupted",
      outcome: undefined,
      acknowledged: false,
    },
    {
      id: "dd",
      desiredHash: "ddd",
      attempt: 1,
      state: "running",
      outcome: undefined,
      acknowledged: false,
    },
  ]);
});

test("a used host: packages, units, paths and what could not be read", () => {
  const seen = parseObservation(pasted("used-debian-12.txt"));
  expect(seen.packages.get("redis-server")).toEqual({
    installed: false,
    version: "5:7.0.15-1~deb12u10",
    broken: true,
  });
  expect(seen.packages.get("nginx")?.version).toBe("1.22.1-9+deb12u11");
  expect(seen.units.get("nginx.service")).toEqual({
    loadState: "loaded",
    activeState: "inactive",
    unitFileState: "enabled",
    needsDaemonReload: true,
  });
  expect(seen.paths.get("/etc/localtime")).toEqual({
    type: "link",
    mode: "0777",
    owner: "root",
    group: "root",
    content: "/usr/share/zoneinfo/Etc/UTC",
  });
  expect(seen.problems.get("foo@.service")).toContain("neither a valid");
});

test("a used host: a release with odd names, and rules that were changed by hand", () => {
  const seen = parseObservation(pasted("used-debian-12.txt"));
  const files = seen.releases.get("/srv/www/w")?.files ?? new Map();
  expect([...files.keys()]).toEqual(["a b/100%\n.css", "index.html", "leak"]);
  expect(files.get("leak")).toBe("-");
  expect(seen.nftables.get("flotilla")).toEqual({
    loaded: true,
    digest: "0123",
    drifted: true,
    loadsAtBoot: true,
    added: ["tcp dport 9999 accept"],
    gone: ['tcp dport 80 accept comment "flotilla:web"'],
  });
});

test("fails for an answer that was cut anywhere", () => {
  const text = pasted("used-debian-12.txt");
  for (let end = 0; end < text.length; end += 7) {
    expect(() => parseObservation(text.slice(0, end))).toThrow(
      /the host's answer was cut after \d+ records: it is not used/,
    );
  }
});

test.each([
  ["nonsense\tx", "the host printed a record that is not understood"],
  ["path\t/x\tfile", "the host printed a record that is not understood"],
  ["path\t/x\tfile\t0644\ta\tb\tc\td", "is not understood: 'path\t/x"],
  ["constructor\tx", "the host printed a record that is not understood"],
  ["generation\tmany", "'many' is no number"],
  ["path\t/x\tsocket\t0644\ta\tb\t-", "'socket' is none of file, directory"],
])("fails for the record %j", (record, message) => {
  expect(() => parseObservation(`${record}\ncomplete\n`)).toThrow(message);
});
