import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkNames, requirements } from "../../manifest/preflight.ts";
import { parsePreflight, renderPreflight } from "../../provider/facts/index.ts";
import { judge } from "../../provider/preflight/index.ts";
import { readPreflight } from "../../provider/runtime/runtime-files.ts";

const script = await readPreflight();
const osReleases = path.resolve(
  import.meta.dirname,
  "../cases/preflight/os-release",
);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "flotilla-look-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs calls with the real functions; files of the system may be others. */
function look(
  calls: readonly string[],
  moved: Readonly<Record<string, string>> = {},
) {
  const text = Object.entries(moved).reduce((before, [from, to]) => {
    const after = before.replaceAll(from, to);
    expect(after).not.toBe(before);
    return after;
  }, script);
  const input = [text, ...calls, "all_answered", "observe_complete", ""];
  return parsePreflight(
    execFileSync("bash", { input: input.join("\n"), encoding: "utf8" }),
  );
}

describe("the system of a host", () => {
  const supported = /^(debian-1[23]|ubuntu-2[24]\.04)$/;

  test.each(readdirSync(osReleases))("%s is known for what it is", (name) => {
    const calls = [
      "attempt system observe_host",
      "attempt system preflight_system",
    ];
    const file = path.join(osReleases, name);
    const answer = look(calls, {
      "/etc/os-release": file,
      "/proc/1/comm": "/dev/null",
    });
    const wanted = {
      ports: {},
      declared: {},
      firewall: true,
      requirements: requirements.parse({}),
      checks: ["system"] as const,
    };
    const host = new Map([
      ...answer.host,
      ["init", "systemd"],
      ["architecture", "x86_64"],
    ]);
    const examined = {
      answer: { ...answer, host },
      wanted,
      sentAt: 0,
      receivedAt: 1,
    };
    const found = judge(examined).map(({ text }) => text);
    const called = answer.host.get("system") ?? "";
    expect(called).toMatch(/Debian|Ubuntu|Alpine|Rocky/);
    expect(found).toEqual(supported.test(name) ? [] : [`runs ${called}`]);
  });
});

describe("ports", () => {
  test("that somebody listens on have a name, and others none", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
    const calls = [
      `attempt ports preflight_ports tcp/${port} udp/${port} tcp/1`,
    ];
    const { listeners, problems } = look(calls);
    server.close();
    expect(Object.fromEntries(problems)).toEqual({});
    expect(listeners).toHaveLength(1);
    expect(listeners[0]).toMatchObject({
      protocol: "tcp",
      address: "127.0.0.1",
      port,
      pid: process.pid,
    });
  });

  test("of units that the ledger names are told", () => {
    writeFileSync(
      path.join(folder, "ledger"),
      "unit:nginx.service\tprod/web\nfile:/etc/x\tprod/web\nunit:a.timer\tother/a\n",
    );
    const { ownUnits } = look(["attempt ports preflight_ports"], {
      "/var/lib/flotilla": folder,
    });
    expect([...ownUnits]).toEqual(["nginx.service", "a.timer"]);
  });
});

describe("package sources", () => {
  test("that hold a login never show it", () => {
    writeFileSync(
      path.join(folder, "apt-get"),
      "#!/bin/bash\necho \"'https://me:CANARY@apt.test/debian/dists/x/InRelease' a 0 \"\n",
      { mode: 0o755 },
    );
    writeFileSync(
      path.join(folder, "helper"),
      '#!/bin/bash\necho "E: Failed to fetch ${*: -2:1}"; exit 100\n',
      { mode: 0o755 },
    );
    const { sources } = look(
      [`PATH=${folder}:$PATH`, "beside sources preflight_sources"],
      { "/usr/lib/apt/apt-helper": path.join(folder, "helper") },
    );
    expect(sources).toEqual([
      {
        origin: "https://apt.test/debian",
        reachable: false,
        words: "E: Failed to fetch https://apt.test/debian/dists/x/Release",
      },
    ]);
  });
});

describe("the disk", () => {
  test("is written, and the file is gone afterwards", () => {
    const { diskWrite, problems } = look(
      ["beside diskSpeed preflight_disk_speed 1"],
      { "/var/tmp/": `${folder}/`, " oflag=direct": "" },
    );
    expect(Object.fromEntries(problems)).toEqual({});
    expect(diskWrite?.bytes).toBe(1024 * 1024);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that cannot be written is a problem, and nothing is left", () => {
    const { diskWrite, problems } = look(
      ["beside diskSpeed preflight_disk_speed 1"],
      { "/var/tmp/": `${folder}/missing/` },
    );
    expect(diskWrite).toBeUndefined();
    expect(problems.get("diskSpeed")).toMatch(/No such file or directory/);
  });
});

test("what is not judged is not asked", () => {
  const text = renderPreflight({ checks: ["declared"], ports: ["tcp/80"] });
  expect(text).toBe(
    "attempt 'system' observe_host\nall_answered\nobserve_complete\n",
  );
});

test("every check that has a question asks it, with the ports that are wanted", () => {
  const text = renderPreflight({ checks: checkNames, ports: ["tcp/80"] });
  expect(text).toContain("attempt 'ports' preflight_ports 'tcp/80'\n");
  expect(text.match(/^beside /gm)).toHaveLength(4);
});
