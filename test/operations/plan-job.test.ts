import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gate, type GateArgs } from "../../manifest/gates.ts";
import { publicHalfOfHostKey } from "../../manifest/host-key.ts";
import type { ItemKey } from "../../manifest/items.ts";
import { parseObservation } from "../../provider/facts/index.ts";
import {
  desired,
  parseItems,
  planDelete,
  planJob,
  releaseDigest,
  renderNftables,
  renderPlan,
  seen,
  type Items,
  type JobInput,
  type ManifestItem,
} from "../../provider/operations/index.ts";
import { manifestItems } from "./items.ts";
import { convergedPostgres, missingPostgres } from "./postgres-records.ts";

const MANIFEST_ID = "site";

function input(
  items: Items,
  records: string[],
  more: Partial<JobInput> = {},
): JobInput {
  return {
    manifestId: MANIFEST_ID,
    lockOwner: "fleet/dev on laptop, pid 7",
    observation: parseObservation(
      ["generation\t3", ...records, "complete", ""].join("\n"),
    ),
    digestKey: "key",
    deadlineSeconds: 60,
    lockWaitSeconds: 5,
    attempt: 1,
    login: { user: "root", publicKey: "" },
    items,
    previousItems: new Map(),
    gates: {},
    ...more,
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Records of a host on which an item is exactly as wanted. */
function converged(item: ManifestItem): string[] {
  const { name } = item;
  switch (item.kind) {
    case "package":
      return [`package\t${name}\tinstalled\t${item.body.version ?? "1"}\tok`];
    case "file":
      return [
        `path\t${name}\tfile\t${item.body.mode}\troot\troot\t${sha256(item.body.template)}`,
      ];
    case "directory":
      return [`path\t${name}\tdirectory\t${item.body.mode}\troot\troot\t-`];
    case "link":
      return [`path\t${name}\tlink\t0777\troot\troot\t${item.body.target}`];
    case "absent":
      return [`path\t${name}\tmissing\t-\t-\t-\t-`];
    case "unit": {
      const active = item.body.active ? "active" : "inactive";
      const enabled = item.body.enabled ? "enabled" : "disabled";
      return [`unit\t${name}\tloaded\t${active}\t${enabled}\tno`];
    }
    case "release":
      return [
        `release\t${name}\t${releaseDigest(item.body.files)}`,
        ...Object.entries(item.body.files).map(
          ([path, hash]) => `release-file\t${name}\t${path}\t${hash}`,
        ),
      ];
    case "nftables": {
      const digest = sha256(renderNftables(name, item.body)).slice(0, 32);
      return [`nftables\t${name}\tloaded\t${digest}\tclean`];
    }
    case "sshd":
      return [
        `path\t${name}\tfile\t0644\troot\troot\t${sha256(item.body.template)}`,
      ];
    case "host-key":
      return [
        `host-key\t${name}\tfound\t${publicHalfOfHostKey(item.body.privateKey) ?? ""}`,
      ];
    case "setting":
      return [`setting\t${name}\t1\t${item.body.value}`];
    case "sysctl":
      return [`sysctl\t${name}\tfree\t${item.body.value}`];
    case "postgres-cluster":
    case "postgres-role":
    case "postgres-database":
    case "postgres-grant":
      return convergedPostgres(item);
    case "user": {
      const { uid = 1001, groups, shell, comment } = item.body;
      const account = `user\t${name}\t${String(uid)}\t${name}\t${groups.join(",") || "-"}`;
      return [
        `${account}\tlocked\tno\t/home/${name}\t${shell}\t${comment}`,
        ...groups.map((group) => `group\t${group}`),
      ];
    }
  }
}

/** Records of a host on which nothing of an item is there. */
function missing(item: ManifestItem): string[] {
  const { kind, name } = item;
  switch (kind) {
    case "package":
      return [`package\t${name}\tmissing\t-\tok`];
    case "unit":
      return [`unit\t${name}\tnot-found\tinactive\t-\tno`];
    case "release":
      return [`release\t${name}\t-`];
    case "nftables":
      return [`nftables\t${name}\tmissing\t-\tclean`];
    case "host-key":
      return [`host-key\t${name}\tmissing\t-`];
    case "setting":
      return [`setting\t${name}\t0\t-`];
    case "sysctl":
      return [`sysctl\t${name}\tfree\t-`];
    case "postgres-cluster":
    case "postgres-role":
    case "postgres-database":
    case "postgres-grant":
      return missingPostgres(item);
    case "user":
      return [
        `user-missing\t${name}`,
        ...item.body.groups.map((group) => `group\t${group}`),
      ];
    default:
      return [`path\t${name}\tmissing\t-\t-\t-\t-`];
  }
}

const owners = (items: Items): string[] =>
  [...items.keys()].map((key) => `owner\t${key}\t${MANIFEST_ID}`);

test("a host that is as wanted needs no operation, whatever is wanted", () => {
  fc.assert(
    fc.property(manifestItems, (raw) => {
      const items = parseItems(raw);
      const records = [...items.values()].flatMap(converged);
      const plan = planJob(input(items, [...records, ...owners(items)]));
      expect(plan.refused).toEqual([]);
      expect(plan.operations).toEqual([]);
      expect(plan.steps).toEqual([]);
    }),
  );
});

test("what is seen equals what is wanted exactly on a host that is as wanted", () => {
  fc.assert(
    fc.property(manifestItems, (raw) => {
      for (const item of parseItems(raw).values()) {
        const wanted = desired(item, "key");
        const good = input(new Map(), converged(item)).observation;
        const bare = input(new Map(), missing(item)).observation;
        expect(seen(item, good, "key")).toBe(wanted);
        const isNothingWanted =
          wanted === "missing" || wanted === "disabled inactive";
        expect(seen(item, bare, "key") === wanted).toBe(isNothingWanted);
      }
    }),
  );
});

test("the plan is the same for any order of items and records", () => {
  fc.assert(
    fc.property(manifestItems, fc.boolean(), (raw, isThere) => {
      const items = parseItems(raw);
      const turned = parseItems(
        Object.fromEntries(Object.entries(raw).reverse()),
      );
      const records = [...items.values()].map(isThere ? converged : missing);
      expect(planJob(input(turned, records.toReversed().flat()))).toEqual(
        planJob(input(items, records.flat())),
      );
    }),
  );
});

test("by a way that is about to be given up nothing is removed, whatever is declared no longer", () => {
  fc.assert(
    fc.property(manifestItems, manifestItems, (before, now) => {
      const previousItems = parseItems(before);
      const items = parseItems(now);
      const records = [
        ...new Map([...previousItems, ...items]).values(),
      ].flatMap(converged);
      const plan = planJob(
        input(items, [...records, ...owners(previousItems)], {
          previousItems,
          isMoving: true,
        }),
      );
      const types = plan.records.map(([type]) => type);
      expect(types).not.toContain("disown");
      for (const { key } of plan.operations) expect(items.has(key)).toBe(true);
    }),
  );
});

test("the firewall is the last step, and nothing is told to a unit before nginx is checked", () => {
  fc.assert(
    fc.property(manifestItems, (raw) => {
      const items = parseItems(raw);
      const { steps } = planJob(
        input(items, [...items.values()].flatMap(missing)),
      );
      const verbs = steps.map(({ verb }) => verb);
      const firewall = verbs.indexOf("firewall");
      expect(firewall === -1 || firewall === verbs.length - 1).toBe(true);
      const check = verbs.indexOf("check");
      const first = steps.findIndex(
        ({ verb, args }) => verb === "unit" && args[0] !== "stop",
      );
      expect(first === -1 || check < first).toBe(true);
      expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
    }),
  );
});

test("whatever a job touches is in its snapshot", () => {
  fc.assert(
    fc.property(manifestItems, (raw) => {
      const items = parseItems(raw);
      const plan = planJob(input(items, [...items.values()].flatMap(missing)));
      const touched = new Set(
        plan.records.filter(([type]) => type === "touch").map((r) => r[2]),
      );
      for (const { verb, args, key = ":" } of plan.steps) {
        if (/^(packages|daemon|check|sshd-window)/.test(verb)) continue;
        const name = key.slice(key.indexOf(":") + 1);
        expect([...args, name].some((word) => touched.has(word))).toBe(true);
      }
    }),
  );
});

test("a delete leaves nothing of this manifest in the ledger and touches nothing of others", () => {
  fc.assert(
    fc.property(manifestItems, manifestItems, (raw, foreign) => {
      const items = parseItems(raw);
      const others = Object.keys(foreign).filter((key) => !(key in raw));
      const plan = planDelete(
        input(items, [
          ...[...items.values()].flatMap(converged),
          ...owners(items),
          ...others.map((key) => `owner\t${key}\tother`),
        ]),
      );
      const disowned = plan.records
        .filter(([type]) => type === "disown")
        .map(([, key]) => key);
      expect(disowned.toSorted()).toEqual([...items.keys()].toSorted());
      expect(plan.records.some(([type]) => type === "own")).toBe(false);
    }),
  );
});

const auth: ItemKey = "file:/etc/redis/auth.conf";

function secretItems(password: string): Items {
  const body = { template: "{{p}}", values: { p: password } };
  return parseItems({ [auth]: body }, new Set([auth]));
}

test("a secret is only in the payload, and its digest needs the key", () => {
  const items = secretItems("canary");
  const plan = planJob(
    input(items, [`path\t/etc/redis/auth.conf\tmissing\t-\t-\t-\t-`]),
  );
  expect(plan.payloads).toEqual([{ content: "canary" }]);
  const shown = JSON.stringify({ ...plan, payloads: [] });
  expect(shown).not.toContain("canary");
  expect(shown).not.toContain(sha256("canary"));
  const item = items.get(auth);
  expect(item && desired(item, "a")).toMatch(
    /^0644 root:root hmac:[0-9a-f]{64}$/,
  );
  expect(item && desired(item, "a")).not.toBe(item && desired(item, "b"));
});

test("a job's id follows manifest, desired state and attempt, and never a secret", () => {
  const records = [`path\t/etc/redis/auth.conf\tmissing\t-\t-\t-\t-`];
  const plan = (password: string, more: Partial<JobInput> = {}) =>
    planJob(input(secretItems(password), records, more));
  const { jobId, desiredHash } = plan("a");
  expect(jobId).toMatch(/^[0-9a-f]{32}$/);
  expect(plan("b").desiredHash).toBe(desiredHash);
  expect(plan("a", { digestKey: "other" }).jobId).toBe(jobId);
  expect(plan("a", { attempt: 2 }).desiredHash).toBe(desiredHash);
  expect(plan("a", { attempt: 2 }).jobId).not.toBe(jobId);
  expect(plan("a", { manifestId: "x" }).jobId).not.toBe(jobId);
  const gates = { web: gate.parse({ kind: "tcp", port: 80 }) };
  expect(plan("a", { gates }).desiredHash).not.toBe(desiredHash);
});

const gates: [GateArgs, string][] = [
  [{ kind: "unit", unit: "a.service" }, "unit 1 30 1 a.service"],
  [{ kind: "nginx", intervalSeconds: 0.1 }, "nginx 0.1 30 1 -"],
  [{ kind: "tcp", port: 80, successes: 3 }, "tcp 1 30 3 - 127.0.0.1 80"],
  [
    { kind: "http", port: 80, body: "a b" },
    "http 1 30 1 - 127.0.0.1 80 / - 200 a b",
  ],
  [
    {
      kind: "postgres",
      port: 5432,
      database: "shop",
      role: "app",
      passwordFile: "/p",
      probe: "schema",
    },
    "postgres 1 30 1 - 127.0.0.1 5432 shop app /p schema",
  ],
  [
    { kind: "redis", port: 6379, passwordFile: "/p", deadlineSeconds: 5 },
    "redis 1 5 1 - 127.0.0.1 6379 /p",
  ],
  [
    {
      kind: "cloud-init",
      userData: "0".repeat(64),
      users: ["ops", "deploy"],
      hostname: "web-1",
    },
    `cloud-init 1 300 1 - ${"0".repeat(64)} ops,deploy web-1`,
  ],
  [
    { kind: "cloud-init", userData: "f".repeat(64), users: [] },
    `cloud-init 1 300 1 - ${"f".repeat(64)} - -`,
  ],
];

test.each(gates)("the gate %j is written as '%s'", (args, line) => {
  const plan = planJob(
    input(new Map(), [], { gates: { g: gate.parse(args) } }),
  );
  expect(plan.hasGates).toBe(true);
  expect(plan.operations).toEqual([]);
  expect(renderPlan(plan.records)).toContain(
    `gate\tg\t${line.replace(/ (?!b$)/g, "\t")}\n`,
  );
});

test("a plan begins with what the runtime must know of the job", () => {
  const plan = planJob(input(new Map(), []));
  expect(renderPlan(plan.records)).toBe(
    [
      "meta\tmanifest\tsite",
      `meta\tdesired\t${plan.desiredHash}`,
      "meta\tattempt\t1",
      "meta\towner\tfleet/dev on laptop, pid 7",
      "meta\tgeneration\t3",
      "meta\tdeadline\t60",
      "meta\tlockWait\t5",
      "",
    ].join("\n"),
  );
});

test.each(["a\tb", "a\nb", "a\rb", "a\0b", ""])(
  "fails to write %j as a field of a plan",
  (text) => {
    expect(() => renderPlan([["meta", "owner", text]])).toThrow(
      "cannot be a field of a plan",
    );
  },
);
