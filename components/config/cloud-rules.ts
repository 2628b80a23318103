import { catalogues } from "../clouds/catalogues.ts";
import { chooseSize } from "../clouds/choose-size.ts";
import type { CloudHostSettings } from "../clouds/config.ts";
import type { FleetSettings } from "./fleet.ts";
import { isExisting } from "./host.ts";
import type { Problem } from "./problem.ts";
import type { Rule } from "./rules.ts";
import { hostsOfUser } from "./user-rules.ts";

/** A provider has a size that is large enough. */
export const ensureSizesExist: Rule = ({ fleet }) =>
  cloudHosts(fleet).flatMap(([name, { provider, size }]) => {
    const catalogue = catalogues[provider];
    if (chooseSize(catalogue, size)) return [];
    const largest = [...catalogue.sizes].sort((a, b) => b.cpus - a.cpus)[0];
    return [
      {
        path: `hosts.${name}.size`,
        value: JSON.stringify(size),
        rule: `is more than ${catalogue.provider} has in one machine`,
        hint: `ask for less, or write the provider's name of a size; the largest known here is ${largest?.name ?? ""}`,
      },
    ];
  });

/** The login of a machine that is made belongs to the host: a user of that name would change it behind its back. */
export const ensureLoginsAreNoUsers: Rule = ({ fleet }) =>
  cloudHosts(fleet).flatMap(([name, { user }]): Problem[] => {
    const login = user ?? fleet.ssh.user;
    const declared = fleet.users[login];
    const all = Object.keys(fleet.hosts);
    if (!declared || !hostsOfUser(declared, all).includes(name)) return [];
    return [
      {
        path: `users.${login}`,
        rule: `is also the login of the program on ${name}, which makes that account itself`,
        hint: `rename it, or take ${name} from its hosts`,
      },
    ];
  });

function cloudHosts({ hosts }: FleetSettings): [string, CloudHostSettings][] {
  return Object.entries(hosts).flatMap(([name, host]) =>
    isExisting(host) ? [] : [[name, host]],
  );
}
