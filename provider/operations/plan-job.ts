import { sha256 } from "./digest.ts";
import { gateRecord } from "./gate-record.ts";
import type { Items } from "./item.ts";
import type {
  DeleteInput,
  JobContext,
  JobInput,
  JobPlan,
  PlanRecord,
  Refusal,
} from "./job-plan.ts";
import { orderSteps, type JobSteps } from "./job-steps.ts";
import { holdsLogin, leftForLogin, lostLogin } from "./lockout.ts";
import {
  planItem,
  planRemovals,
  type PlannedChange,
} from "./planned-change.ts";
import { desired } from "./state.ts";

/** The minimal job that takes a host from what was observed to `items`. */
export function planJob(input: JobInput): JobPlan {
  const items = inOrder(input.items);
  const isInstalling = items.some(
    (item) => item.kind === "package" && isChange(planItem(item, input, false)),
  );
  const asked = items.map((item) => planItem(item, input, isInstalling));
  const removals = input.isMoving ? [] : planRemovals(input, false);
  const changes = [...asked.filter(isChange), ...removals];
  const gates = Object.entries(input.gates)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, gate]) => gateRecord(name, gate));
  return assemble(input, {
    items: input.items,
    changes,
    gates,
    refused: [
      ...asked.filter(isRefusal),
      ...lostLogin(input.items, input.previousItems, input),
    ],
    desiredHash: hashOf(["apply", wantedStates(input.items), gates]),
    observedWhenDone: Object.fromEntries(
      items.map((item) => [item.key, desired(item, input.digestKey)]),
    ),
  });
}

/** The job that removes what the ledger still calls this manifest's. */
export function planDelete(input: DeleteInput): JobPlan {
  const removals = planRemovals(
    { ...input, items: new Map(), previousItems: input.items },
    true,
  );
  const changes = holdsLogin(input.items, input)
    ? leftForLogin(removals, input.login)
    : removals;
  return assemble(input, {
    items: new Map(),
    changes,
    gates: [],
    refused: [],
    desiredHash: hashOf(["delete", [...input.items.keys()].sort()]),
    observedWhenDone: {},
  });
}

/** A job that does nothing of its own: what an interrupted one left is put back before it begins. */
export function planRecovery(context: JobContext): JobPlan {
  return assemble(context, {
    items: new Map(),
    changes: [],
    gates: [],
    refused: [],
    desiredHash: hashOf(["recover"]),
    observedWhenDone: {},
  });
}

interface Decided {
  readonly items: Items;
  readonly changes: readonly PlannedChange[];
  readonly gates: readonly PlanRecord[];
  readonly refused: readonly Refusal[];
  readonly desiredHash: string;
  readonly observedWhenDone: Readonly<Record<string, string>>;
}

function assemble(context: JobContext, decided: Decided): JobPlan {
  const { changes, items, desiredHash, refused, observedWhenDone } = decided;
  const job = orderSteps({ changes, items, observation: context.observation });
  return {
    jobId: hashOf([context.manifestId, desiredHash, context.attempt]),
    desiredHash,
    operations: changes.map(({ key, reason, summary }) => ({
      key,
      reason,
      summary,
    })),
    refused,
    steps: job.steps,
    records: recordsOf(context, decided, job),
    payloads: job.payloads,
    needsConfirmation: job.steps.some(({ verb }) =>
      ["firewall", "sshd-window"].includes(verb),
    ),
    hasGates: decided.gates.length > 0,
    observedWhenDone,
    kept: changes.flatMap(({ kept }) => (kept === undefined ? [] : [kept])),
  };
}

function recordsOf(
  context: JobContext,
  { changes, gates, desiredHash }: Decided,
  job: JobSteps,
): PlanRecord[] {
  return [
    ["meta", "manifest", context.manifestId],
    ["meta", "desired", desiredHash],
    ["meta", "attempt", String(context.attempt)],
    ["meta", "owner", context.lockOwner],
    ["meta", "generation", String(context.observation.generation)],
    ["meta", "deadline", String(context.deadlineSeconds)],
    ["meta", "lockWait", String(context.lockWaitSeconds)],
    ...deferredUnits(changes).map((unit): PlanRecord => ["defer", unit]),
    ...job.touches.map((touch): PlanRecord => ["touch", ...touch]),
    ...job.steps.map(({ id, verb, args }): PlanRecord => [
      "step",
      id,
      verb,
      ...args,
    ]),
    ...gates,
    ...changes.flatMap(({ disown }) =>
      disown.map((key): PlanRecord => ["disown", key]),
    ),
    ...changes.flatMap(({ own }) => own.map((key): PlanRecord => ["own", key])),
    ...changes.flatMap(({ nftDigest }): PlanRecord[] =>
      nftDigest ? [["nft-digest", ...nftDigest]] : [],
    ),
  ];
}

function deferredUnits(changes: readonly PlannedChange[]): string[] {
  return [...new Set(changes.flatMap(({ deferred = [] }) => deferred))].sort();
}

function isChange(
  answer: PlannedChange | Refusal | undefined,
): answer is PlannedChange {
  return answer !== undefined && "steps" in answer;
}

function isRefusal(
  answer: PlannedChange | Refusal | undefined,
): answer is Refusal {
  return answer !== undefined && !("steps" in answer);
}

/** What is wanted, without anything from which a secret could be guessed: the hash of it is part of unit names. */
function wantedStates(items: Items): [string, string][] {
  return inOrder(items).map((item) => {
    return [item.key, desired(item, "").replace(/ hmac:.*$/, "")];
  });
}

function inOrder(items: Items) {
  return [...items.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function hashOf(value: unknown): string {
  return sha256(JSON.stringify(value)).slice(0, 32);
}
