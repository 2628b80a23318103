import { expect, test } from "vitest";
import type { CloudProvider } from "../../../components/clouds/config.ts";
import { Fleet, Provider } from "../../../components/index.ts";
import { smallFleet } from "../fleets.ts";
import { made, type Recorded } from "../recording.ts";

/** The small fleet, its web server made at one provider, with an address that stays. */
async function make(
  provider: CloudProvider,
  generation = "1",
): Promise<(type: string, name: string) => Recorded> {
  const fleet = smallFleet();
  const location = provider === "hetzner" ? "hel1" : "nyc3";
  const cloud = {
    ...{ provider, location, generation, image: "debian-12", size: "small" },
    ...{ reservedAddress: true, replaceOnUserDataChange: false },
  };
  const hosts = { ...fleet.hosts, "web-1": { user: "root", port: 22, cloud } };
  const publicKey = "ssh-ed25519 AAAA";
  const all = await made((opts) => {
    const args = { privateKey: "PRIVATE KEY", stack: "me/fleet/test" };
    const own = new Provider("fleet", args, opts);
    const options = { ...opts, provider: own };
    return new Fleet("fleet", { ...fleet, hosts, publicKey }, options);
  });
  return (type, name) => {
    const found = all.find(
      (one) => one.type.endsWith(type) && one.name === name,
    );
    if (!found) throw new Error(`no ${type} ${name}`);
    return found;
  };
}

test("a server is made with its primary IP, which nobody else deletes", async () => {
  for (const generation of ["1", "2"]) {
    const find = await make("hetzner", generation);
    expect(find(":PrimaryIp", "web-1-address").inputs).toEqual({
      name: "test-web-1-hel1",
      type: "ipv4",
      location: "hel1",
      autoDelete: false,
      labels: { "flotilla-stack": "test", "flotilla-host": "web-1" },
    });
    expect(find(":Server", "web-1-with-address").inputs).toMatchObject({
      name: generation === "1" ? "test-web-1" : "test-web-1-2",
      publicNets: [{ ipv4Enabled: true, ipv4: 30, ipv6Enabled: true }],
    });
  }
});

test("a droplet is reached by its reserved IP, and by its own from the program and the fleet", async () => {
  const find = await make("digitalocean");
  expect(find(":ReservedIp", "web-1-address").inputs).toEqual({
    region: "nyc3",
  });
  expect(
    find(":ReservedIpAssignment", "web-1-address-assignment").inputs,
  ).toEqual({ ipAddress: "203.0.113.40", dropletId: 20 });
  expect(find(":Manifest", "web-1").inputs["host"]).toMatchObject({
    connection: { address: "203.0.113.20" },
  });
  const gate = JSON.stringify(find(":Manifest", "public-web").inputs);
  expect(gate).toContain("203.0.113.40");
  const rules = JSON.stringify(find(":Manifest", "db-1-firewall").inputs);
  expect(rules).toContain("203.0.113.20");
  expect(rules).not.toContain("203.0.113.40");
});

test("another droplet has the address before the old one goes", async () => {
  const find = await make("digitalocean", "2");
  expect(find(":Droplet", "web-1-2").inputs).toMatchObject({
    name: "test-web-1-2",
  });
  find(":ReservedIp", "web-1-address");
  find(":ReservedIpAssignment", "web-1-address-assignment");
});
