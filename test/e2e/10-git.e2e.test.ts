import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout } from "../../toolchain/build.ts";
import { HttpsGitServer, httpsLogin } from "../sources/https-server.ts";
import { TestRepository } from "../sources/repositories.ts";
import { SshGitServer } from "../sources/ssh-server.ts";
import { formsOf, hitsBelow, hitsIn, hitsOn, type Form } from "./canary.ts";
import { countSsh, sshCount } from "./probe.ts";
import { page, TestFleet } from "./test-fleet.ts";

const labPort = 3155;

let fleet: TestFleet;
/** What git's side has: repositories, certificate, keys. */
let away: string;
let https: HttpsGitServer;
let ssh: SshGitServer;
let handbook: TestRepository;
let status: TestRepository;
let token = httpsLogin.token;
/** What every command said. */
const said: string[] = [];

beforeAll(async () => {
  away = await mkdtemp(path.join(os.tmpdir(), "flotilla-e2e-git-"));
  const root = path.join(away, "repositories");
  handbook = new TestRepository(root, "handbook");
  handbook.write("public/index.html", page("handbook"));
  handbook.write("secret-notes.txt", "Not for the web.\n");
  handbook.commit();
  status = new TestRepository(root, "status");
  status.write("index.html", page("status"));
  status.commit();
  for (const name of ["host", "deploy"]) makeKey(name);
  https = await HttpsGitServer.start(root, away);
  ssh = await SshGitServer.start({
    root,
    hostKeyFile: path.join(away, "host"),
    allowed: [await readAway("deploy.pub")],
  });
  fleet = await TestFleet.open();
  await prepare();
});

afterAll(async () => {
  await fleet.close();
  await https.stop();
  await ssh.stop();
  await rm(away, { recursive: true, force: true });
});

describe("sites from git", () => {
  it("are served: with a token by https, with a deploy key by ssh, and from the lab's own server", async () => {
    const names = { caFile: "ca.pem", name: "own", url: labUrl("own") };
    await fleet.lab.serveRepository("own", fleet.siteFolder, labPort);
    fleet.config.sites["own"] = site(8083, {
      url: names.url,
      caFile: path.join(fleet.lab.repositoryFolder, names.caFile),
    });
    await up();
    expect(await served(8081)).toBe(page("handbook"));
    expect(await served(8082)).toBe(page("status"));
    expect(await served(8083)).toBe(page("first"));
    expect(await commits()).toMatchObject({
      handbook: handbook.git("rev-parse", "HEAD"),
      status: status.git("rev-parse", "HEAD"),
    });
    const missing = await fetch(`${urlOf(8081)}secret-notes.txt`);
    expect(missing.status).toBe(404);
  });

  it("leave neither git nor a trace of a login on the host", async () => {
    expect(await fleet.on("web-1", "command -v git || echo none")).toBe("none");
    expect(await hitsOn(fleet, "web-1", await allForms())).toEqual([]);
  });

  it("change when their branch does, one site and no other, and without that nothing is contacted", async () => {
    handbook.write("public/index.html", page("second"));
    const second = handbook.commit();
    const changed = await up();
    expect(changed.match(/(?<=:Manifest )\S+(?= updated)/g)).toEqual([
      "handbook",
      "site-8081",
    ]);
    expect(await served(8081)).toBe(page("second"));
    expect(await served(8082)).toBe(page("status"));
    expect(await commits()).toMatchObject({ handbook: second });
    await countSsh(fleet, "web-1");
    expect(await up()).not.toMatch(/created|updated|deleted/);
    expect((await sshCount(fleet, "web-1")).connections).toBe(0);
  });

  it("fail all at once, each with its own message, before anything is changed", async () => {
    const right = structuredClone(fleet.config.sites);
    token = "not-the-token";
    change("status", { ref: "no-such-branch" });
    fleet.config.sites["gone"] = site(8084, httpsGit("private/gone.git"));
    fleet.config.sites["page"] = site(8085, httpsGit("page/site.git"));
    await countSsh(fleet, "web-1");
    const output = await fails();
    expect(output).toContain(
      "sites.handbook.git.token: [secret] is not accepted by localhost",
    );
    expect(output).toContain('sites.status.git.ref: "no-such-branch"');
    expect(output).toContain("sites.page.git.url:");
    expect((await sshCount(fleet, "web-1")).connections).toBe(0);
    expect(await served(8081)).toBe(page("second"));
    token = httpsLogin.token;
    fleet.config.sites = right;
  });

  it("are refused where their URL would start a program or read a path, and nothing is started", async () => {
    const right = structuredClone(fleet.config.sites);
    const marker = path.join(away, "started");
    change("handbook", { url: `ext::sh -c touch% ${marker}` });
    change("status", { url: `file://${away}/repositories/status.git` });
    change("own", { url: `--upload-pack=touch ${marker}` });
    const asked = https.requests.length + ssh.commands.length;
    const output = await fails();
    expect(output).toContain("names a transport that can start any program");
    expect(output).toContain("is a path on this machine");
    expect(output).toContain("would be read as an option of git");
    expect(await readdir(away)).not.toContain("started");
    expect(https.requests.length + ssh.commands.length).toBe(asked);
    fleet.config.sites = right;
  });

  it("need no network once their commit is written down and was fetched", async () => {
    const commit = handbook.git("rev-parse", "HEAD");
    change("handbook", { ref: commit });
    delete fleet.config.sites["status"];
    delete fleet.config.sites["own"];
    const { port } = https;
    await https.stop();
    await up();
    expect(await served(8081)).toBe(page("second"));
    change("handbook", { ref: "main" });
    expect(await fails()).toContain(
      `cannot be reached: nothing answers at localhost port ${port}`,
    );
  });

  it("have told their token and key to nobody", async () => {
    const forms = await allForms();
    for (const output of said) expect(hitsIn(output, forms)).toEqual([]);
    expect(hitsIn(JSON.stringify(await fleet.state()), forms)).toEqual([]);
    expect(await hitsBelow(fleet.folder, forms)).toEqual([]);
    const { TMPDIR = "" } = fleet.environment;
    const left = await readdir(TMPDIR);
    expect(left.filter((name) => name.includes("git"))).toEqual([]);
    expect(await hitsOn(fleet, "web-1", forms)).toEqual([]);
  });
});

