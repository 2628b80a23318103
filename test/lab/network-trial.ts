// Run by network.e2e.test.ts in a network namespace of its own: what the network leaves and takes away.
import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { parseRange } from "../../lab/addresses.ts";
import { releaseNetwork, withNetwork } from "../../lab/network.ts";

const [cidr = "10.86.0.0/16"] = process.argv.slice(2);

async function look() {
  const { stdout: links } = await execa("ip", ["-brief", "-4", "address"]);
  const { stdout: rules } = await execa("nft", ["list", "ruleset"]);
  const forward = await readFile("/proc/sys/net/ipv4/ip_forward", "utf8");
  return { links, rules, forward: forward.trim() };
}

const before = await look();
const during = await withNetwork(
  parseRange(cidr),
  () => Promise.resolve(),
  look,
);
let ended = 0;
const plugged = process.argv.includes("--plugged");
if (plugged) {
  await execa("ip", ["link", "add", "cable", "type", "veth"]);
  await execa("ip", ["link", "set", "cable", "master", "flotilla0"]);
}
await releaseNetwork(() => {
  ended++;
  return Promise.resolve();
});
process.stdout.write(
  JSON.stringify({ before, during, after: await look(), ended }),
);
