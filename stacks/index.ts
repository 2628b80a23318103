import { Fleet, loadFleet, Provider } from "../components/index.ts";
import { sayOnlyWhatWasLeft } from "../components/dependents.ts";
import { ensureFreshBuild } from "./freshness.ts";
import { hostOutputs, passwordOutputs, siteOutputs } from "./outputs.ts";
import { leaveOutTracesOfPromises } from "./stack-traces.ts";

leaveOutTracesOfPromises();
ensureFreshBuild();
sayOnlyWhatWasLeft();
const { fleet: config, operatorKey, ...access } = await loadFleet();
const provider = new Provider("fleet", access);
const fleet = new Fleet("fleet", config, { provider });

/** The outputs of the stack: one object, so that an output that there is not is not named either. */
export default {
  /** Name → address, keys, facts, and the services that run there. */
  hosts: hostOutputs(fleet, config),
  /** Name → where the site answers, and its host. */
  sites: siteOutputs(fleet, config),
  /** Name of a service → its generated password; secret. */
  passwords: passwordOutputs(fleet),
  /** The private key that the stack made to log in with, where no other is named; secret. */
  ...(operatorKey && { operatorKey }),
};
