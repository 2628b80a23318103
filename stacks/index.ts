import { Fleet, loadFleet, Provider } from "../components/index.ts";
import { sayOnlyWhatWasLeft } from "../components/dependents.ts";
import { ensureFreshBuild } from "./freshness.ts";
import { hostOutputs, passwordOutputs, siteOutputs } from "./outputs.ts";
import { leaveOutTracesOfPromises } from "./stack-traces.ts";

leaveOutTracesOfPromises();
ensureFreshBuild();
sayOnlyWhatWasLeft();
const { fleet: config, ...access } = await loadFleet();
const provider = new Provider("fleet", access);
const fleet = new Fleet("fleet", config, { provider });

/** Name → address, facts, and the services that run there. */
export const hosts = hostOutputs(fleet, config);
/** Name → where the site answers, and its host. */
export const sites = siteOutputs(fleet, config);
/** Name of a service → its generated password; secret. */
export const passwords = passwordOutputs(fleet);
