import fc from "fast-check";
import { expect, test } from "vitest";
import type { HardeningConfig } from "../../../components/hardening/config.ts";
import {
  hardeningGates,
  hardeningItems,
  hardeningOf,
  hardeningPackages,
  type HardeningParts,
} from "../../../components/hardening/plan.ts";
import { keyExchange } from "../../../components/hardening/sshd.ts";
import { parseItems } from "../../../provider/operations/index.ts";

const parts = [
  ...(["sshd", "sysctl", "loginDefs", "modules"] as const),
  ...(["unattendedUpgrades", "fail2ban"] as const),
] as const;

const debian = { os: "debian 12", sshPort: 22 };

function keys(wanted: HardeningParts): string[] {
  return Object.keys(hardeningItems(wanted, debian));
}

function without(...off: readonly (keyof HardeningParts)[]): HardeningParts {
  return Object.fromEntries(off.map((part) => [part, false]));
}

test("all parts are on, and any of them can be left out, with what it needs", () => {
  const all = keys({});
  for (const part of parts) {
    const only = keys(without(...parts.filter((one) => one !== part)));
    const others = keys(without(part));
    expect(only.length).toBeGreaterThan(0);
    expect([...only, ...others].sort()).toEqual([...all].sort());
  }
  expect(hardeningPackages(without("fail2ban"))).toEqual([
    "unattended-upgrades",
  ]);
  expect(hardeningPackages(without(...parts))).toEqual([]);
  expect(hardeningGates(without("fail2ban"))).toEqual({});
});

test("the provider takes every item", () => {
  const plain = Object.entries(hardeningItems(without("sshd"), debian));
  expect(parseItems(Object.fromEntries(plain)).size).toBe(plain.length);
});

test("a kernel parameter stands in the file and runs, one's own wins", () => {
  const items = hardeningItems(
    { sysctl: { set: { "kernel.sysrq": "176", "vm.swappiness": "10" } } },
    debian,
  );
  expect(items["sysctl:kernel.sysrq"]).toEqual({ value: "176" });
  expect(items["sysctl:vm.swappiness"]).toEqual({ value: "10" });
  const { template } = items["file:/etc/sysctl.d/zz-flotilla.conf"] as {
    template: string;
  };
  for (const key of Object.keys(items)) {
    if (!key.startsWith("sysctl:")) continue;
    expect(template).toContain(`\n-${key.slice("sysctl:".length)} = `);
  }
  expect(template).toContain("\n-kernel.sysrq = 176\n");
});

test("no parameter is set that a running kernel does not take back", () => {
  for (const name of [
    ...["kernel.unprivileged_bpf_disabled", "kernel.kexec_load_disabled"],
    ...["kernel.modules_disabled", "kernel.perf_event_paranoid"],
  ]) {
    expect(keys({})).not.toContain(`sysctl:${name}`);
  }
});

test("Debian 12 gets the policy's key exchanges, other systems keep their newer ones", () => {
  expect(keyExchange("debian 12")).not.toContain("nistp");
  expect(keyExchange("debian 12").split(",")).toHaveLength(7);
  expect(keyExchange("debian 13")).toMatch(/^-ecdh-sha2-\*,/);
  expect(keyExchange(undefined)).toMatch(/^-/);
});

test("nothing is hardened until it is asked for", () => {
  expect(hardeningOf(undefined, undefined)).toBeUndefined();
  expect(hardeningOf({ enabled: false }, undefined)).toBeUndefined();
  expect(hardeningOf({}, { enabled: false })).toBeUndefined();
  expect(hardeningOf({ enabled: false }, { enabled: true })).toBeDefined();
  expect(hardeningOf(undefined, {})).toBeDefined();
});

test("a host's own keys win, key by key", () => {
  const fleet: HardeningConfig = {
    sshd: { maxAuthTries: 4, tcpForwarding: true },
    fail2ban: { enabled: false, banSeconds: 60 },
    modules: { block: ["dccp"] },
  };
  expect(
    hardeningOf(fleet, {
      sshd: { tcpForwarding: false },
      fail2ban: { enabled: true },
      modules: { enabled: false },
    }),
  ).toEqual({
    sshd: { maxAuthTries: 4, tcpForwarding: false },
    sysctl: {},
    loginDefs: {},
    modules: false,
    unattendedUpgrades: {},
    fail2ban: { banSeconds: 60 },
  });
});

test("a part that is on for the fleet is on for every host that does not say otherwise", () => {
  const part = fc.record({ enabled: fc.boolean() }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.option(part), fc.option(part), (fleet, host) => {
      const merged = hardeningOf(
        { modules: fleet ?? undefined },
        { modules: host ?? undefined },
      );
      const isOn = host?.enabled ?? fleet?.enabled ?? true;
      expect(merged?.modules).toEqual(isOn && {});
    }),
  );
});
