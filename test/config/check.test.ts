import { afterAll, expect, test } from "vitest";
import { checkFleet } from "../../components/config/check.ts";
import { labPassphrase } from "../../components/config/lab.ts";
import { fleetWith, goodFleet, hostKey, Project, userKey } from "./project.ts";

const project = new Project();
afterAll(() => project.remove());

test("a checked configuration has logins, ports, keys and contents", () => {
  const { fleet, privateKey } = project.check(goodFleet());
  expect(fleet.hosts["web-1"]).toMatchObject({
    address: "10.0.0.1",
    user: "admin",
    port: 22,
    hostKeys: [hostKey],
  });
  expect(fleet.hosts["db-1"]).toMatchObject({ user: "admin", port: 2222 });
  expect(fleet.sites["welcome"]?.content).toEqual({
    source: "site",
    files: { "index.html": expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    mark: "Welcome",
  });
  expect(privateKey).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----/);
});

test("a fleet whose machines are all made needs no key: the stack makes its own", () => {
  const made = { "web-1": { provider: "hetzner" } };
  const fleet = { ssh: { breakGlassKey: userKey }, hosts: made };
  expect(project.problems(fleet)).toEqual([]);
  const mixed = { ...made, "db-1": { address: "10.0.0.2", hostKey } };
  expect(project.problems({ ...fleet, hosts: mixed })).toEqual([
    "ssh: names no private key\n    → set either ssh.privateKeyFile, or ssh.privateKey: { secret: <name> }",
  ]);
});

test("machines are outside the lab, unless they are made through an API on this machine", () => {
  const environment = { PULUMI_CONFIG_PASSPHRASE: labPassphrase };
  const fleet = {
    ssh: { breakGlassKey: userKey },
    hosts: { "web-1": { provider: "hetzner" } },
  };
  expect(project.problems(fleet, environment)).toEqual([
    expect.stringContaining(
      'hosts.web-1.provider: "hetzner" makes the host outside the lab',
    ) as string,
  ]);
  const { problems } = checkFleet(fleet, {
    directory: project.directory,
    environment,
    interfaces: {},
    endpoints: { hetzner: "http://127.0.0.1:4000/v1" },
  });
  expect(problems).toEqual([]);
});

test("fails for hosts outside the lab under the lab's public passphrase", () => {
  const environment = { PULUMI_CONFIG_PASSPHRASE: labPassphrase };
  const problems = project.problems(goodFleet(), environment);
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain(
    'hosts.web-1.address: "10.0.0.1" is outside the lab\'s range 10.86.0.0/16',
  );
});

test("the lab's passphrase is accepted for hosts in the lab's range, wherever that is", () => {
  const environment = {
    PULUMI_CONFIG_PASSPHRASE: labPassphrase,
    FLOTILLA_LAB_RANGE: "10.0.0.0/16",
  };
  expect(project.problems(goodFleet(), environment)).toEqual([]);
});

test("any other passphrase accepts any host", () => {
  const environment = { PULUMI_CONFIG_PASSPHRASE: "correct horse" };
  expect(project.problems(goodFleet(), environment)).toEqual([]);
});

const elsewhere = { sshFrom: ["10.9.0.0/16"] };
const waysAround = [
  { way: "allowLockout", firewall: { ...elsewhere, allowLockout: true } },
  { way: "no firewall", firewall: { ...elsewhere, enabled: false } },
  { way: "a flow of their own", firewall: elsewhere, from: "10.0.0.100" },
];

test.each(waysAround)(
  "rules that keep this program out pass with $way",
  ({ firewall, from }) => {
    const hosts = { "web-1": { address: "10.0.0.1" } };
    const admin = { from, to: "web-1", port: 22 };
    const flows = from === undefined ? {} : { admin };
    const { ssh } = goodFleet();
    expect(project.problems({ ssh, hosts, flows, firewall })).toEqual([]);
  },
);

test("a loopback address is accepted where it is meant", () => {
  const host = { address: "127.0.0.1", hostKey, allowLocal: true };
  expect(project.problems(fleetWith(["hosts", "here"], host))).toEqual([]);
});

test("two hosts may share an address on different ports", () => {
  const host = { address: "10.0.0.1", port: 2201, hostKey };
  expect(project.problems(fleetWith(["hosts", "behind-nat"], host))).toEqual(
    [],
  );
});

test("two sites may share a port under different domains", () => {
  const site = { host: "web-1", directory: "site", domains: ["shop.eu"] };
  expect(project.problems(fleetWith(["sites", "shop"], site))).toEqual([]);
});

test("a private key that is a secret of the stack needs no file", () => {
  const fleet = goodFleet();
  fleet["ssh"] = {
    knownHostsFile: "known_hosts",
    breakGlassKeyFile: "break-glass.pub",
    privateKey: { secret: "sshKey" },
  };
  expect(project.problems(fleet)).toEqual([]);
});

test("names that begin with a dot are not published, .well-known is", () => {
  project.write("dots/index.html", "<p>page</p>");
  project.write("dots/.env", "SECRET=1");
  project.write("dots/.git/config", "");
  project.write("dots/.well-known/security.txt", "");
  project.link("dots/copy.html", "index.html");
  const site = { host: "web-1", directory: "dots" };
  const { fleet } = project.check(fleetWith(["sites", "welcome"], site));
  expect(Object.keys(fleet.sites["welcome"]?.content.files ?? {})).toEqual([
    ".well-known/security.txt",
    "copy.html",
    "index.html",
  ]);
});
