import { rmSync } from "node:fs";
import path from "node:path";
import hcloud from "@pulumi/hcloud/package.json" with { type: "json" };
import tls from "@pulumi/tls/package.json" with { type: "json" };
import { execa } from "execa";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import YAML from "yaml";
import { diagnose } from "../../../cli/doctor/doctor.ts";
import { FlotillaError } from "../../../cli/flotilla-error.ts";
import { Project } from "../../config/project.ts";
import { PaperCloud, pick, tokens } from "../../lab/cloud/paper-cloud.ts";

const project = new Project();
const launcher = path.join(import.meta.dirname, "../../../cli/launch.js");
const unopened = { value: "[unopened]", secret: true };
let cloud: PaperCloud;
let close: () => void = () => undefined;

/** Pulumi's command, as far as it is asked: keys and state come from files, and nothing else is answered. */
const pulumi = `#!/bin/sh
case "$*" in
  "config --show-secrets --json --stack dev --config-file "*) cat keys.json ;;
  "stack export --stack dev --non-interactive") cat state.json ;;
  "version --non-interactive") echo v3.255.0 ;;
  *) echo "error: not expected: $*" >&2; exit 1 ;;
esac
`;

/** The same, with nothing but an error to every question about a stack. */
const pulumiThatSays = (error: string) =>
  `#!/bin/sh\n[ "$1" = version ] && exec echo v3.255.0\necho "error: ${error}" >&2\nexit 255\n`;

beforeEach(async () => {
  cloud = await PaperCloud.open();
  const listening = await cloud.listen();
  close = listening.close;
  project.write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
  project.write("bin/pulumi", pulumi);
  project.chmod("bin/pulumi", 0o755);
  const bin = path.join(project.directory, "bin");
  for (const [name, value] of Object.entries({
    PATH: `${bin}:${process.env["PATH"] ?? ""}`,
    PULUMI_HOME: path.join(project.directory, "home"),
    PULUMI_CONFIG_PASSPHRASE: "one of their own",
    HCLOUD_ENDPOINT: `${listening.endpoint}/v1`,
    DIGITALOCEAN_API_URL: listening.endpoint,
    HCLOUD_TOKEN: "",
    DIGITALOCEAN_TOKEN: tokens.digitalocean,
    NO_COLOR: "1",
  }))
    vi.stubEnv(name, value);
  keys({ "hcloud:token": tokens.hetzner });
  state({});
  fleet({});
});

afterEach(() => {
  close();
  vi.unstubAllEnvs();
});
afterAll(() => project.remove());

/** The keys that `pulumi config` shows, secrets all of them. */
function keys(values: Readonly<Record<string, string>>): void {
  const shown = Object.entries(values).map(([key, value]) => [
    key,
    { value, secret: true },
  ]);
  project.write(
    "keys.json",
    JSON.stringify({
      "flotilla:fleet": { objectValue: {}, secret: false },
      "flotilla:unused": unopened,
      ...Object.fromEntries(shown),
    }),
  );
}

/** The machines that are in the stack's state, by type of resource. */
function state(ids: Readonly<Record<string, readonly unknown[]>>): void {
  const resources = Object.entries(ids).flatMap(([type, some]) =>
    some.map((id) => ({ type, id: String(id), urn: "urn" })),
  );
  const stack = { urn: "urn", type: "pulumi:pulumi:Stack" };
  const deployment = { resources: [stack, ...resources] };
  project.write("state.json", JSON.stringify({ version: 3, deployment }));
}

const good = {
  "web-1": { provider: "hetzner", size: "cx22" },
  "db-1": { provider: "digitalocean", size: { memoryMib: 2048 } },
};

/** A fleet of made hosts, with keys of theirs changed. */
function fleet(changes: Readonly<Record<string, object>>): void {
  const hosts = Object.fromEntries(
    Object.entries(good).map(([name, host]) => [
      name,
      { ...host, ...changes[name] },
    ]),
  );
  const ssh = { privateKeyFile: "id", breakGlassKeyFile: "break-glass.pub" };
  const config = { "flotilla:fleet": { ssh, hosts } };
  project.write("Pulumi.dev.yaml", YAML.stringify({ config }));
}

/** What was found, a line each: `web-1 ok size: cx22: …`; what is fine and what is to be known only where asked for. */
async function found(
  levels: readonly string[] = ["warning", "problem"],
): Promise<string[]> {
  const options = { cwd: project.directory, stack: "dev", timeout: "5" };
  const { sections } = await diagnose(options);
  return sections.flatMap(({ name, findings }) =>
    findings
      .filter(({ level }) => levels.includes(level))
      .map(({ check, level, text, fix }) =>
        [`${name} ${level} ${check}: ${text}`, fix].join(" → "),
      ),
  );
}

