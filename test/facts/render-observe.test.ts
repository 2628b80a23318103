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
  });
  expect(calls.slice(4)).toEqual([
    "attempt 'observe_paths' observe_paths '/a $x' '/b'",
    "attempt 'observe_packages' observe_packages 'curl' 'nginx'",
    "attempt 'observe_units' observe_units 'app.service' 'nginx.service'",
    "attempt '/srv/www' observe_release '/srv/www'",
    "attempt 'flotilla' observe_nftables 'flotilla'",
  ]);
});

test("whoever owns a path under another kind is asked for too", () => {
  expect(render({ "file:/b": { template: "" } })[2]).toBe(
    `attempt 'ledger' observe_ledger 'it'\\''s' 'absent:/b' 'directory:/b' 'file:/b' 'link:/b'`,
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
