import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { pluginNames } from "../../toolchain/plugins.ts";
import { mainOf } from "./plugins.ts";

it.each(pluginNames)(
  "the stand-in for %s leaves within two seconds of losing its engine, however it was lost",
  async (name) => {
    // The shell is the engine here: it starts the plugin, says its pid, and is killed without a chance to clear up.
    const script = '"$0" "$1" & echo "pid $!"; wait';
    const engine = spawn("sh", ["-c", script, process.execPath, mainOf(name)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const plugin = await readPlugin(createInterface({ input: engine.stdout }));
    expect(isRunning(plugin)).toBe(true);
    try {
      engine.kill("SIGKILL");
      await once(engine, "exit");
      await expect
        .poll(() => isRunning(plugin), { timeout: 2000, interval: 50 })
        .toBe(false);
    } finally {
      if (isRunning(plugin)) process.kill(plugin, "SIGKILL");
    }
  },
);

/** The pid of the plugin, once it has also printed its port. */
async function readPlugin(lines: AsyncIterable<string>): Promise<number> {
  let pid: number | undefined;
  let hasPort = false;
  for await (const line of lines) {
    if (line.startsWith("pid ")) pid = Number(line.slice(4));
    else hasPort = Number(line) > 0;
    if (pid && hasPort) return pid;
  }
  throw new Error("the plugin did not start");
}

/** A process that has ended but that init has not yet collected does not count. */
function isRunning(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return !/^State:\s+[ZX]/m.test(status);
  } catch {
    return false;
  }
}
