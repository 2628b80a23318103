import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Lab } from "../../lab/index.ts";
import { testLab } from "./test-lab.ts";
import {
  argvLog,
  auditArgv,
  auditedPrograms,
  formsOf,
  hitsBelow,
  hitsIn,
  hitsOn,
  type Machines,
} from "./canary.ts";
import { until } from "./engine.ts";
import { LinkedProject } from "./linked-project.ts";

/** A hook as `import/hooks/index.js` makes it; `after` are hooks that it depends on. */
interface HookGiven {
  readonly on?: "web-1" | "workstation";
  readonly run: string;
  readonly after?: readonly string[];
  readonly environment?: Readonly<
    Record<string, string | { readonly secret: string }>
  >;
  readonly [argument: string]: unknown;
}

interface Given {
  rotation: string;
  usesIdentity: boolean;
  hooks: Record<string, HookGiven>;
  point: Record<string, HookGiven>;
}

const labName = testLab();
const canary = "Canary-7Qk2vX9ZbT4m";
const token = { TOKEN: { secret: canary } };

let lab: Lab;
let project: LinkedProject;
let given: Given;
let connection: object;
/** What every update said. */
const said: string[] = [];

beforeAll(async () => {
  lab = await Lab.open({ name: labName });
  await lab.reset(["web-1"]);
  project = await LinkedProject.open("hooks", labName);
  const hosts = await readFile(lab.knownHostsFile, "utf8");
  const address = lab.address("web-1");
  const line = hosts.split("\n").find((one) => one.startsWith(address)) ?? "";
  const hostKeys = [line.split(" ").slice(1, 3).join(" ")];
  connection = {
    host: { address, user: lab.user, hostKeys },
    privateKey: await readFile(lab.keyFile, "utf8"),
  };
  given = { rotation: "1", usesIdentity: false, hooks: {}, point: {} };
  await auditArgv(machines(), "web-1");
});

afterAll(async () => {
  await lab.down();
  await project.close();
});

beforeEach(() => {
  given.hooks = structuredClone(given.hooks);
});

