import { expect, test } from "vitest";
import { parseOutputs } from "../../cli/fleet-outputs.ts";
import { countChanges } from "../../cli/fleet-update.ts";
import {
  renderFailure,
  renderJson,
  renderSuccess,
} from "../../cli/quickstart-result.ts";

const outputs = parseOutputs({
  hosts: {
    "db-1": {
      address: "10.86.0.12",
      facts: { os: "debian 12", cpus: 2, memoryMib: 2048 },
      services: { cache: { type: "redis", address: "10.86.0.12", port: 6379 } },
    },
    "web-1": { address: "10.86.0.11", services: { web: { type: "nginx" } } },
  },
  sites: { welcome: { url: "http://10.86.0.11/", host: "web-1" } },
  passwords: { cache: "[secret]" },
});
const update = {
  succeeded: true,
  changes: { create: 12, same: 3 },
  errors: [],
};

function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- colours
  return text.replaceAll(/\u001b\[\d+m/g, "");
}

test("success shows what runs where, the site's address, and the next commands", () => {
  expect(plain(renderSuccess(outputs, update, 16.4))).toBe(`
┌───────┬────────────┬──────────────┬─────────────────┐
│ host  │ address    │ runs         │ machine         │
├───────┼────────────┼──────────────┼─────────────────┤
│ db-1  │ 10.86.0.12 │ redis :6379  │ debian 12       │
│       │            │              │ 2 cpus, 2.0 GiB │
│ web-1 │ 10.86.0.11 │ nginx        │                 │
│       │            │ site welcome │                 │
└───────┴────────────┴──────────────┴─────────────────┘

✔ The fleet is up (16 s)

  welcome  http://10.86.0.11/

Next:
  eval "$(npm run -s env)"      Pulumi for this shell: then plain pulumi preview, up, destroy
  pulumi preview --refresh      looks at every host and says what has drifted
  npm run lab -- ssh dev-web-1  a shell on the host
  npm run lab -- cloud down     throws the hosts away; the next quickstart makes others
`);
});

test("a run that changed nothing says so", () => {
  const nothing = { ...update, changes: { same: 15, refresh: 15 } };
  expect(countChanges(nothing.changes)).toBe(0);
  expect(plain(renderSuccess(outputs, nothing, 4))).toContain(
    "✔ Nothing had to change (4 s)",
  );
});

test("a failure shows every error whole and what to do", () => {
  const errors = ["web-1: nginx -t:\n  unknown directive", "db-1: unreachable"];
  expect(plain(renderFailure({ succeeded: false, changes: {}, errors }))).toBe(`
✖ web-1: nginx -t:
  unknown directive

✖ db-1: unreachable

What was done stays, what failed was rolled back: correct the cause and run npm run quickstart again.
What was made stays up: npm run lab -- status, npm run lab -- ssh dev-HOST
`);
});

test("a lock that was left behind is named with the way to lift it", () => {
  const errors = ["error: the stack is currently locked by 1 lock(s)."];
  const text = plain(renderFailure({ succeeded: false, changes: {}, errors }));
  expect(text).toContain('eval "$(npm run -s env)" && pulumi cancel --yes');
});

test("the result for programs holds hosts, sites, changes and time, and no password", () => {
  const result = JSON.parse(renderJson(outputs, update, 16.4)) as object;
  expect(Object.keys(result)).toEqual(["hosts", "sites", "changes", "seconds"]);
});

test("fails on outputs that are not a fleet's", () => {
  expect(() => parseOutputs({ hosts: { "web-1": {} } })).toThrow(/address/);
});