async function makeServer(body: object): Promise<number> {
  const { body: made } = await cloud.ask("POST /v1/servers", {
    ...{ server_type: "cx22", image: "debian-12" },
    ...body,
  });
  await cloud.settled();
  return Number(pick(made, "server", "id"));
}

async function makeDroplet(body: object): Promise<number> {
  const { body: made } = await cloud.ask("POST /v2/droplets", {
    ...{ size: "s-1vcpu-1gb", image: "debian-12-x64", region: "fra1" },
    ...body,
  });
  await cloud.settled();
  return Number(pick(made, "droplet", "id"));
}

test("a stack whose hosts are yet to be made", async () => {
  expect(await found(["ok", "warning", "problem"])).toEqual([
    "this machine ok pulumi: 3.255.0 → ",
    "this machine ok ssh-key: id → ",
    "this machine ok break-glass: break-glass.pub → ",
    expect.stringMatching(
      /^digitalocean ok token: DIGITALOCEAN_TOKEN opens 127\.0\.0\.1:\d+ → $/,
    ),
    "digitalocean ok quota: machines: 0 there, 1 to be made, 244 allowed → ",
    "db-1 ok name: dev-db-1 is free → ",
    "db-1 ok location: fra1 → ",
    "db-1 ok size: s-1vcpu-2gb: 1 cpu, 2 GiB, 50 GiB disk, USD 12.00 a month (now) → ",
    "db-1 ok image: debian-12-x64 → ",
    expect.stringMatching(
      /^hetzner ok token: hcloud:token opens 127\.0\.0\.1:\d+ → $/,
    ),
    "web-1 ok name: dev-web-1 is free → ",
    "web-1 ok location: fsn1 → ",
    "web-1 ok size: cx22: 2 cpus, 4 GiB, 40 GiB disk, EUR 3.79 a month (now) → ",
    "web-1 ok image: debian-12 → ",
  ]);
});

test("machines of its own are known by the stack's state, on every page of a list", async () => {
  const all: number[] = [];
  for (let index = 0; index < 51; index++)
    all.push(await makeServer({ name: `other-${index}` }));
  const web = await makeServer({
    name: "dev-web-1",
    labels: { "flotilla-stack": "dev" },
  });
  const db = await makeDroplet({
    name: "dev-db-1",
    tags: ["flotilla-stack:dev"],
  });
  state({
    "hcloud:index/server:Server": [web],
    "digitalocean:index/droplet:Droplet": [db],
  });
  expect(all).toHaveLength(51);
  expect(await found()).toEqual([]);
  const names = (await found(["ok"])).filter((one) => / name: /.test(one));
  expect(names).toEqual([
    `db-1 ok name: dev-db-1 is number ${db} → `,
    `web-1 ok name: dev-web-1 is number ${web} → `,
  ]);
});

const setToken = "pulumi config set --secret hcloud:token";

test.each([
  [
    "no token",
    {},
    /^hetzner problem token: there is none → (.*), or HCLOUD_TOKEN in the environment$/,
  ],
  [
    "a token of another form",
    { "hcloud:token": "canary" },
    /^hetzner problem token: hcloud:token is no token of Hetzner Cloud: those have 64 characters → (.*)$/,
  ],
  [
    "a token with a line break",
    { "hcloud:token": `canary${"x".repeat(57)}\n` },
    /^hetzner problem token: hcloud:token is no token of Hetzner Cloud: .* → (.*)$/,
  ],
  [
    "a wrong token",
    { "hcloud:token": `canary${"x".repeat(58)}` },
    /^hetzner problem token: 127\.0\.0\.1:\d+ does not accept hcloud:token → set a token of Hetzner Cloud's that is valid: (.*)$/,
  ],
])(
  "fails for %s, which is not shown, and names the key to set",
  async (_, values, line) => {
    keys(values);
    const lines = await found();
    expect(lines).toHaveLength(1);
    expect(line.exec(lines[0] ?? "")?.[1]).toBe(setToken);
    expect(lines.join()).not.toContain("canary");
  },
);

