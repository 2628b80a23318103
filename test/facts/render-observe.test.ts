import { expect, test } from "vitest";
import { renderObserve } from "../../provider/facts/index.ts";
import { parseItems } from "../../provider/operations/index.ts";

function render(items: Record<string, unknown>): string[] {
  const text = renderObserve({
    manifestId: "it's",
    items: parseItems(items).values(),
  });
  expect(text.endsWith("\nobserve_complete\n")).toBe(true);
  return text.split("\n").slice(0, -2);
}

test("a manifest without items asks for the machine, its jobs and its ledger", () => {
  expect(render({})).toEqual([
    "attempt 'host' observe_host",
    "attempt 'generation' observe_generation",
    `attempt 'ledger' observe_ledger 'it'\\''s'`,
    `attempt 'jobs' observe_jobs 'it'\\''s'`,
  ]);
});

test("items of a kind are asked for in one call, and units that are told of changes too", () => {
  const notify = [{ unit: "app.service", action: "reload" }];
  const calls = render({
    "file:/b": { template: "", notify },
    "link:/a $x": { target: "/y" },
    "package:nginx": {},
    "package:curl": {},
    "unit:nginx.service": {},
    "release:/srv/www": { source: "/x", files: {} },
    "nftables:flotilla": { rules: {}, sshPort: 22 },
    "sshd:/etc/ssh/sshd_config.d/c.conf": { template: "" },
    "setting:/etc/d:KEY": { value: "x", separator: "equals" },
    "sysctl:kernel.b": { value: "1" },
    "sysctl:kernel.a": { value: "1" },
  });
  expect(calls.slice(4)).toEqual([
    "attempt 'observe_paths' observe_paths '/a $x' '/b' '/etc/ssh/sshd_config.d/c.conf'",
    "attempt 'observe_packages' observe_packages 'curl' 'nginx'",
    "attempt 'observe_units' observe_units 'app.service' 'nginx.service'",
    "attempt '/srv/www' observe_release '/srv/www'",
    "attempt 'flotilla' observe_nftables 'flotilla'",
    "attempt '/etc/d:KEY' observe_setting '/etc/d' 'KEY' 'equals'",
    "attempt 'observe_sysctls' observe_sysctls 'kernel.a' 'kernel.b'",
  ]);
});

test("accounts are asked for with the groups that they need and the numbers that they want", () => {
  const calls = render({
    "user:alice": { uid: 1500, groups: ["dev", "adm"] },
    "user:bob": {},
  });
  expect(calls.slice(4)).toEqual([
    "attempt 'observe_users' observe_users 'alice' 'bob'",
    "attempt 'observe_groups' observe_groups 'adm' 'alice' 'bob' 'dev'",
    "attempt 'observe_uids' observe_uids '1500'",
  ]);
});

test("whoever owns a path under another kind is asked for too", () => {
  expect(render({ "file:/b": { template: "" } })[2]).toBe(
    `attempt 'ledger' observe_ledger 'it'\\''s' 'absent:/b' 'directory:/b' 'file:/b' 'link:/b'`,
  );
});

test("a drop-in of sshd may be owned as a file, and a setting's file as a whole", () => {
  const ledger = (items: Record<string, unknown>) => render(items)[2];
  expect(
    ledger({ "sshd:/etc/ssh/sshd_config.d/c.conf": { template: "" } }),
  ).toContain(
    "'file:/etc/ssh/sshd_config.d/c.conf' 'link:/etc/ssh/sshd_config.d/c.conf' 'sshd:/etc/ssh/sshd_config.d/c.conf'",
  );
  expect(
    ledger({ "file:/etc/ssh/sshd_config.d/c.conf": { template: "" } }),
  ).toContain("'sshd:/etc/ssh/sshd_config.d/c.conf'");
  expect(ledger({ "setting:/etc/d:KEY": { value: "x" } })).toContain(
    "'file:/etc/d' 'setting:/etc/d:KEY'",
  );
});

test("nginx is looked at when a file of its configuration is declared", () => {
  expect(render({ "file:/b": { template: "", validate: "nginx" } })).toContain(
    "attempt 'observe_units' observe_units 'nginx.service'",
  );
});

test("many paths are split into calls that fit an argument list", () => {
  const items = Object.fromEntries(
    Array.from({ length: 450 }, (_, n) => [`absent:/x/${String(n)}`, {}]),
  );
  const calls = render(items).filter((call) => call.includes("observe_paths "));
  expect(calls).toHaveLength(3);
  expect(calls.join(" ").match(/'\/x\/\d+'/g)).toHaveLength(450);
});
