import { afterEach, beforeEach, expect, test } from "vitest";
import { bootMachines } from "../../cli/boot-machines.ts";
import { PaperCloud, tokens } from "../lab/cloud/paper-cloud.ts";

let cloud: PaperCloud;
let served: { endpoint: string; close: () => void };
const said: string[] = [];

beforeEach(async () => {
  said.length = 0;
  cloud = await PaperCloud.open();
  served = await cloud.listen();
  await cloud.ask("POST /v1/servers", {
    name: "dev-web-1",
    server_type: "cx22",
    image: "debian-12",
  });
  await cloud.ask("POST /v2/droplets", {
    name: "dev-db-1",
    size: "s-1vcpu-1gb",
    image: "debian-12-x64",
    region: "fra1",
  });
  await cloud.settled();
});

afterEach(() => {
  served.close();
});

async function boot(): Promise<void> {
  const { endpoint } = served;
  await bootMachines({ endpoint, tokens }, (line) => said.push(line));
}

const areOn = () => cloud.hosts.allotted.map((name) => cloud.hosts.isOn(name));

test("machines that lost power boot again, at both providers", async () => {
  for (const name of cloud.hosts.allotted) await cloud.hosts.powerOff(name);
  await boot();
  expect(areOn()).toEqual([true, true]);
  expect(said).toEqual([
    "dev-web-1 has no power: booting it",
    "dev-db-1 has no power: booting it",
  ]);
});

test("machines that run are left alone", async () => {
  await boot();
  expect([areOn(), said]).toEqual([[true, true], []]);
});

test("a refusal is told with the provider's words", async () => {
  const refused = { method: "GET", path: "/servers", status: 503, times: 1 };
  await cloud.ask("POST /lab/faults", refused);
  await expect(boot()).rejects.toThrow(/the lab's cloud: \/v1\/servers.*/);
});