test.each([
  [
    "a size that is not sold",
    { "web-1": { size: "cx23" } },
    "web-1 problem size: hosts.web-1.size: Hetzner Cloud sells no cx23 → set it to cx22",
  ],
  [
    "a size of the list that is not sold any more",
    { "db-1": { size: { cpus: 8 } } },
    "db-1 problem size: hosts.db-1.size: DigitalOcean sells no s-8vcpu-16gb → ask for less, or take another location",
  ],
  [
    "a location that is not there",
    { "web-1": { location: "ash" } },
    "web-1 problem location: hosts.web-1.location: Hetzner Cloud makes no machines at ash → take one of fsn1, nbg1, hel1",
  ],
  [
    "an image that is not there",
    { "web-1": { image: "debian-13" } },
    /^web-1 problem image: hosts\.web-1\.image: Hetzner Cloud has no debian-13 → /,
  ],
  [
    "a snapshot that is not there",
    { "db-1": { image: "4711" } },
    /^db-1 problem image: hosts\.db-1\.image: DigitalOcean has no 4711 → /,
  ],
])("fails for %s", async (_, changes, line) => {
  fleet(changes);
  expect(await found()).toEqual([
    typeof line === "string" ? line : expect.stringMatching(line),
  ]);
});

test("fails for a name that somebody else's machine has", async () => {
  const server = await makeServer({ name: "dev-web-1" });
  const droplet = await makeDroplet({ name: "dev-db-1" });
  expect(await found()).toEqual([
    `db-1 problem name: dev-db-1 is taken: number ${droplet} is not this stack's → rename or delete that machine, or give hosts.db-1 or the stack another name`,
    `web-1 problem name: dev-web-1 is taken: number ${server} is not this stack's → rename or delete that machine, or give hosts.web-1 or the stack another name`,
  ]);
});

test("machines with the stack's label that are in nobody's state are named, and machines of the state that are gone", async () => {
  const labels = { "flotilla-stack": "dev", "flotilla-host": "old" };
  const server = await makeServer({ name: "dev-old", labels });
  const tags = ["flotilla-stack:dev"];
  const droplet = await makeDroplet({ name: "dev-old", tags });
  await makeServer({ name: "test-old", labels: { "flotilla-stack": "test" } });
  await makeDroplet({ name: "test-old", tags: ["flotilla-stack:dev2"] });
  state({ "hcloud:index/server:Server": [4711] });
  const text =
    "carries the label of stack dev and is in nobody's state → delete it in";
  expect(await found()).toEqual([
    expect.stringContaining(
      `digitalocean warning orphan: dev-old (number ${droplet}) ${text}`,
    ),
    expect.stringContaining(
      `hetzner warning orphan: dev-old (number ${server}) ${text}`,
    ),
    expect.stringContaining(
      "hetzner warning gone: machine number 4711 is in the stack's state, and not there",
    ),
  ]);
});

test("without the state, nobody's machines are called nobody's", async () => {
  await makeServer({ name: "dev-old", labels: { "flotilla-stack": "dev" } });
  project.write("state.json", "{");
  const lines = await found();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^this machine warning state: the stack's state cannot be read/,
  );
});

test("what is wrong with the configuration and on this machine is told beside the rest", async () => {
  project.chmod("id", 0o644);
  fleet({ "web-1": { colour: "red" } });
  vi.stubEnv("DIGITALOCEAN_TOKEN", "");
  const lines = await found();
  project.chmod("id", 0o600);
  expect(lines.map((line) => line.split(" → ")[0])).toEqual([
    "this machine problem configuration: hosts.web-1.colour: is an unknown key",
    "this machine warning ssh-key: others can read id (mode 0644)",
    "digitalocean problem token: there is none",
  ]);
});

test("stand-ins of plugins are told", async () => {
  const folder = `home/plugins/resource-hcloud-v${hcloud.version}`;
  project.write(`${folder}/STAND-IN`, "a stand-in\n");
  project.write(
    `home/plugins/resource-tls-v${tls.version}/PulumiPlugin.yaml`,
    "",
  );
  const lines = await found(["ok", "warning"]);
  expect(lines.slice(1, 3)).toEqual([
    `this machine ok plugins: tls ${tls.version} → `,
    expect.stringMatching(
      `^this machine warning plugins: stand-ins in use: hcloud ${hcloud.version} → `,
    ),
  ]);
  rmSync(path.join(project.directory, "home"), { recursive: true });
});

test("a stack that is yet to be made has a token in the environment, and no state", async () => {
  project.write("bin/pulumi", pulumiThatSays("no stack named 'dev' found"));
  vi.stubEnv("HCLOUD_TOKEN", tokens.hetzner);
  expect(await found()).toEqual([]);
  expect((await found(["info"]))[1]).toBe(
    "this machine info stack: is yet to be made: pulumi stack init → ",
  );
});

