/** What a host must be like before anything is changed on it. Pure: answers in, findings out. */
export { unreached, type Failure } from "./connection.ts";
export type { Examined, Finding } from "./finding.ts";
export { judge, withoutIgnored } from "./judge.ts";
export {
  hasErrors,
  renderFinding,
  renderReport,
  type HostReport,
} from "./report.ts";
export { renderScript } from "./script.ts";
