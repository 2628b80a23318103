import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countSsh, sshCount } from "../e2e/probe.ts";
import { page, TestFleet } from "../e2e/test-fleet.ts";

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.open();
  fleet.config.hosts["web-1"] = { ...onWeb(), packages: ["tree"] };
  await fleet.configure();
  await fleet.up();
});

afterAll(async () => {
  await fleet.close();
});

/** What is declared on web-1, and how it is seen there. */
const declared = [
  ["a package", "dpkg-query -Wf '${Status}' tree", "install ok installed"],
  ["a service", "systemctl is-active nginx", "active"],
  ["the firewall", "nft list table inet flotilla >/dev/null && echo on", "on"],
  ["its memory", "systemctl is-enabled flotilla-firewall", "enabled"],
] as const;

const keyFile = "/etc/ssh/ssh_host_ed25519_key";

describe("a machine of somebody's that was installed anew at the same address, with another key", () => {
  it("is refused before anything is sent, with both fingerprints and what to do", async () => {
    const known = await fingerprint();
    await countSsh(fleet, "db-1");
    await fleet.lab.reset(["web-1"]);
    await fleet.on(
      "web-1",
      `rm ${keyFile}* && ssh-keygen -q -t ed25519 -N '' -f ${keyFile} && systemctl restart ssh`,
    );
    await fleet.writeSite("index.html", page("second"));
    const { output } = await fleet.upFails();
    expect(output).toContain(`Shown: ${await fingerprint()}`);
    expect(output).toContain(`pinned: ${known}`);
    expect(output).toContain("nothing was sent");
    expect(output).toContain("name web-1 in 'replace'");
    for (const [what, look, seen] of declared)
      expect(await onHost(look), what).not.toBe(seen);
  });

  it("has everything put on it again, once its new key is pinned and its name stands in replace", async () => {
    const hostKey = await onHost(`cut -d ' ' -f 1,2 ${keyFile}.pub`);
    fleet.config.hosts["web-1"] = { ...onWeb(), hostKey };
    await replace(["web-1"]);
    const { output } = await fleet.up();
    expect(output).toContain("web-1 stands in replace");
    for (const [what, look, seen] of declared)
      expect(await onHost(look), what).toBe(seen);
    expect(await body()).toBe(page("second"));
  });

  it("has nothing done twice while its name stands there, and nothing when it is taken out", async () => {
    const before = await work();
    await fleet.up();
    expect(await work()).toBe(before);
    await replace([]);
    await countSsh(fleet, "web-1");
    const { output } = await fleet.up();
    expect(output).toMatch(/Resources:\s+~ 1 updated\s+\d+ unchanged\s/);
    expect((await sshCount(fleet, "web-1")).connections).toBe(0);
  });

  it("was no business of the other host: nobody has connected to it", async () => {
    expect((await sshCount(fleet, "db-1")).connections).toBe(0);
  });
});

function onWeb(): Record<string, unknown> {
  return fleet.config.hosts["web-1"];
}

async function replace(names: readonly string[]): Promise<void> {
  Object.assign(fleet.config, { replace: names });
  await fleet.configure();
}

/** What a look on the new machine says, also where it fails. */
async function onHost(look: string): Promise<string> {
  return fleet.on("web-1", `${look} 2>/dev/null || true`);
}

async function fingerprint(): Promise<string> {
  return onHost(`ssh-keygen -lf ${keyFile}.pub | cut -d ' ' -f 2`);
}

/** When packages were installed and nginx was started. */
async function work(): Promise<string> {
  return onHost(
    "wc -l </var/log/dpkg.log; systemctl show -P ExecMainStartTimestamp nginx",
  );
}

async function body(): Promise<string> {
  const site = await fetch(`http://${fleet.address("web-1")}/`);
  return site.text();
}