describe("a hook", () => {
  const note = (name: string) => `echo ${name} >>"$HOME/runs"`;

  it("runs once on the host and on the workstation, each after what it depends on", async () => {
    const watch = { release: "r1" };
    given.hooks = {
      remote: {
        on: "web-1",
        run: `${note("remote")}; id -un; echo "token $TOKEN"; cat`,
        ...{ watch, environment: token, stdin: "from stdin" },
      },
      local: {
        on: "workstation",
        run: 'cat "$PWD/Pulumi.yaml" >/dev/null; echo local >>runs; echo "token $TOKEN"',
        ...{ watch, environment: token, after: ["remote"] },
      },
    };
    await up();
    await up();
    expect(await runsOnHost()).toEqual(["remote"]);
    expect(await runsHere()).toEqual(["local"]);
    expect(await outputs()).toEqual({
      remote: "root\ntoken ***\nfrom stdin",
      local: "token ***",
    });
  });

  it("does not run for another script, value, limit or key, and takes them all when it runs next", async () => {
    const { remote } = given.hooks;
    given.hooks["remote"] = {
      ...remote,
      run: `${note("second")}; echo "now $TOKEN"`,
      ...{ timeoutSeconds: 60, environment: { TOKEN: "in the open" } },
    };
    const identity = await stackOutput("publicKey");
    await lab.exec(
      "web-1",
      ["tee", "-a", `/home/${lab.user}/.ssh/authorized_keys`],
      {
        input: `${String(identity)}\n`,
      },
    );
    given.usesIdentity = true;
    expect(await up()).not.toContain("command:remote:Command");
    expect(await runsOnHost()).toEqual(["remote"]);

    given.hooks["remote"] = {
      ...given.hooks["remote"],
      watch: { release: "r2" },
    };
    await up();
    expect(await runsOnHost()).toEqual(["remote", "second"]);
    expect(await runsHere()).toEqual(["local"]);
    expect(await outputs()).toMatchObject({ remote: "now in the open" });
  });

  it("takes its turn among those of its point by priority", async () => {
    const begin = (name: string) =>
      `echo begin ${name} >>/root/order; sleep 0.2; echo end ${name} >>/root/order`;
    given.point = {
      last: { run: begin("last"), priority: 90 },
      first: { run: begin("first"), priority: 10 },
      middle: { run: begin("middle") },
    };
    await up();
    expect(await onHost("cat /root/order")).toBe(
      ["first", "middle", "last"]
        .flatMap((name) => [`begin ${name}`, `end ${name}`])
        .join("\n"),
    );
    given.point = {};
  });

  it("is tried again until it succeeds, and fails with what it said last", async () => {
    given.hooks = {
      stubborn: {
        on: "web-1",
        run: "echo x >>/root/tries; (( $(wc -l </root/tries) == 3 ))",
        ...{ retries: 3, backoffSeconds: 1 },
      },
    };
    await up();
    expect(await onHost("wc -l </root/tries")).toBe("3");

    given.hooks = {
      hopeless: {
        on: "web-1",
        run: 'echo "no $TOKEN for you"; exit 4',
        ...{ retries: 1, backoffSeconds: 1, environment: token },
      },
      dependant: {
        on: "workstation",
        run: "echo dependant >>runs",
        after: ["hopeless"],
      },
    };
    const output = await upFails();
    expect(output).toContain(
      "The hook hopeless failed on web-1 after 2 tries: the last one ended with exit code 4.",
    );
    expect(output).toContain("no *** for you");
    expect(await runsHere()).toEqual(["local"]);
  });

  it("is ended with all that it has started when its time is over", async () => {
    given.hooks = {
      endless: {
        on: "web-1",
        run: "setsid -f sleep 71; nohup sleep 72 & trap '' TERM; while :; do sleep 73; done",
        timeoutSeconds: 2,
      },
      here: {
        on: "workstation",
        run: "sleep 74 & nohup sleep 75",
        timeoutSeconds: 1,
      },
    };
    const output = await upFails();
    expect(output).toContain("The hook endless failed on web-1");
    expect(output).toContain("timed out after 2 s");
    expect(output).toContain("The hook here failed on the workstation");
    expect(await onHost("pgrep -a sleep || true")).toBe("");
    expect(await sleepersHere()).toEqual([]);
  });

  it("is ended when who waits for it is killed", async () => {
    given.hooks = {
      remote: { on: "web-1", run: "touch /run/e2e-begun; sleep 76" },
      local: { on: "workstation", run: "touch begun; sleep 77" },
    };
    await configure();
    const engine = project.startUp();
    await until("both hooks have begun", async () => {
      const files = await readdir(project.folder);
      const begun = await onHost("ls /run/e2e-begun 2>/dev/null || true");
      return files.includes("begun") && begun !== "";
    });
    process.kill(-(engine.pid ?? 0), "SIGKILL");
    await engine;
    await until("nothing of them is left", async () => {
      const remote = await onHost("pgrep -a sleep || true");
      return remote === "" && (await sleepersHere()).length === 0;
    });
    await project.mustRun("pulumi", "cancel", "--yes");
    expect(await onHost("ls -d /run/flotilla-hook* || true")).toBe("");
  });

  it("keeps the end of a long output, in whole letters and without what is secret", async () => {
    given.hooks = {
      loud: {
        on: "web-1",
        // 9 MB in one line, the token across the borders of blocks, and bytes that are no UTF-8.
        run: `head -c 9000000 /dev/zero | tr -c x x; for i in $(seq 4000); do printf '%s%s\\n' "$TOKEN" "$i"; done; printf 'end \\377\\303'`,
        ...{ environment: token, outputKib: 8 },
      },
    };
    await up();
    const { loud = "" } = await outputs();
    expect(loud.length).toBeLessThan(8 * 1024 + 60);
    expect(loud).toMatch(/^\[90\d{5} bytes before this are left out\]\n/);
    expect(loud.split("\n").slice(-3)).toEqual(["***3999", "***4000", "end "]);
  });

  it("runs its other script when it is removed, and not when it runs again", async () => {
    const bye = 'echo "bye $TOKEN" >>/root/bye';
    const hook = { on: "web-1", run: "true", onDelete: bye } as const;
    given.hooks = {
      leaving: { ...hook, environment: token, watch: { r: "1" } },
    };
    await up();
    given.hooks = {
      leaving: { ...hook, environment: token, watch: { r: "2" } },
    };
    await up();
    expect(await onHost("cat /root/bye 2>/dev/null || true")).toBe("");
    given.hooks = {};
    await up();
    expect(await onHost("cat /root/bye; rm /root/bye")).toBe(`bye ${canary}`);
  });

  it("has told its secret to nobody", async () => {
    const forms = formsOf("canary", canary);
    for (const output of said) expect(hitsIn(output, forms)).toEqual([]);
    for (const part of ["stacks", "history", "backups"]) {
      const folder = path.join(project.folder, "state", ".pulumi", part);
      expect(await hitsBelow(folder, forms)).toEqual([]);
    }
    const left = await readdir(path.join(project.folder, "tmp"));
    expect(left.filter((name) => name.includes("flotilla"))).toEqual([]);
    // What a hook starts has its variables; nothing else has, and no argument.
    const own = `grep -l '^declare -x TOKEN=' ${argvLog}/*`;
    expect(await onHost(`${own} | wc -l`)).not.toBe("0");
    await onHost(`${own} | xargs sed -i '/^declare -x TOKEN=/d'`);
    expect(await hitsOn(machines(), "web-1", forms)).toEqual([]);
    expect(await auditedPrograms(machines(), "web-1")).toContain("systemd-run");
    expect(
      await onHost(`grep -l 'IFS= read -r program' ${argvLog}/*.bash | wc -l`),
    ).not.toBe("0");
  });
});

async function configure(): Promise<void> {
  const file = path.join(project.folder, "hooks.json");
  await writeFile(file, JSON.stringify({ ...connection, ...given }));
  await mkdir(path.join(project.folder, "tmp"), { recursive: true });
}

async function up(): Promise<string> {
  await configure();
  const output = await project.up();
  said.push(output);
  return output;
}

async function upFails(): Promise<string> {
  await configure();
  const output = await project.upFails();
  said.push(output);
  return output;
}

async function onHost(script: string): Promise<string> {
  const result = await lab.exec("web-1", ["bash", "-c", script]);
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return result.stdout.trim();
}

function machines(): Machines {
  return { lab, on: (_host, script) => onHost(script) };
}

async function runsOnHost(): Promise<string[]> {
  return (await onHost("cat /root/runs")).split("\n");
}

async function runsHere(): Promise<string[]> {
  const text = await readFile(path.join(project.folder, "runs"), "utf8");
  return text.trim().split("\n");
}

async function stackOutput(name: string): Promise<unknown> {
  const text = await project.mustRun("pulumi", "stack", "output", "--json");
  return (JSON.parse(text) as Record<string, unknown>)[name];
}

async function outputs(): Promise<Record<string, string>> {
  return (await stackOutput("outputs")) as Record<string, string>;
}

/** The sleeps that hooks of this test have started on this machine. */
async function sleepersHere(): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return commands.filter((command) => {
    const [program, seconds = ""] = command.split("\0");
    return program === "sleep" && /^7[4-7]$/.test(seconds);
  });
}
