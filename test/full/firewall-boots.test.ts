import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Lab } from "../../lab/index.ts";
import { testLab } from "../e2e/test-lab.ts";

/** A boot does many things at once: the more units of the kind, the surer one of them comes at a bad moment. */
const copies = 10;
const boots = 6;
const unit = path.join(
  import.meta.dirname,
  "../../host/runtime/flotilla-firewall.service",
);

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ name: testLab() });
  await lab.up(["web-1"]);
  const input = await readFile(unit);
  await onHost(install, input);
}, 300_000);

afterAll(async () => {
  await lab.down(["web-1"]);
});

const install = `
  mkdir -p /var/lib/flotilla/firewall /etc/systemd/system/sysinit.target.wants
  printf 'table inet boots {\\n chain input {\\n type filter hook input priority 0;\\n }\\n}\\n' >/var/lib/flotilla/firewall/boots.nft
  cat >/tmp/unit
  for ((n = 0; n < ${copies}; n++)); do
    cp /tmp/unit /etc/systemd/system/boots-$n.service
    ln -s ../boots-$n.service /etc/systemd/system/sysinit.target.wants/boots-$n.service
  done`;

const look = `
  timeout 60 systemctl is-system-running --wait >/dev/null || true
  nft list table inet boots | grep -c 'hook input'
  systemctl show --property=Result,NRestarts --value 'boots-*.service' | grep -v '^$' | sort | uniq -c | tr -s ' '`;

async function onHost(script: string, input?: Buffer): Promise<string> {
  const words = ["bash", "-c", `set -Eeuo pipefail\n${script}`];
  const { stdout, stderr, exitCode } = await lab.exec("web-1", words, {
    ...(input && { input }),
  });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

it(
  "the rules are there after each boot, and at the first try",
  { timeout: 600_000 },
  async () => {
    for (let boot = 0; boot < boots; boot += 1) {
      await lab.powerOff("web-1");
      await lab.powerOn("web-1");
      const found = await onHost(look);
      expect(found.trim().split(/\n */)).toEqual([
        "1",
        `${copies} 0`,
        `${copies} success`,
      ]);
    }
  },
);
