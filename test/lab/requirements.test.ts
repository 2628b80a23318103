import { lstat, mkdir, mkdtemp, readlink, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { linkCheckout } from "../../lab/checkout.ts";
import { validateName } from "../../lab/host.ts";
import { labProblem } from "../../lab/requirements.ts";
import {
  installLine,
  missingSystemPackages,
  systemPackages,
} from "../../lab/system-packages.ts";
import { cacheDirectory } from "../../toolchain/cache.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "flotilla-lab-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

test("without Linux or root, the other ways are named", async () => {
  expect(await labProblem("darwin", 501)).toMatch(
    /^The lab needs Linux; this is darwin\.\n.*hosts that exist already/s,
  );
  const problem = await labProblem("linux", 1000);
  expect(problem).toMatch(/^The lab needs root/);
  expect(problem).toContain("Linux virtual machine");
});

test("the line to run names every missing package", () => {
  expect(installLine(systemPackages.slice(0, 2))).toBe(
    "apt-get install --yes --no-install-recommends systemd-container mmdebstrap",
  );
});

test("a command is looked for on PATH and where Debian keeps root's", async () => {
  vi.stubEnv("PATH", folder);
  const missing = await missingSystemPackages();
  expect(missing.map(({ name }) => name)).not.toContain("util-linux");
});

test.each([
  [{ FLOTILLA_CACHE: "/f", XDG_CACHE_HOME: "/x" }, "/f"],
  [{ FLOTILLA_CACHE: "", XDG_CACHE_HOME: "/x" }, "/x/flotilla"],
  [{}, path.join(os.homedir(), ".cache/flotilla")],
])("with %j the cache is in %s", (env, expected) => {
  expect(cacheDirectory(env)).toBe(expected);
});

test("`.lab` follows lab dev and no other", async () => {
  const link = path.join(folder, ".lab");
  await linkCheckout("test", "/labs/test", folder);
  await expect(lstat(link)).rejects.toThrow("ENOENT");
  await linkCheckout("dev", "/labs/old", folder);
  await linkCheckout("dev", "/labs/dev", folder);
  expect(await readlink(link)).toBe("/labs/dev");
});

test("fails where `.lab` is somebody's folder", async () => {
  await mkdir(path.join(folder, ".lab"));
  await expect(linkCheckout("dev", "/labs/dev", folder)).rejects.toThrow(
    "must be a link to the lab's folder",
  );
});

test.each([
  "Web-1",
  "1a",
  "a_b",
  "a.b",
  "-a",
  "a-",
  "",
  "../x",
  "a".repeat(33),
])("fails on a host called %j", (name) => {
  expect(() => {
    validateName("host", name);
  }).toThrow("lower-case letters, digits and dashes");
});
