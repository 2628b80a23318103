import { Fleet, loadFleet, Provider } from "../components/index.ts";
import { sayOnlyWhatWasLeft } from "../components/dependents.ts";
import { ensureFreshBuild } from "./freshness.ts";
import { hostOutputs, passwordOutputs, siteOutputs } from "./outputs.ts";
import { leaveOutTracesOfPromises } from "./stack-traces.ts";

leaveOutTracesOfPromises();
ensureFreshBuild();
sayOnlyWhatWasLeft();
const { fleet: config, operatorKey: own, ...access } = await loadFleet();
const provider = new Provider("fleet", access);
const fleet = new Fleet("fleet", config, { provider });

/** The private key that the stack made to log in with, where no other is named; secret. */
export const operatorKey = own;
/** Name → address, facts, and the services that run there. */
export const hosts = hostOutputs(fleet, config);
/** Name → where the site answers, and its host. */
export const sites = siteOutputs(fleet, config);
/** Name of a service → its generated password; secret. */
export const passwords = passwordOutputs(fleet);
