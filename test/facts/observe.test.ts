import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { quoteWord } from "../../provider/commands/index.ts";
import { parseObservation } from "../../provider/facts/index.ts";
import type { Observation } from "../../provider/facts/index.ts";
import { readObserve } from "../../provider/runtime/runtime-files.ts";

const script = await readObserve();

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "flotilla-observe-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The real script with its state below a temporary folder; `wrapper` may put it into a namespace. */
function observe(
  calls: readonly string[],
  wrapper: readonly string[] = [],
  before = "",
): Observation {
  const moved = script
    .replace("=/var/lib/flotilla", `=${folder}/state`)
    .replace("=/etc/systemd/system", `=${folder}/units`);
  expect(moved.split(folder)).toHaveLength(3);
  const words = [...wrapper, "bash", "-s"];
  const input = [before, moved, ...calls, "observe_complete", ""].join("\n");
  return parseObservation(
    execFileSync("env", words, { input, encoding: "utf8" }),
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

test("paths of every type, in one call", () => {
  writeFileSync(path.join(folder, "file"), "content", { mode: 0o640 });
  mkdirSync(path.join(folder, "directory"), { mode: 0o700 });
  symlinkSync("to\tno%where\n", path.join(folder, "link"));
  const paths = ["file", "directory", "link", "file/below"].map((name) =>
    path.join(folder, name),
  );
  const call = `attempt paths observe_paths ${[...paths, "/dev/null"].map(quoteWord).join(" ")}`;
  const seen = observe([call]);
  const facts = [...paths, "/dev/null"].map((name) => {
    const fact = seen.paths.get(name);
    return [fact?.type, fact?.mode, fact?.content];
  });
  expect(facts).toEqual([
    ["file", "0640", sha256("content")],
    ["directory", "0700", "-"],
    ["link", "0777", "to\tno%where\n"],
    ["missing", "-", "-"],
    ["other", "0666", "-"],
  ]);
});

test("settings: blanks around them, comments, keys that begin alike, and lines that say it twice", () => {
  const file = path.join(folder, "login.defs");
  writeFileSync(
    file,
    "#UMASK 077\n UMASK\t\t022 \nUMASK_MORE 1\nA=b c\nB = 1\nB=2\nMAIL /var/%mail",
  );
  const seen = observe(
    ["UMASK space", "MAIL space", "A equals", "B equals", "C space"].map(
      (words) => `attempt x observe_setting ${quoteWord(file)} ${words}`,
    ),
  );
  expect(
    ["UMASK", "MAIL", "A", "B", "C"].map((key) =>
      seen.settings.get(`${file}:${key}`),
    ),
  ).toEqual([
    { count: 1, value: "022" },
    { count: 1, value: "/var/%mail" },
    { count: 1, value: "b c" },
    { count: 2, value: "2" },
    { count: 0, value: "" },
  ]);
});

test("a setting in a file that is not there is not set", () => {
  const seen = observe([`attempt x observe_setting ${folder}/none KEY space`]);
  expect(seen.settings.get(`${folder}/none:KEY`)?.count).toBe(0);
});

test("kernel parameters: words by one blank, and one that this kernel does not have", () => {
  const seen = observe([
    "attempt x observe_sysctls net.ipv4.ip_local_port_range kernel.no_such_thing",
  ]);
  expect(seen.sysctls.get("net.ipv4.ip_local_port_range")?.value).toMatch(
    /^\d+ \d+$/,
  );
  expect(seen.sysctls.get("kernel.no_such_thing")).toEqual({
    state: "missing",
    value: "",
  });
});

test("names with odd characters are read, and never run", () => {
  const odd = fc
    .string({
      minLength: 1,
      maxLength: 12,
      unit: fc.constantFrom(...Array.from("$(){}[]'\"\\`*?;&| ~-=%é!#ab")),
    })
    .filter((name) => name !== "." && name !== "..");
  fc.assert(
    fc.property(odd, (name) => {
      const file = path.join(folder, name);
      writeFileSync(file, name);
      const seen = observe([
        `attempt paths observe_paths ${quoteWord(file)} ${quoteWord(`${file}x`)}`,
      ]);
      expect(seen.paths.get(file)?.content).toBe(sha256(name));
      expect(seen.paths.get(`${file}x`)?.type).toBe("missing");
      rmSync(file);
    }),
    { numRuns: 30 },
  );
});

/** A site as the runtime leaves it, whatever the umask here. */
function siteWithRelease(): string {
  const site = path.join(folder, "site");
  for (const part of ["", "releases", "releases/abc", "releases/abc/sub"]) {
    mkdirSync(path.join(site, part));
    chmodSync(path.join(site, part), 0o755);
  }
  symlinkSync("releases/abc", path.join(site, "current"));
  return site;
}

test("a release: where it points, and every file behind it", () => {
  const site = siteWithRelease();
  const odd = "sub/%09 a\tb\nc";
  writeFileSync(path.join(site, "current/index.html"), "hi");
  writeFileSync(path.join(site, "current", odd), "odd");
  symlinkSync("/etc/passwd", path.join(site, "current/leak"));
  const seen = observe([
    `attempt site observe_release ${site}`,
    `attempt none observe_release ${folder}/none`,
  ]);
  expect(seen.releases.get(site)?.current).toBe("abc");
  expect(Object.fromEntries(seen.releases.get(site)?.files ?? [])).toEqual({
    "index.html": sha256("hi"),
    [odd]: sha256("odd"),
    leak: "-",
  });
  expect(seen.releases.get(`${folder}/none`)?.current).toBeUndefined();
});

test("a release: what not everybody may read, or others may change, has no hash", () => {
  const site = siteWithRelease();
  for (const name of ["fine", "hidden", "open", "sub/script"])
    writeFileSync(path.join(site, "current", name), "hi");
  const modes = {
    "current/fine": 0o644,
    "current/hidden": 0o600,
    "current/open": 0o666,
    "current/sub/script": 0o755,
    "current/sub": 0o700,
    "releases/abc": 0o777,
    releases: 0o711,
    "": 0o700,
  };
  for (const [name, mode] of Object.entries(modes))
    chmodSync(path.join(site, name), mode);
  const seen = observe([`attempt site observe_release ${site}`]);
  expect(Object.fromEntries(seen.releases.get(site)?.files ?? [])).toEqual({
    fine: sha256("hi"),
    hidden: "-",
    open: "-",
    "sub/script": "-",
    sub: "-",
    ".": "-",
    [`${site}/releases`]: "-",
    [site]: "-",
  });
});

test("the ledger: owners of what was asked, and everything of this manifest", () => {
  mkdirSync(path.join(folder, "state"));
  writeFileSync(path.join(folder, "state/generation"), "12\n");
  writeFileSync(
    path.join(folder, "state/ledger"),
    "file:/a b\tme\nfile:/c\tother\nfile:/d\tother\nunit:x.service\tme",
  );
  const seen = observe([
    "attempt generation observe_generation",
    "attempt ledger observe_ledger me 'file:/a b' 'file:/c' 'file:/none'",
  ]);
  expect(seen.generation).toBe(12);
  expect(Object.fromEntries(seen.owners)).toEqual({
    "file:/a b": "me",
    "file:/c": "other",
    "unit:x.service": "me",
  });
});

test("packages: those that are there and those that are not", () => {
  const seen = observe([
    "attempt packages observe_packages bash no-such-package coreutils",
  ]);
  expect(seen.packages.get("bash")?.installed).toBe(true);
  expect(seen.packages.get("bash")?.version).toMatch(/^\d/);
  expect(seen.packages.get("coreutils")?.installed).toBe(true);
  expect(seen.packages.get("no-such-package")?.installed).toBe(false);
});

test("the machine has a processor, memory, a disk and a name", () => {
  const { host } = observe(["attempt host observe_host"]);
  for (const size of ["cpus", "memoryKib", "diskKib"])
    expect(Number(host.get(size))).toBeGreaterThan(0);
  for (const name of ["os", "kernel", "architecture", "hostname"])
    expect(host.get(name)).toMatch(/\S/);
});

test("a call that fails is a problem of its item and stops nothing", () => {
  const seen = observe([
    "attempt 'unit x' bash -c 'printf \"no\\tgood\\n\" >&2; exit 3'",
    "attempt generation observe_generation",
  ]);
  expect(seen.problems.get("unit x")).toBe("no\tgood");
  expect(seen.generation).toBe(0);
});

test.skipIf(process.getuid?.() !== 0)(
  "rules that were added or taken away by hand are told, line by line",
  () => {
    const base = `${folder}/state/firewall`;
    const rules = [
      "table inet flotilla {",
      "chain input { type filter hook input priority filter; policy accept;",
      'tcp dport 22 accept comment "flotilla:ssh"',
      'tcp dport 80 accept comment "flotilla:web"',
      "}\n}",
    ].join("\n");
    const digest = sha256(rules).slice(0, 32);
    const unit = "flotilla-firewall.service";
    const before = [
      `mkdir -p ${base}; nft -f - <<<${quoteWord(rules)}`,
      `nft -s list table inet flotilla >${base}/flotilla.loaded; echo ${digest} >${base}/flotilla.digest`,
      `printf %s ${quoteWord(rules)} >${base}/flotilla.nft`,
      `mkdir -p ${folder}/units/sysinit.target.wants; touch ${folder}/units/${unit}`,
      `ln -sf ${folder}/units/${unit} ${folder}/units/sysinit.target.wants/`,
    ];
    const byHand = [
      "nft add rule inet flotilla input udp dport 53 accept",
      "nft delete rule inet flotilla input handle $(nft -a list table inet flotilla | sed -n 's/.*dport 80 .*handle //p')",
    ];
    const look = (lines: readonly string[]) =>
      observe(
        [
          "attempt table observe_nftables flotilla",
          "attempt none observe_nftables none",
        ],
        ["unshare", "-n"],
        lines.join("\n"),
      ).nftables;
    const clean = look(before);
    expect(clean.get("none")?.loaded).toBe(false);
    expect(clean.get("flotilla")).toEqual({
      loaded: true,
      digest,
      drifted: false,
      loadsAtBoot: true,
      added: [],
      gone: [],
    });
    expect(look([...before, ...byHand]).get("flotilla")).toEqual({
      loaded: true,
      digest,
      drifted: true,
      loadsAtBoot: true,
      added: ["udp dport 53 accept"],
      gone: ['tcp dport 80 accept comment "flotilla:web"'],
    });
    const notAtBoot = [
      `rm ${folder}/units/sysinit.target.wants/${unit}`,
      `rm ${folder}/units/${unit}`,
      `rm ${base}/flotilla.nft`,
      `echo >>${base}/flotilla.nft`,
    ];
    for (const change of notAtBoot)
      expect(look([...before, change]).get("flotilla")).toMatchObject({
        drifted: false,
        loadsAtBoot: false,
      });
  },
);

test("observing writes nothing", () => {
  observe([
    "attempt host observe_host",
    "attempt generation observe_generation",
    "attempt ledger observe_ledger me 'file:/x'",
    "attempt jobs observe_jobs me",
  ]);
  expect(() => readFileSync(path.join(folder, "state"))).toThrow("ENOENT");
});

test("accounts: what the databases say, and those that do not exist", () => {
  const seen = observe([
    "attempt users observe_users root daemon nobody-here",
    "attempt groups observe_groups root no-such-group daemon",
    "attempt uids observe_uids 0 59998",
  ]);
  expect(seen.problems).toEqual(new Map());
  expect(seen.users.get("root")).toMatchObject({
    uid: 0,
    group: "root",
    home: "/root",
  });
  expect(seen.users.get("daemon")).toEqual({
    uid: 1,
    group: "daemon",
    groups: [],
    password: "locked",
    expires: false,
    home: "/usr/sbin",
    shell: "/usr/sbin/nologin",
    comment: "daemon",
  });
  expect(seen.users.has("nobody-here")).toBe(true);
  expect(seen.users.get("nobody-here")).toBeUndefined();
  expect([...seen.groups].sort()).toEqual(["daemon", "root"]);
  expect([...seen.uids]).toEqual([[0, "root"]]);
});

test.each([
  ["*", "", { password: "locked", expires: false }],
  ["!", "", { password: "locked", expires: false }],
  ["!$y$j9T$abc", "", { password: "locked", expires: false }],
  ["$y$j9T$abc", "22000", { password: "set", expires: true }],
  ["", "", { password: "empty", expires: false }],
])("a password %j with the end date %j is %j", (hash, expiry, expected) => {
  const line = `alice:${hash}:19000:0:99999:7::${expiry}:`;
  const seen = observe(
    ["attempt users observe_users alice"],
    [],
    `getent() {
      case $1:$2 in
        passwd:alice) echo 'alice:x:1700:1700:Alice 100%:/home/alice:/bin/sh' ;;
        shadow:alice) echo '${line}' ;;
        group:1700) echo 'alice:x:1700:' ;;
      esac
    }
    id() { echo alice adm games; }`,
  );
  const fact = seen.users.get("alice");
  expect(fact).toMatchObject({ ...expected, groups: ["adm", "games"] });
  expect(fact?.comment).toBe("Alice 100%");
  expect(JSON.stringify(fact)).not.toContain("$y$");
});

test.each([
  { files: {}, state: "interrupted" },
  { files: { outcome: "restored" }, state: "finished" },
  { files: { outcome: "committed" }, state: "finished" },
  { files: { outcome: "committed", owing: "" }, state: "interrupted" },
])("a job that does not run and has left $files is $state", (left) => {
  const job = path.join(folder, "state/jobs/j1");
  mkdirSync(job, { recursive: true });
  const files = { plan: "meta\tmanifest\tm1\nmeta\tattempt\t1", ...left.files };
  for (const [name, content] of Object.entries(files))
    writeFileSync(path.join(job, name), `${content}\n`);
  expect(observe(["observe_jobs m1"]).jobs).toMatchObject([
    { id: "j1", state: left.state },
  ]);
});
