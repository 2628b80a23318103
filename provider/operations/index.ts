/** The write side, twin of facts: facts and items in, a minimal job out. Pure. */
export { parseItems, type Items, type ManifestItem } from "./item.ts";
export {
  renderPlan,
  type DeleteInput,
  type JobInput,
  type JobPlan,
  type Payload,
  type PlannedOperation,
  type PlannedStep,
  type PlanRecord,
  type Refusal,
} from "./job-plan.ts";
export { planDelete, planJob, planRecovery } from "./plan-job.ts";
export { desired, seen } from "./state.ts";
export { renderNftables } from "./nftables-text.ts";
export { releaseDigest } from "./release-digest.ts";
export { renderTemplate, TemplateError } from "./template.ts";
export { describeChange, type DescribeInput } from "./describe.ts";
