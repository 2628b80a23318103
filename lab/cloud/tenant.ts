import type { ActionKeeper, Actions } from "./action.ts";
import type { Hosts } from "./hosts.ts";

/** What a token opens, at whichever provider: `commit` keeps the state and brings the cables and filters of hosts to it. */
export interface Tenant extends ActionKeeper {
  readonly actions: Actions;
  readonly hosts: Hosts;
}
