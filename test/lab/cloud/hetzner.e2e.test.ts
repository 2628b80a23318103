import { rm } from "node:fs/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CloudServer } from "../../../lab/cloud/cloud-server.ts";
import { Lab } from "../../../lab/index.ts";
import { testLab } from "../../e2e/test-lab.ts";
import { makeSshKeys } from "../../ssh-keys.ts";
import { until } from "../until.ts";
import { HcloudUser } from "./hcloud.ts";

const lab = `${testLab()}-cloud`;
const cloud = new CloudServer(lab);
let operator: HcloudUser;

beforeAll(async () => {
  operator = await HcloudUser.arrive();
  await cloud.down();
  operator.connect(await cloud.start());
  await hcloud("ssh-key create --name me --public-key-from-file operator.pub");
  await createServer("web-1", "--label role=web");
  await createServer("db-1", "--label role=db");
  for (const server of ["web-1", "db-1"]) await isReady(server);
});

afterAll(async () => {
  await cloud.down();
  await rm((await Lab.open({ name: lab })).folder, { recursive: true });
  await operator.leave();
});

const hcloud = (words: string) => operator.hcloud(words);

async function createServer(name: string, more: string): Promise<void> {
  const what = "--type cx22 --image debian-12 --ssh-key me";
  const told = "--user-data-from-file user-data";
  await hcloud(`server create --name ${name} ${what} ${told} ${more}`);
}

/** Waits until cloud-init is done, on a host that shows the posted host key. */
async function isReady(server: string): Promise<void> {
  await until(`${server} to let ops in`, async () => {
    const ran = await operator.trySsh(server, "cloud-init status --wait");
    return ran.exitCode === 0;
  });
}

describe("a server that hcloud has made", () => {
  test("has done what its user data says, and lets the key's owner in as root too", async () => {
    const look = "hostname; sudo cat /root/first-boot; cloud-init status";
    expect((await operator.ssh("web-1", look)).split("\n")).toEqual([
      "web-1",
      "from user data",
      "status: done",
    ]);
    expect(await operator.ssh("web-1", "id -un", "root")).toBe("root");
  });

  test("is refused when another host key is expected of it", async () => {
    const hostKey = makeSshKeys().public;
    const { stderr } = await operator.trySsh("web-1", "true", { hostKey });
    expect(stderr).toContain("Host key verification failed");
  });

  test("is listed by its labels, and described", async () => {
    const list = "server list -l role=web -o noheader -o columns=name,status";
    expect(await hcloud(list)).toMatch(/^web-1 +running$/);
    const text = await hcloud("server describe web-1");
    expect(text).toContain(await operator.address("web-1"));
    expect(text).toMatch(/role: *web/);
  });
});

describe("a firewall", () => {
  const reaches = async () => answers(await operator.address("web-1"));

  test("lets through what its rules say and nothing else, for a server and for those with a label", async () => {
    const serve = "python3 -m http.server --bind :: 8080";
    await operator.ssh("web-1", `sudo systemd-run --quiet ${serve}`);
    await until("port 8080", async () => (await reaches()).every(Boolean));
    await hcloud("firewall create --name fw");
    const rule = "firewall add-rule fw --direction in --protocol tcp";
    await hcloud(`${rule} --port 22 --source-ips 0.0.0.0/0`);
    await hcloud("firewall apply-to-resource fw --type server --server web-1");
    expect(await reaches()).toEqual([false, false]);
    const neighbour = await operator.address("db-1");
    await hcloud(`${rule} --port 8080 --source-ips ${neighbour}/32`);
    expect(await reaches()).toEqual([false, true]);
    expect(await operator.ssh("web-1", "hostname")).toBe("web-1");

    const { stderr } = await operator.tryHcloud("firewall delete fw");
    expect(stderr).toContain("firewall is in use (resource_in_use)");
    const target = "fw --type label_selector --label-selector role=web";
    await hcloud(`firewall apply-to-resource ${target}`);
    await hcloud(
      "firewall remove-from-resource fw --type server --server web-1",
    );
    expect(await reaches()).toEqual([false, true]);
    await hcloud("server remove-label web-1 role");
    expect(await reaches()).toEqual([true, true]);
    await hcloud("server add-label web-1 role=web");
    expect(await reaches()).toEqual([false, true]);
  });

  test("stands in front of its servers when the API has been started again", async () => {
    await cloud.stop();
    operator.connect(await cloud.start());
    expect(await reaches()).toEqual([false, true]);
    expect(await hcloud("firewall describe fw")).toContain("role=web");
  });
});

/** Whether an address answers on port 8080, to this machine and to the neighbour. */
async function answers(host: string): Promise<boolean[]> {
  const words = `-sf -m 1 -o /dev/null http://${host}:8080/`;
  const here = await execa("curl", words.split(" "), { reject: false });
  const there = await operator.trySsh("db-1", `curl ${words}`);
  return [here, there].map(({ exitCode }) => exitCode === 0);
}

