import { expect, test } from "vitest";
import {
  describeChange,
  desired,
  parseItems,
} from "../../provider/operations/index.ts";

interface Line {
  old?: Record<string, unknown>;
  new: Record<string, unknown>;
  observed?: Record<string, string>;
  unknown?: string[];
}

function line(of: Line): string {
  const newItems = parseItems(of.new);
  const wanted: Record<string, string | undefined> = Object.fromEntries(
    [...newItems.values()].map((item) => [item.key, desired(item, "key")]),
  );
  for (const key of of.unknown ?? []) wanted[key] = undefined;
  return describeChange({
    oldItems: parseItems(of.old ?? {}),
    newItems,
    observed: of.observed ?? {},
    desired: wanted,
  }).join(", ");
}

const reload = { notify: [{ unit: "nginx.service", action: "reload" }] };

test("nothing to change is nothing to say", () => {
  const items = { "unit:nginx.service": {} };
  const observed = { "unit:nginx.service": "enabled active" };
  expect(line({ old: items, new: items, observed })).toBe("");
});

test("a changed file is replaced, and then its unit is told", () => {
  const key = "file:/etc/nginx/x.conf";
  expect(
    line({
      old: { [key]: { template: "a" } },
      new: { [key]: { template: "b", ...reload } },
      observed: { [key]: "0644 root:root sha256:00" },
    }),
  ).toBe(
    "file /etc/nginx/x.conf will be replaced, then nginx.service reloaded",
  );
});

test("a first apply creates, installs, enables and loads", () => {
  expect(
    line({
      new: {
        "package:nginx": {},
        "package:curl": {},
        "file:/a": { template: "", ...reload },
        "absent:/b": {},
        "unit:nginx.service": {},
        "release:/srv/www/x": { source: "/x", files: {} },
        "nftables:flotilla": { rules: {}, sshPort: 22 },
      },
    }),
  ).toBe(
    "packages curl, nginx will be installed, path /b will be removed if it exists, file /a will be created, firewall flotilla will be loaded, release /srv/www/x will be created, nginx.service will be enabled and started",
  );
});

test("drift is put back", () => {
  expect(
    line({
      new: {
        "package:nginx": {},
        "unit:nginx.service": {},
        "file:/a": { template: "x", mode: "0600" },
        "nftables:flotilla": { rules: {}, sshPort: 22 },
      },
      observed: {
        "package:nginx": "broken",
        "unit:nginx.service": "enabled failed",
        "file:/a": `0644 root:root sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881`,
        "nftables:flotilla": "drifted: + accept",
      },
    }),
  ).toBe(
    "package nginx will be repaired, file /a will be given other attributes, firewall flotilla will be loaded anew, nginx.service will be started",
  );
});

test("what is no longer declared is removed, and packages stay", () => {
  expect(
    line({
      old: { "file:/a": { template: "", ...reload }, "package:curl": {} },
      new: {},
    }),
  ).toBe(
    "file /a will be removed, package curl will be left installed, then nginx.service reloaded",
  );
});

test("a value that is not known yet counts as a change", () => {
  expect(line({ new: {}, unknown: ["file:/a"] })).toBe(
    "file /a will be created",
  );
});
