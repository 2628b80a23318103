import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Gate } from "../../manifest/gates.ts";
import { Lab } from "../../lab/index.ts";
import { parseObservation, renderObserve } from "../../provider/facts/index.ts";
import {
  parseItems,
  planDelete,
  planJob,
  renderPlan,
  seen,
  type Items,
  type JobInput,
  type JobPlan,
} from "../../provider/operations/index.ts";
import { renderBundle } from "../../provider/runtime/bundle.ts";
import {
  loadRuntimeFiles,
  type RuntimeFiles,
} from "../../provider/runtime/runtime-files.ts";

/**
 * Every kind of item but the firewall and releases, on a real host: one job converges it, and then nothing is to do.
 * Not proven here: connections, confirmation, archives; those are proven with the real engine.
 */
const host = "one";
let lab: Lab;
let runtime: RuntimeFiles;

beforeAll(async () => {
  lab = await Lab.open({ name: "operations-e2e" });
  runtime = await loadRuntimeFiles();
  await lab.down();
  await lab.up([host]);
});

afterAll(async () => {
  await lab.down();
  await rm(lab.folder, { recursive: true, force: true });
});

async function inside(
  words: readonly string[],
  input: string | Buffer = "",
): Promise<string> {
  const result = await lab.exec(host, [...words], {
    input,
    timeoutSeconds: 180,
  });
  if (result.exitCode !== 0) throw new Error(result.stderr + result.stdout);
  return result.stdout;
}

async function observe(...items: Items[]) {
  const request = {
    manifestId: "m",
    items: items.flatMap((some) => [...some.values()]),
  };
  return parseObservation(
    await inside(
      ["bash", "-s"],
      `${runtime.observe}\n${renderObserve(request)}`,
    ),
  );
}

let attempt = 0;

async function context(items: Items, previousItems: Items = new Map()) {
  attempt += 1;
  return {
    manifestId: "m",
    lockOwner: "test",
    observation: await observe(items, previousItems),
    digestKey: "key",
    deadlineSeconds: 120,
    lockWaitSeconds: 5,
    attempt,
    login: { user: "root", publicKey: "" },
    items,
    previousItems,
    gates: {} as Record<string, Gate>,
  } satisfies JobInput;
}

/** Runs a plan as the provider does, and gives back the last line that the host said. */
async function apply(plan: JobPlan): Promise<string> {
  const payloads = plan.payloads.map((payload) =>
    "content" in payload ? payload.content : "",
  );
  const text = renderPlan(plan.records);
  const bundle = await renderBundle({ runtime, plan: text, payloads });
  const words = ["apply", runtime.hash, plan.jobId, String(bundle.length)];
  const said = await inside(
    ["bash", "-c", runtime.bootstrap, "flotilla", ...words],
    Buffer.concat([bundle, Buffer.from("ack\n")]),
  );
  return said.trim().split("\n").at(-1) ?? "";
}

const dropIn = "file:/etc/systemd/system/nginx.service.d/flotilla.conf";
const wanted = parseItems(
  {
    "package:nginx-light": { purge: true },
    "directory:/srv/app": { mode: "0750", group: "www-data" },
    "file:/etc/nginx/conf.d/a.conf": {
      template: "server { listen {{port}}; root /srv/app; }\n",
      values: { port: 8081 },
      validate: "nginx",
      notify: [{ unit: "nginx.service", action: "reload" }],
    },
    [dropIn]: {
      template: "[Service]\nRestart=always\n",
      notify: [{ unit: "nginx.service", action: "restart" }],
    },
    "file:/etc/secret": {
      template: "{{word}}",
      values: { word: "canary" },
      mode: "0600",
    },
    "link:/etc/app": { target: "../srv/app" },
    "absent:/etc/nginx/sites-enabled/default": {},
    "unit:nginx.service": {},
  },
  new Set(["file:/etc/secret"]),
);

test("one job takes a fresh host to what is wanted, and then nothing is to do", async () => {
  const plan = planJob(await context(wanted));
  expect(plan.refused).toEqual([]);
  expect(await apply(plan)).toBe("end\tcommitted");
  const after = await context(wanted);
  const again = planJob(after);
  expect(again.operations).toEqual([]);
  expect(again.records.filter(([type]) => type === "own")).toEqual([]);
  for (const [key, item] of wanted)
    expect(seen(item, after.observation, "key")).toBe(
      plan.observedWhenDone[key],
    );
  expect(await inside(["curl", "-sI", "http://127.0.0.1:8081/"])).toMatch(
    /^HTTP/,
  );
  const show = ["systemctl", "show", "-P", "Restart", "nginx.service"];
  expect(await inside(show)).toBe("always\n");
});

test("what was changed by hand is seen, and exactly that is put back", async () => {
  await inside([
    "bash",
    "-c",
    "systemctl stop nginx; echo x >>/etc/secret; chmod 700 /srv/app; ln -sfn /tmp /etc/app; echo mine >/etc/foreign",
  ]);
  const plan = planJob(await context(wanted));
  expect(plan.operations.map(({ key }) => key)).toEqual([
    "directory:/srv/app",
    "file:/etc/secret",
    "link:/etc/app",
    "unit:nginx.service",
  ]);
  expect(await apply(plan)).toBe("end\tcommitted");
  expect(planJob(await context(wanted)).operations).toEqual([]);
  expect(await inside(["cat", "/etc/foreign"])).toBe("mine\n");
});

test("what is no longer declared goes, and its unit goes on without it", async () => {
  const fewer: Items = new Map(
    [...wanted].filter(([key]) => key !== dropIn && !key.startsWith("link:")),
  );
  const plan = planJob(await context(fewer, wanted));
  expect(plan.operations.map(({ summary }) => summary)).toEqual([
    "link /etc/app removed",
    "file /etc/systemd/system/nginx.service.d/flotilla.conf removed",
  ]);
  expect(await apply(plan)).toBe("end\tcommitted");
  const show = [
    "systemctl",
    "show",
    "-P",
    "Restart,ActiveState",
    "nginx.service",
  ];
  expect((await inside(show)).trim().split("\n").sort()).toEqual([
    "active",
    "no",
  ]);
});

test("a delete leaves nothing of the manifest's, and all that is foreign", async () => {
  const plan = planDelete(await context(wanted));
  expect(await apply(plan)).toBe("end\tcommitted");
  const { owners, paths, packages, units } = await observe(wanted);
  expect(owners.size).toBe(0);
  for (const [path, fact] of paths)
    expect([path, fact.type]).toEqual([path, "missing"]);
  expect(packages.get("nginx-light")?.installed).toBe(false);
  expect(units.get("nginx.service")?.activeState).not.toBe("active");
  expect(await inside(["cat", "/etc/foreign"])).toBe("mine\n");
});
