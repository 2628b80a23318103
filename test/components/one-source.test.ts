import * as pulumi from "@pulumi/pulumi";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { Fleet, loadFleet, Provider } from "../../components/index.ts";
import { fleetWith, Project } from "../config/project.ts";
import { made } from "./recording.ts";

const project = new Project();
afterAll(() => project.remove());
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Everything that hosts are told, for a site of the file's own domains, under these variables. */
async function told(variables: Record<string, string>): Promise<string> {
  vi.spyOn(process, "cwd").mockReturnValue(project.directory);
  vi.spyOn(pulumi.log, "info").mockResolvedValue();
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "of its own");
  for (const [name, value] of Object.entries(variables))
    vi.stubEnv(name, value);
  const domains = ["of-the-file.eu", "www.of-the-file.eu"];
  const fleet = fleetWith(["sites", "welcome", "domains"], domains);
  pulumi.runtime.setAllConfig({ "flotilla:fleet": JSON.stringify(fleet) });
  const loaded = await loadFleet();
  const all = await made((opts) => {
    const args = { privateKey: loaded.privateKey, stack: "me/fleet/test" };
    const provider = new Provider("fleet", args, opts);
    return new Fleet("fleet", loaded.fleet, { ...opts, provider });
  });
  return JSON.stringify(all.map(({ inputs }) => inputs));
}

test("a site's domains come from the file alone: nothing of one's own is built in", async () => {
  const text = await told({});
  expect(text).toContain("www.of-the-file.eu");
  const domains = text.match(
    /\b[a-z0-9-]+(\.[a-z0-9-]+)*\.(eu|com|net|org)\b/g,
  );
  expect(new Set(domains)).toEqual(
    new Set([
      "of-the-file.eu",
      "www.of-the-file.eu",
      "openssh.com",
      "libssh.org",
    ]),
  );
});

test("what the environment says instead reaches the hosts whole, and what it replaced is nowhere", async () => {
  const text = await told({
    FLOTILLA_FLEET__SITES__WELCOME__DOMAINS: "of-the-environment.eu",
    FLOTILLA_FLEET__SERVICES__CACHE__PORT: "6390",
    FLOTILLA_FLEET__FLOWS__WEB_TO_CACHE__PORT: "6390",
  });
  expect(text).toContain("of-the-environment.eu");
  expect(text).toContain("6390");
  expect(text).not.toContain("of-the-file.eu");
  expect(text).not.toContain("6379");
});
