import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { parseObservation } from "../../provider/facts/index.ts";
import {
  parseItems,
  planDelete,
  planJob,
  type JobPlan,
} from "../../provider/operations/index.ts";

const directory = path.resolve(import.meta.dirname, "../cases");

/** One pasted observation, the items, and what must come of both. */
const schema = z.strictObject({
  /** Records as a host prints them; `complete` is added. */
  observation: z.array(z.string()),
  items: z.record(z.string(), z.unknown()),
  previousItems: z.record(z.string(), z.unknown()).default({}),
  /** Who this program comes in as. */
  login: z.string().default("root"),
  secretItems: z.array(z.string()).default([]),
  /** Plans the delete of `items` instead. */
  isDelete: z.boolean().default(false),
  expected: z.strictObject({
    summaries: z.array(z.string()),
    /** Records of the plan, without `meta`; fields separated by blanks. */
    plan: z.array(z.string()),
    refused: z.record(z.string(), z.string()).default({}),
    kept: z.array(z.string()).default([]),
  }),
});

export type Case = z.output<typeof schema>;

/** Id that the cases' manifest has. */
export const MANIFEST_ID = "fleet-web-1-site";

/** All cases by `<operation>/<behaviour>`. */
export function readCases(): [name: string, one: Case][] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json") && !name.startsWith("observe/"))
    .sort()
    .map((name) => {
      const text = readFileSync(path.join(directory, name), "utf8");
      return [name.replace(/\.json$/, ""), schema.parse(JSON.parse(text))];
    });
}

/** Plans the job of a case. */
export function planCase(one: Case): JobPlan {
  const secretKeys = new Set(one.secretItems);
  const context = {
    manifestId: MANIFEST_ID,
    lockOwner: "test",
    observation: parseObservation(
      [...one.observation, "complete", ""].join("\n"),
    ),
    digestKey: "key",
    deadlineSeconds: 60,
    lockWaitSeconds: 5,
    attempt: 1,
    login: { user: one.login, publicKey: "AAAAlogin" },
    items: parseItems(one.items, secretKeys),
  };
  if (one.isDelete) return planDelete(context);
  const previousItems = parseItems(one.previousItems, secretKeys);
  return planJob({ ...context, previousItems, gates: {} });
}

/** What a case says of a plan. */
export function summaryOf(plan: JobPlan): Case["expected"] {
  return {
    summaries: plan.operations.map(({ summary }) => summary),
    plan: plan.records
      .filter(([type]) => type !== "meta")
      .map((fields) => fields.join(" ")),
    refused: Object.fromEntries(
      plan.refused.map(({ key, reason }) => [key, reason]),
    ),
    kept: [...plan.kept],
  };
}
