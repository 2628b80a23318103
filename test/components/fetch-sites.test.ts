import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  expect,
  test,
  vi,
} from "vitest";
import { loadFleet } from "../../components/load-fleet.ts";
import { goodFleet, hostKey, Project } from "../config/project.ts";
import { HttpsGitServer, httpsLogin } from "../sources/https-server.ts";
import { TestRepository } from "../sources/repositories.ts";

const project = new Project();
const folder = mkdtempSync(join(tmpdir(), "flotilla-fetch-"));
let server: HttpsGitServer;
let commit = "";

beforeAll(async () => {
  const repository = new TestRepository(folder, "pages");
  repository.write("index.html", "<title>All of it</title>\n");
  repository.write("docs/index.html", "<title>The manual</title>\n");
  commit = repository.commit();
  server = await HttpsGitServer.start(folder, folder);
});

beforeEach(() => {
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "of its own");
  vi.stubEnv("FLOTILLA_CACHE", join(folder, "cache"));
  vi.spyOn(process, "cwd").mockReturnValue(project.directory);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
  project.remove();
});

await pulumi.runtime.setMocks(
  { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
  "fleet",
  "test",
);

/** Loads a fleet that has these sites beside its own, by their keys of `git`. */
function load(
  sites: Record<string, Record<string, unknown>>,
  secrets: Record<string, string> = {},
) {
  const fleet = goodFleet();
  for (const [name, git] of Object.entries(sites)) {
    const caFile = server.caFile;
    const site = { host: "web-1", domains: [`${name}.eu`] };
    fleet["sites"] = {
      ...fleet["sites"],
      [name]: { ...site, git: { caFile, ...git } },
    };
  }
  const config = { "flotilla:fleet": JSON.stringify(fleet), ...secrets };
  pulumi.runtime.setAllConfig(config, Object.keys(secrets));
  return loadFleet();
}

test("sites from git stand beside sites from folders, and share one look-up of one ref", async () => {
  const url = server.url("private/pages.git");
  const token = { secret: "siteToken" };
  const { fleet } = await load(
    { all: { url, token }, manual: { url, token, path: "docs" } },
    { "flotilla:siteToken": httpsLogin.token },
  );
  expect(fleet.sites["welcome"]?.content.mark).toBe("Welcome");
  expect(fleet.sites["all"]).toMatchObject({
    host: "web-1",
    domains: ["all.eu"],
    content: { commit, mark: "All of it" },
  });
  expect(fleet.sites["manual"]?.content).toMatchObject({
    commit,
    mark: "The manual",
  });
  expect(JSON.stringify(fleet)).not.toContain(httpsLogin.token);
});

test("two sites of one branch get one commit, though somebody pushes in between", async () => {
  const url = server.url("open/pages.git");
  const listings = () =>
    server.requests.filter(({ path }) => path.includes("/info/refs")).length;
  rmSync(join(folder, "cache"), { recursive: true, force: true });
  const before = listings();
  await load({ all: { url }, manual: { url, path: "docs" } });
  // One look-up for both, and one for each of the two fetches.
  expect(listings() - before).toBe(3);
});

test("fails with all that is wrong with all repositories, each where it is configured", async () => {
  const message = await load(
    {
      gone: { url: server.url("open/gone.git") },
      typo: { url: server.url("open/pages.git"), ref: "mian" },
      wrong: { url: server.url("private/pages.git"), token: { secret: "y" } },
    },
    { "flotilla:y": "C4nary-y" },
  ).then(String, (error: unknown) => (error as Error).message);
  const lines = message.replaceAll(server.url(""), "SERVER/").split("\n");
  expect(lines).toEqual([
    "The configuration flotilla:fleet of stack test has 3 problems:",
    '  sites.gone.git.url: "SERVER/open/gone.git" does not exist, or is private',
    "    → correct the path, or say how to log in: git.token or git.deployKey",
    '  sites.typo.git.ref: "mian" is no branch and no tag of the repository',
    '    → did you mean "main"?',
    "  sites.wrong.git.token: [secret] is not accepted by localhost",
    "    → it may have expired: make one that may read the repository, and check git.user",
  ]);
});

test("a token of the environment wins over the stack's, which the server refuses", async () => {
  rmSync(join(folder, "cache"), { recursive: true, force: true });
  vi.stubEnv("FLOTILLA_SECRET__SITE_TOKEN", httpsLogin.token);
  const url = server.url("private/pages.git");
  const { fleet } = await load(
    { all: { url, token: { secret: "siteToken" } } },
    { "flotilla:siteToken": "C4nary-of-the-stack" },
  );
  expect(fleet.sites["all"]?.content.mark).toBe("All of it");
});

test("fails for secrets that cannot be used before any repository is asked", async () => {
  const before = server.requests.length;
  const url = server.url("private/pages.git");
  const message = await load(
    {
      unset: { url, token: { secret: "x" } },
      odd: { url, token: { secret: "y" } },
      strange: {
        ...{ url: "ssh://git@localhost/pages.git", hostKey },
        ...{ caFile: undefined, deployKey: { secret: "z" } },
      },
    },
    { "flotilla:y": "C4nary\u0007", "flotilla:z": "C4nary-key" },
  ).then(String, (error: unknown) => (error as Error).message);
  expect(message.split("\n").slice(1)).toEqual([
    '  sites.unset.git.token.secret: "x" is no secret of this stack',
    "    → pulumi config set --secret flotilla:x, or FLOTILLA_SECRET__X in the environment",
    "  flotilla:y: [secret] holds a control character",
    "    → set it again with `pulumi config set --secret`",
    "  flotilla:z: [secret] holds no private key",
    "    → make one with `ssh-keygen -t ed25519 -N ''`",
  ]);
  expect(server.requests).toHaveLength(before);
});

test("fails for a mistake in the configuration before any repository is asked", async () => {
  const before = server.requests.length;
  const url = server.url("open/pages.git");
  const loading = load({ all: { url }, other: { url, ref: "a..b" } });
  await expect(loading).rejects.toThrow("sites.other.git.ref");
  expect(server.requests).toHaveLength(before);
});
