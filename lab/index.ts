export { defaultRange } from "./addresses.ts";
export { Lab } from "./lab.ts";
export type { HostStatus, LabOptions, LabSummary } from "./lab.ts";
export type { Progress } from "./machine.ts";
export type { ExecOptions, ExecResult } from "./inside.ts";
export type { PowerState } from "./power.ts";
export { labProblem } from "./requirements.ts";
export {
  installLine,
  installSystemPackages,
  missingSystemPackages,
} from "./system-packages.ts";
export type { SystemPackage } from "./system-packages.ts";