async function prepare(): Promise<void> {
  const temporary = path.join(fleet.folder, "tmp");
  await mkdir(path.join(fleet.folder, "trace"));
  await mkdir(temporary);
  Object.assign(fleet.environment, {
    FLOTILLA_CACHE: path.join(fleet.folder, "cache"),
    FLOTILLA_LOG: "trace",
    FLOTILLA_LOG_FILE: path.join(fleet.folder, "trace", "provider.log"),
    TMPDIR: temporary,
  });
  const { config } = fleet;
  Reflect.deleteProperty(config.hosts, "db-1");
  config.services = { web: { type: "nginx", host: "web-1" } };
  config.flows = {};
  for (const port of [8081, 8082, 8083])
    config.flows[`site-${port}`] = { from: "anywhere", to: "web-1", port };
  config.sites = {
    handbook: site(8081, {
      ...httpsGit("private/handbook.git"),
      path: "public",
    }),
    status: site(8082, {
      url: ssh.url("status.git"),
      ref: "main",
      deployKey: { secret: "statusKey" },
      hostKey: (await readAway("host.pub")).split(" ").slice(0, 2).join(" "),
    }),
  };
}

function site(port: number, git: object): Record<string, unknown> {
  return { host: "web-1", port, git };
}

function httpsGit(where: string): object {
  const caFile = https.caFile;
  return { url: https.url(where), caFile, token: { secret: "handbookToken" } };
}

function labUrl(name: string): string {
  return `https://localhost:${labPort}/${name}.git`;
}

/** Changes keys of a site's repository. */
function change(name: string, keys: object): void {
  const { git, ...rest } = fleet.config.sites[name] ?? {};
  fleet.config.sites[name] = { ...rest, git: { ...(git as object), ...keys } };
}

async function configure(): Promise<void> {
  await fleet.configure();
  const secrets = { handbookToken: token, statusKey: await readAway("deploy") };
  for (const [name, input] of Object.entries(secrets)) {
    const words = ["config", "set", "--secret", `flotilla:${name}`];
    const where = ["--stack", "e2e", "--config-file", fleet.configFile];
    const { environment: env } = fleet;
    await execa("pulumi", [...words, ...where], { cwd: checkout, env, input });
  }
}

async function tell(...words: string[]) {
  await configure();
  const result = await fleet.pulumi(...words);
  said.push(result.output);
  return result;
}

async function up(): Promise<string> {
  const { code, output } = await tell("up", "--yes", "--skip-preview");
  if (code !== 0) throw new Error(output);
  return output;
}

async function fails(): Promise<string> {
  const { code, output } = await tell("up", "--yes", "--skip-preview");
  if (code === 0) throw new Error(`the update succeeded:\n${output}`);
  return output;
}

function urlOf(port: number): string {
  return `http://${fleet.address("web-1")}:${port}/`;
}

async function served(port: number): Promise<string> {
  return (await fetch(urlOf(port))).text();
}

async function commits(): Promise<Record<string, string | undefined>> {
  const outputs = (await fleet.outputs()) as {
    sites: Record<string, { commit?: string }>;
  };
  return Object.fromEntries(
    Object.entries(outputs.sites).map(([name, one]) => [name, one.commit]),
  );
}

async function allForms(): Promise<Form[]> {
  const key = (await readAway("deploy")).split("\n")[2] ?? "";
  expect(key).toMatch(/^[0-9A-Za-z+/]{70}$/);
  return [
    ...formsOf("token", httpsLogin.token),
    ...formsOf("deploy key", key),
    ...formsOf("login", `${httpsLogin.user}:${httpsLogin.token}`),
  ];
}

function makeKey(name: string): void {
  const file = path.join(away, name);
  const words = ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file];
  execFileSync("ssh-keygen", words);
}

async function readAway(name: string): Promise<string> {
  return (await readFile(path.join(away, name), "utf8")).trim();
}
