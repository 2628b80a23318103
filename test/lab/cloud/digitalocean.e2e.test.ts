import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect } from "node:net";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import {
  CloudServer,
  type CloudAccess,
} from "../../../lab/cloud/cloud-server.ts";
import { Lab } from "../../../lab/index.ts";
import { testLab } from "../../e2e/test-lab.ts";
import { until } from "../until.ts";
import { HcloudUser } from "./hcloud.ts";
import { pick } from "./paper-cloud.ts";

const lab = `${testLab()}-droplets`;
const cloud = new CloudServer(lab);
const json = z.record(z.string(), z.unknown());
let operator: HcloudUser;
let access: CloudAccess;

beforeAll(async () => {
  operator = await HcloudUser.arrive();
  await cloud.down();
  access = await cloud.start();
});

afterAll(async () => {
  await cloud.down();
  await rm((await Lab.open({ name: lab })).folder, { recursive: true });
  await operator.leave();
});

/** Asks the API over its socket; gives nothing where it answers nothing. */
async function ask(request: string, body?: object): Promise<unknown> {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(`${access.endpoint}/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${access.tokens.digitalocean}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${request}: ${text}`);
  return json.parse(text === "" ? {} : JSON.parse(text));
}

test("a droplet takes its user data, is filtered by its tag, and is gone when it is deleted", async () => {
  const { publicKey, userData } = operator.files;
  const key = await ask("POST /account/keys", {
    name: "me",
    public_key: publicKey,
  });
  const made = await ask("POST /droplets", {
    name: "app-1",
    region: "fra1",
    size: "s-1vcpu-1gb",
    image: "debian-12-x64",
    ssh_keys: [pick(key, "ssh_key", "id")],
    user_data: userData,
    tags: ["app"],
  });
  const droplet = `/droplets/${String(pick(made, "droplet", "id"))}`;
  const shown = async () => pick(await ask(`GET ${droplet}`), "droplet");
  await until("active", async () => pick(await shown(), "status") === "active");
  const [network] = pick(await shown(), "networks", "v4") as unknown[];
  const address = String(pick(network, "ip_address"));
  await until("ops is let in", async () => {
    const ran = await operator.sshTo(address, "cloud-init status --wait");
    return ran.exitCode === 0;
  });
  const look = "hostname; nproc; sudo cat /root/first-boot";
  const { stdout } = await operator.sshTo(address, look);
  expect(stdout).toBe("app-1\n1\nfrom user data");

  const zone = "/domains/example.test";
  await ask("POST /domains", { name: "example.test" });
  await ask(`POST ${zone}/records`, { type: "A", name: "app", data: address });
  const lookup = "getent hosts app.example.test";
  const named = await operator.sshTo(address, lookup);
  expect(named.stdout).toMatch(new RegExp(`^${address} +app.example.test$`));
  const [server = ""] = (
    await operator.sshTo(address, "cat /etc/resolv.conf")
  ).stdout
    .split("\n")
    .flatMap((line) => /^nameserver (\S+)$/.exec(line)?.[1] ?? []);
  const resolver = new Resolver();
  resolver.setServers([server]);
  expect(await resolver.resolve4("app.example.test")).toEqual([address]);
  await ask(`DELETE ${zone}`);

  const serve = "sudo systemd-run --quiet python3 -m http.server 8080";
  await operator.sshTo(address, serve);
  const reaches = async () => {
    const words = ["-s", "-m", "1", `http://${address}:8080/`];
    return !(await execa("curl", words, { reject: false })).failed;
  };
  await until("port 8080", reaches);
  await ask("POST /firewalls", {
    name: "ssh-only",
    inbound_rules: [
      { protocol: "tcp", ports: "22", sources: { addresses: ["0.0.0.0/0"] } },
    ],
    outbound_rules: [],
    tags: ["app"],
  });
  expect(await reaches()).toBe(false);
  // Nothing is let out either: not even to the lab's package cache on this machine.
  const out = await operator.sshTo(
    address,
    "eval $(apt-config shell proxy Acquire::http::Proxy); curl -s -m 1 $proxy",
  );
  expect(out.exitCode).toBe(28);
  // A reserved address is filtered as the droplet's own.
  const region = { region: "fra1" };
  const reserved = await ask("POST /reserved_ips", region);
  const kept = String(pick(reserved, "reserved_ip", "ip"));
  const reachesKept = async (port: number) => {
    const socket = connect({ host: kept, port, timeout: 1000 });
    const opened = await Promise.race([
      once(socket, "connect").then(
        () => true,
        () => false,
      ),
      once(socket, "timeout").then(() => false),
    ]);
    socket.destroy();
    return opened;
  };
  expect(await reachesKept(22)).toBe(false);
  const droplet_id = pick(made, "droplet", "id");
  const act = (body: object) => ask(`POST /reserved_ips/${kept}/actions`, body);
  await act({ type: "assign", droplet_id });
  expect([await reachesKept(22), await reachesKept(8080)]).toEqual([
    ...[true, false],
  ]);
  await ask("DELETE /tags/app");
  expect([await reaches(), await reachesKept(8080)]).toEqual([true, true]);
  // What the droplet sends comes from its own address.
  const sent = await operator.sshTo(address, `ip route get 192.0.2.1`);
  expect(sent.stdout).toContain(`src ${address} `);
  await act({ type: "unassign" });
  expect(await reachesKept(22)).toBe(false);
  await ask(`DELETE /reserved_ips/${kept}`);

  await ask(`DELETE ${droplet}`);
  await expect(shown()).rejects.toThrow("could not be found");
  expect((await Lab.open({ name: lab })).status()).toEqual([]);
});
