import path from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { z } from "zod";

const look = z.object({
  links: z.string(),
  rules: z.string(),
  forward: z.string(),
});
const trial = z.object({
  before: look,
  during: look,
  after: look,
  ended: z.number(),
});

/** Runs the trial where no lab of this machine is seen or touched. */
async function tryNetwork(words: string, prepare = "true") {
  const script = path.join(import.meta.dirname, "network-trial.ts");
  const shell = `mkdir -p /run/flotilla-lab && mount -t tmpfs none /run/flotilla-lab && ip link set lo up && ${prepare} && exec "$0" "$1" ${words}`;
  const command = ["--net", "--mount", "--", "sh", "-c", shell];
  const nodeAndScript = [process.execPath, script];
  return execa("unshare", [...command, ...nodeAndScript], { reject: false });
}

test("the network is taken down as it was found when no host is plugged in", async () => {
  const { stdout } = await tryNetwork("10.86.0.0/16");
  const { before, during, after, ended } = trial.parse(JSON.parse(stdout));
  expect(during.links).toMatch(/flotilla0 .* 10\.86\.0\.1\/16/);
  expect(during.rules).toContain(
    "ip saddr 10.86.0.0/16 ip daddr != 10.86.0.0/16 masquerade",
  );
  expect(during.forward).toBe("1");
  expect(after).toEqual(before);
  expect(ended).toBe(1);
});

test("the network stays while a host of any lab is plugged in", async () => {
  const { stdout } = await tryNetwork("10.86.0.0/16 --plugged");
  const { during, after, ended } = trial.parse(JSON.parse(stdout));
  expect(after.links).toContain("10.86.0.1/16");
  expect(after.rules).toBe(during.rules);
  expect(ended).toBe(0);
});

test("fails on a range that the machine has a route into", async () => {
  const prepare =
    "ip link add lan type veth && ip address add 10.86.9.1/24 dev lan && ip link set lan up";
  const { exitCode, stderr } = await tryNetwork("10.86.0.0/16", prepare);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    "inside the labs' range 10.86.0.0/16: choose another",
  );
});