test.each([
  [
    "is too busy",
    { path: "/v1/servers", status: 429 },
    /^hetzner problem api: \S+ is too busy: GET \/servers\?\S+: 429 → run this again/,
  ],
  [
    "is out of order",
    { path: "/v1/locations", status: 503 },
    /^hetzner problem api: \S+ is too busy: GET \/locations\?\S+: 503 → run this again/,
  ],
  [
    "refuses a list to the token",
    { path: "/v2/droplets", status: 403 },
    /^digitalocean problem token: DIGITALOCEAN_TOKEN may not read everything that is needed \(GET \/droplets\?\S+: 403\) → set a token that may read and write: pulumi config set --secret digitalocean:token$/,
  ],
  [
    "answers with a page of somebody else's",
    { path: "/v2/sizes", status: 404, body: "<html>" },
    /^digitalocean problem api: \S+, GET \/sizes\?\S+: 404 → look at the endpoint that is set/,
  ],
])("fails when an API %s", async (_, fault, line) => {
  await cloud.ask("POST /lab/faults", fault);
  expect(await found()).toEqual([expect.stringMatching(line)]);
});

test("a token that may not see the account says nothing of the quota", async () => {
  await cloud.ask("POST /lab/faults", { path: "/v2/account", status: 403 });
  const lines = await found(["info", "warning", "problem"]);
  expect(lines.filter((line) => line.startsWith("digitalocean"))).toEqual([
    "digitalocean info quota: nobody says how many machines it allows: DigitalOcean's console does → ",
  ]);
  expect(lines.join()).not.toMatch(/ (warning|problem) /);
});

test("a provider that nobody answers for", async () => {
  vi.stubEnv("HCLOUD_ENDPOINT", "http://127.0.0.1:1/v1");
  expect(await found()).toEqual([
    expect.stringMatching(
      /^hetzner problem api: 127\.0\.0\.1:1 cannot be reached .* → look at the endpoint/,
    ),
  ]);
});

test("fails for a token that cannot be opened, whatever the environment has", async () => {
  project.write("bin/pulumi", pulumiThatSays("incorrect passphrase"));
  vi.stubEnv("HCLOUD_TOKEN", tokens.hetzner);
  const text = project.read("Pulumi.dev.yaml");
  const token = "  hcloud:token: { secure: v1:abc }\n";
  project.write("Pulumi.dev.yaml", `${text}${token}`);
  const lines = await found();
  expect(lines.map((line) => line.split(" → ")[0])).toEqual([
    "this machine problem secrets: the stack's configuration cannot be opened: incorrect passphrase",
    "this machine warning state: the stack's state cannot be read: incorrect passphrase",
    "hetzner problem token: the secret hcloud:token cannot be opened: incorrect passphrase",
  ]);
});

test("fails without Pulumi, and looks at the providers all the same", async () => {
  vi.stubEnv("PATH", project.directory);
  vi.stubEnv("HCLOUD_TOKEN", tokens.hetzner);
  const lines = await found();
  expect(lines.map((line) => line.split(" → ")[0])).toEqual([
    "this machine problem pulumi: Pulumi's command line is not on PATH",
    "this machine problem secrets: the stack's configuration cannot be opened: pulumi is not on PATH",
    "this machine warning state: the stack's state cannot be read: pulumi is not on PATH",
  ]);
});

test("fails without a stack's name", async () => {
  project.write("other.yaml", project.read("Pulumi.dev.yaml"));
  const configFile = path.join(project.directory, "other.yaml");
  const options = { cwd: project.directory, configFile, timeout: "5" };
  await expect(diagnose(options)).rejects.toThrow(FlotillaError);
  await expect(diagnose(options)).rejects.toThrow(
    /say which one it is of with --stack/,
  );
});

test("the command prints a list with marks, or JSON, with the exit code of what was found", async () => {
  const words = [launcher, "doctor", "--stack", "dev", "-C", project.directory];
  const run = (...more: string[]) =>
    execa(process.execPath, [...words, ...more], { reject: false });
  await makeServer({ name: "dev-old", labels: { "flotilla-stack": "dev" } });
  const warned = await run();
  expect(warned.stdout).toContain(
    "Hetzner Cloud:\n  ✓ token: hcloud:token opens",
  );
  expect(warned.stdout).toMatch(/\n {2}! orphan: dev-old .*\n {4}→ delete it/);
  expect(warned.stdout).toMatch(
    /\nstack dev is ready for 'pulumi up', 1 warning; nothing was changed$/,
  );
  expect([warned.exitCode, warned.stderr]).toEqual([0, ""]);
  fleet({ "web-1": { size: "cx23" } });
  const refused = await run("--json");
  expect(refused.exitCode).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    version: 1,
    stack: "dev",
    ok: false,
    providers: { hetzner: [{ check: "token" }, { check: "quota" }, {}] },
    hosts: {
      "web-1": [
        {},
        {},
        { check: "size", level: "problem", fix: "set it to cx22" },
        {},
      ],
    },
  });
  expect(refused.stdout).not.toContain(tokens.hetzner);
});
