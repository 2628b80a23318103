import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Lab } from "../lab.ts";
import { renderSshArguments } from "../ssh.ts";
import { dropletHost } from "./digitalocean/droplet.ts";
import { hostName } from "./hetzner/server.ts";
import { loadCloudState } from "./state.ts";

/** The lab's host behind each droplet and server, by the name that its maker gave it. */
export async function labMachines(
  lab: Lab,
): Promise<ReadonlyMap<string, string>> {
  const file = path.join(lab.folder, "cloud", "state.json");
  const { hetzner, digitalocean } = await loadCloudState(file);
  return new Map([
    ...Object.values(hetzner.servers).map(
      (server) => [server.name, hostName(server)] as const,
    ),
    ...Object.values(digitalocean.droplets).map(
      (droplet) => [droplet.name, dropletHost(droplet)] as const,
    ),
  ]);
}

/** Hosts that were made through the APIs are changed through them: the providers would not know of it. */
export async function refuseMachines(lab: Lab): Promise<void> {
  const names = [...(await labMachines(lab)).keys()];
  if (names.length === 0) return;
  throw new Error(
    `hosts of lab ${lab.name} were made through its cloud (${names.join(", ")}): \`cloud down\` throws all of it away`,
  );
}

/**
 * Arguments for OpenSSH that reach a machine as the lab's user, at the port and with the host keys that its sshd has
 * right now: the lab asks on the machine itself, and the network has no say in it.
 */
export async function machineSshArguments(
  lab: Lab,
  name: string,
): Promise<string[]> {
  const machines = await labMachines(lab);
  const host = machines.get(name);
  if (host === undefined) {
    const names = [...machines.keys()].join(", ");
    throw new Error(
      `no machine ${name} in this lab's cloud (it has: ${names})`,
    );
  }
  const { stdout, stderr, exitCode } = await lab.exec(host, wayIn);
  if (exitCode !== 0) throw new Error(`${name}: sshd says ${stderr.trim()}`);
  const [port = "", ...keys] = stdout.trim().split("\n");
  const knownHostsFile = path.join(lab.folder, "cloud", `${host}.known_hosts`);
  await writeFile(
    knownHostsFile,
    keys.map((key) => `${host} ${key}\n`).join(""),
  );
  const options = ["-p", port, "-o", `HostKeyAlias=${host}`];
  const destination = `${lab.user}@${lab.address(host)}`;
  const { keyFile } = lab;
  return [
    ...options,
    ...renderSshArguments({ destination, keyFile, knownHostsFile }),
  ];
}

/** Says sshd's first port, and the public half of each of its keys; by default it looks for some that are not there. */
const wayIn = [
  "bash",
  "-c",
  `set -Eeuo pipefail
settings=$(sshd -T)
awk '$1 == "port" { print $2; exit }' <<<"$settings"
for key in $(awk '$1 == "hostkey" { print $2 }' <<<"$settings"); do
  if [[ -e $key ]]; then ssh-keygen -y -f "$key" | cut -d' ' -f1,2; fi
done`,
];
