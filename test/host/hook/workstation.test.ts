import {
  execFileSync,
  spawn,
  type ChildProcessWithoutNullStreams,
} from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  hookCommand,
  renderHookInput,
  type HookSettings,
  type HookValues,
} from "../../../components/hooks/hook-plan.ts";
import { readHookProgram } from "../../../components/hooks/hook-program.ts";
import { until } from "../../lab/until.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "flotilla-hook-test-"));
  await writeFile(path.join(folder, ".bashrc"), "echo from .bashrc; cat\n");
});

afterEach(async () => {
  // Whatever a hook was ended by, its own folder goes with it.
  await until("the hook's folder is gone", async () => {
    const names = await readdir(folder);
    return names.every((name) => !name.startsWith("flotilla-hook."));
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** As Pulumi's plugin starts a hook: a shell with the command, and everything else by stdin. */
function start(
  script: string,
  more: Partial<HookSettings> & Partial<HookValues> = {},
): ChildProcessWithoutNullStreams {
  const { stdin = "", environment = {}, secrets = [], ...rest } = more;
  const settings: HookSettings = {
    ...{ name: "try", where: "the workstation", id: "try-1", user: "" },
    ...{ directory: folder, retries: 0, backoffSeconds: 1 },
    ...{ timeoutSeconds: 20, outputKib: 1, ...rest },
  };
  const values = { script, stdin, environment, secrets };
  const program = readHookProgram("workstation");
  const child = spawn("/bin/sh", ["-c", hookCommand("workstation", "")], {
    cwd: folder,
    env: { ...environmentOf(), LC_ALL: "C.UTF-8" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(renderHookInput(program, settings, values));
  return child;
}

/** A home whose .bashrc must not be run: bash does that where its stdin is a socket, as here and by ssh. */
function environmentOf(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], TMPDIR: folder, HOME: folder };
}

async function run(...args: Parameters<typeof start>) {
  const child = start(...args);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { code: child.exitCode, stdout, stderr };
}

function said(stdout: string) {
  return { code: 0, stdout, stderr: "" };
}

describe("a script", () => {
  test("has its variables, its stdin, the outer umask and language, and both streams are its output", async () => {
    const script = `umask; echo "$LC_ALL"; printf '%s|' "$A"; cat; echo to stderr >&2; pwd -P`;
    const result = await run(script, {
      environment: { A: 'it\'s $HOME\n"two" lines\n' },
      stdin: "from stdin\n",
    });
    const umask = execFileSync("sh", ["-c", "umask"], { encoding: "utf8" });
    expect(result).toEqual(
      said(
        `${umask}C.UTF-8\nit's $HOME\n"two" lines\n|from stdin\nto stderr\n${folder}\n`,
      ),
    );
  });

  test("fails at its first command that fails, with what it said and how it ended", async () => {
    expect(await run("echo before; (exit 3); echo after")).toEqual({
      code: 1,
      stdout:
        "The hook try failed on the workstation after 1 try: the last one ended with exit code 3.\nIt said:\nbefore\n",
      stderr: "",
    });
  });

  test("fails for a variable that is not set, and for a part of a pipe", async () => {
    expect((await run('echo "$MISSING"')).code).toBe(1);
    expect((await run("false | cat")).code).toBe(1);
  });

  test("fails where its directory is not, without being run", async () => {
    const directory = path.join(folder, "missing");
    expect(await run("touch ran", { directory })).toEqual({
      code: 64,
      stdout: `The hook try did not run: there is no directory '${directory}' on the workstation.\n`,
      stderr: "",
    });
    expect(await readdir(folder)).not.toContain("ran");
  });

  test("is not run when its text was cut on the way", async () => {
    const program = readHookProgram("workstation");
    const input = Buffer.from(program).toString("base64");
    const child = spawn("/bin/sh", ["-c", hookCommand("workstation", "")], {
      env: environmentOf(),
      stdio: ["pipe", "pipe", "inherit"],
    });
    const script = Buffer.from("touch ran").toString("base64");
    child.stdin.end(`${input}\nset name dHJ5\nfile script ${script}\n`);
    expect(await text(child.stdout)).toBe(
      "The hook try did not run: its text was cut on the way.\n",
    );
  });
});

describe("tries", () => {
  test("end with the first that succeeds, and what that one said", async () => {
    const script = `echo x >>tries; echo "try $(wc -l <tries)"; (( $(wc -l <tries) == 2 ))`;
    expect(await run(script, { retries: 5 })).toEqual(said("try 2\n"));
  });

  test("are no more than allowed", async () => {
    const { code, stdout } = await run("echo x >>all; exit 7", { retries: 1 });
    expect(code).toBe(1);
    expect(stdout).toContain("after 2 tries: the last one ended with exit");
    expect(await readFile(path.join(folder, "all"), "utf8")).toBe("x\nx\n");
  });

  test("end after their time, with all that they have started", async () => {
    const begun = performance.now();
    const { code, stdout } = await run("sleep 81 & echo waiting; sleep 82", {
      timeoutSeconds: 1,
    });
    expect(code).toBe(1);
    expect(stdout).toContain(
      "timed out after 1 s; everything that it had started was ended.\nIt said:\nwaiting\n",
    );
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(await sleepers()).toEqual([]);
  });

  test("leave nothing behind when they succeed", async () => {
    expect(await run("sleep 83 & echo done")).toEqual(said("done\n"));
    expect(await sleepers()).toEqual([]);
  });

  test("end when the shell that Pulumi started is killed", async () => {
    const child = start("echo begun; touch begun; sleep 84");
    await until("it has begun", async () =>
      (await readdir(folder)).includes("begun"),
    );
    child.kill("SIGKILL");
    await until("nothing of it is left", async () => {
      return (await sleepers()).length === 0;
    });
  });
});

describe("output", () => {
  test("hides secrets: the longest first, on borders of blocks, and each line of one with many", async () => {
    const pem = "-----BEGIN KEY-----\nabcdefghijklmnop\n-----END KEY-----\n";
    const secrets = ["abc", "abcdef", "line\nbreak", ...pem.split("\n")];
    const script = `
      printf 'abcdef abc abcde '
      head -c 16380 /dev/zero | tr -c x x | tail -c 16370 >/dev/null
      printf '%s' "$PEM" | tail -n 2; printf 'line\\nbreak\\n'`;
    const hidden = [...secrets].filter((secret) => secret !== "");
    const { stdout } = await run(script, {
      environment: { PEM: pem },
      secrets: hidden,
    });
    expect(stdout).toBe("*** *** ***de ***\n***\n***\n");
  });

  test("hides a secret wherever it lies across the blocks that are read", async () => {
    const script = `
      for before in $(seq 16370 16390); do
        head -c "$before" /dev/zero | tr -c x x; printf '%s\\n' "$SECRET"
      done`;
    const secret = "Canary-7Qk2vX9ZbT4m";
    const { stdout } = await run(script, {
      environment: { SECRET: secret },
      secrets: [secret],
      outputKib: 1024,
    });
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(21);
    for (const [index, line] of lines.entries())
      expect(line).toBe(`${"x".repeat(16370 + index)}***`);
  });

  test("is its end alone when it is long, in whole letters, and says how much is missing", async () => {
    const { stdout } = await run(
      `for i in $(seq 500); do printf 'ä'; done; head -c 3000 /dev/zero | tr -c x x; for i in $(seq 511); do printf 'é'; done; printf '.'`,
    );
    expect(stdout).toBe(
      `[3999 bytes before this are left out]\nx${"é".repeat(511)}.`,
    );
  });

  test("is text: what is no UTF-8 is dropped", async () => {
    expect(await run(String.raw`printf 'a\377b\303'`)).toEqual(said("ab"));
  });
});

/** The sleeps of these tests that still run. */
async function sleepers(): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return commands.filter((command) => {
    const [program, seconds = ""] = command.split("\0");
    return program === "sleep" && /^8[1-4]$/.test(seconds);
  });
}
