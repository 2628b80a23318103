/** The read side: what to ask a host, and what its answer means. Pure: text in, data out. */
export * from "./observation.ts";
export { renderObserve, type ObserveRequest } from "./render-observe.ts";
export { parseObservation } from "./parse-observation.ts";
export { hostFacts } from "./host-facts.ts";
export * from "./preflight-answer.ts";
export { parsePreflight } from "./parse-preflight.ts";
export { renderPreflight, type PreflightRequest } from "./render-preflight.ts";