test("IPv6 is filtered by rules of its own, from this machine and from a neighbour", async () => {
  const address = `[${await hcloud("server ip -6 web-1")}]`;
  expect(await answers(address)).toEqual([false, false]);
  const rule = "firewall add-rule fw --direction in --protocol tcp --port 8080";
  await hcloud(`${rule} --source-ips ::/0`);
  expect(await answers(address)).toEqual([true, true]);
});

describe("a private network", () => {
  const attach = (server: string, network: string) =>
    hcloud(
      `server attach-to-network ${server} --network ${network} --ip 10.0.1.${server === "web-1" ? 5 : 6}`,
    );

  test("is reached by its members and by nobody else, another of the same range included", async () => {
    const part = "--type cloud --network-zone eu-central";
    for (const net of ["net", "other"]) {
      await hcloud(`network create --name ${net} --ip-range 10.0.0.0/16`);
      await hcloud(`network add-subnet ${net} ${part} --ip-range 10.0.1.0/24`);
    }
    await attach("web-1", "net");
    await attach("db-1", "net");
    expect(await answers("10.0.1.5")).toEqual([false, true]);
    await hcloud("server detach-from-network web-1 --network net");
    expect(await answers("10.0.1.5")).toEqual([false, false]);
    await attach("web-1", "other");
    expect(await operator.ssh("web-1", "ip -br -4 a")).toContain("10.0.1.5/32");
    expect(await answers("10.0.1.5")).toEqual([false, false]);
    // Whoever has no part in it does not get there by way of the public address either.
    const address = await operator.address("web-1");
    const route = `route add 10.0.1.5/32 via ${address}`;
    await operator.ssh("db-1", `sudo ip ${route}`);
    expect(await answers("10.0.1.5")).toEqual([false, false]);
  });
});

test("a snapshot brings back the disk of its time", async () => {
  await operator.ssh("web-1", "echo kept >before; sync");
  await hcloud("server create-image web-1 --type snapshot --description trial");
  await operator.ssh("web-1", "rm before; echo lost >after");
  const list = "image list -t snapshot -o noheader -o columns=id";
  const image = await hcloud(list);
  const address = await operator.address("web-1");
  await hcloud(`server rebuild web-1 --image ${image}`);
  expect(await operator.address("web-1")).toBe(address);
  await isReady("web-1");
  expect(await operator.ssh("web-1", "cat *")).toBe("kept");
  // Its cables are plugged in at every boot.
  expect(await operator.ssh("web-1", "ip -br -4 a")).toContain("10.0.1.5/32");
  await hcloud("network delete other");
  expect(await operator.ssh("web-1", "ip -br a")).not.toContain("enp7s0");
  await hcloud(`image delete ${image}`);
});

test("a primary IP leads to the server that has it, and to nobody when none has it", async () => {
  const make = "primary-ip create --name keep --type ipv4";
  await hcloud(`${make} --datacenter fsn1-dc14`);
  const list = "primary-ip list -o noheader";
  const row = async (ip: string) =>
    (await hcloud(list)).split("\n").find((line) => line.includes(` ${ip} `));
  const [, kept = ""] = / keep +(\S+)/.exec(await hcloud(list)) ?? [];
  const before = await operator.address("db-1");
  const [, , own = ""] = (await row(before))?.split(/ +/) ?? [];
  const isThere = async (address: string) =>
    (await operator.sshTo(address, "hostname")).stdout === "db-1";
  expect([await isThere(kept), await isThere(before)]).toEqual([false, true]);
  const { stderr } = await operator.tryHcloud(`primary-ip unassign ${own}`);
  expect(stderr).toContain("server is not stopped (server_not_stopped)");
  await hcloud("server poweroff db-1");
  await hcloud(`primary-ip unassign ${own}`);
  await hcloud("primary-ip assign keep --server db-1");
  await hcloud(`primary-ip set-rdns keep --ip ${kept} --hostname db.test`);
  await cloud.stop();
  operator.connect(await cloud.start());
  await hcloud("server poweron db-1");
  await until("db-1 at its new address", () => isThere(kept));
  expect(await isThere(before)).toBe(false);
  expect(await row(kept)).toMatch(/ keep +\S+ +Server db-1 +db\.test +no$/);
  const refused = await operator.tryHcloud("primary-ip delete keep");
  expect(refused.stderr).toContain("(must_be_unassigned)");
  await hcloud("server delete db-1");
  const isFree = async () => (await row(kept))?.includes(" - ") ?? false;
  await until("keep to be free", isFree);
  expect(await isThere(kept)).toBe(false);
  for (const name of ["keep", own]) await hcloud(`primary-ip delete ${name}`);
  expect(await hcloud(list)).not.toContain(kept);
});

test("what is deleted is gone, its host with it", async () => {
  await hcloud("server delete web-1");
  const list = "server list -o noheader -o columns=name";
  await until("no server", async () => (await hcloud(list)) === "");
  expect((await Lab.open({ name: lab })).status()).toEqual([]);
});
