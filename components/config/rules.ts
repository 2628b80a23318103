import { canonicalAddress, isLoopback } from "./address.ts";
import { ensureClientsHaveFlows } from "./client-rules.ts";
import type { FleetSettings } from "./fleet.ts";
import { ensureLoginsAreNoUsers, ensureSizesExist } from "./cloud-rules.ts";
import { existingHosts } from "./host.ts";
import {
  ensureAnywhereStandsAlone,
  ensureFlowsHaveAddresses,
  ensureFlowsMakeSense,
} from "./flow-rules.ts";
import {
  ensureGitLoginsFitTheirUrls,
  ensureSitesHaveOneSource,
} from "./git-rules.ts";
import { nearestName } from "./issues.ts";
import { show, type Problem } from "./problem.ts";
import { anywhere, isSourceRange } from "./source.ts";
import {
  ensureGroupsGiveNoRoot,
  ensureKeysOnce,
  ensureLoginStaysRoot,
  ensureUniqueUids,
} from "./user-rules.ts";

/** The parsed part of a configuration, and the names that it declares, faulty entries included. */
export interface RuleInput {
  readonly fleet: FleetSettings;
  readonly hostNames: readonly string[];
  /** Entries that could not be parsed, such as `services.web`. */
  readonly faulty: readonly string[];
}

/** A rule, named by the statement that must hold. */
export type Rule = (input: RuleInput) => Problem[];

/** All rules over the whole configuration that need nothing but the configuration. */
export function ensureWholeFleet(input: RuleInput): Problem[] {
  return rules.flatMap((rule) => rule(input));
}

/** Some host is declared. */
export const ensureSomeHost: Rule = ({ hostNames, faulty }) =>
  hostNames.length > 0 || faulty.includes("hosts")
    ? []
    : [{ path: "hosts", rule: "names no host", hint: "add at least one host" }];

/** No two names of one kind differ only in case: they would collide on hosts and in DNS. */
export const ensureUniqueNames: Rule = ({ fleet, hostNames }) => {
  const sections = {
    hosts: hostNames,
    services: Object.keys(fleet.services),
    sites: Object.keys(fleet.sites),
    flows: Object.keys(fleet.flows),
  };
  return Object.entries(sections).flatMap(([section, names]) =>
    duplicates(names, (name) => name.toLowerCase()).map(([first, second]) => ({
      path: `${section}.${second}`,
      rule: `differs from ${section}.${first} only in case`,
      hint: "rename one of them",
    })),
  );
};

/** No two hosts are the same machine. */
export const ensureUniqueAddresses: Rule = ({ fleet }) => {
  const hosts = Object.fromEntries(existingHosts(fleet.hosts));
  const place = (name: string) => {
    const host = hosts[name];
    const port = host?.port ?? fleet.ssh.port;
    return `${canonicalAddress(host?.address ?? name)} ${port}`;
  };
  return duplicates(Object.keys(hosts), place).map(([first, second]) => ({
    path: `hosts.${second}.address`,
    value: JSON.stringify(hosts[second]?.address),
    rule: `is also the address of hosts.${first}`,
    hint: "correct one of them, or make them one host",
  }));
};

/** A loopback address is meant: it is the machine that the program runs on. */
export const ensureLocalHostsAreMeant: Rule = ({ fleet }) =>
  existingHosts(fleet.hosts)
    .filter(([, host]) => isLoopback(host.address) && !host.allowLocal)
    .map(([name, { address }]) => ({
      path: `hosts.${name}.address`,
      value: JSON.stringify(address),
      rule: "is this machine itself",
      hint: `correct it, or set hosts.${name}.allowLocal: true to manage this machine`,
    }));

/** Every host that is named exists. */
export const ensureHostsExist: Rule = ({ fleet, hostNames }) => {
  if (hostNames.length === 0) return [];
  const references = [
    ...Object.entries(fleet.services).map(([name, { host }]) => ({
      path: `services.${name}.host`,
      host,
    })),
    ...Object.entries(fleet.sites).map(([name, { host }]) => ({
      path: `sites.${name}.host`,
      host,
    })),
    ...Object.entries(fleet.flows).map(([name, { to }]) => ({
      path: `flows.${name}.to`,
      host: to,
    })),
    ...Object.entries(fleet.users).flatMap(([name, { hosts = [] }]) =>
      hosts.map((host) => ({ path: `users.${name}.hosts`, host })),
    ),
    ...sourceReferences(fleet),
  ];
  return references
    .filter(({ host }) => !hostNames.includes(host))
    .map(({ path, host }) => ({
      path,
      value: JSON.stringify(host),
      rule: "is not a host of this fleet",
      hint: hintForHost(host, hostNames, /from$/i.test(path)),
    }));
};

function sourceReferences(fleet: FleetSettings) {
  const lists = [
    ...Object.entries(fleet.flows).map(([name, { from }]) => ({
      path: `flows.${name}.from`,
      from,
    })),
    { path: "firewall.sshFrom", from: fleet.firewall.sshFrom },
  ];
  return lists.flatMap(({ path, from }) =>
    from
      .filter((source) => source !== anywhere && !isSourceRange(source))
      .map((host) => ({ path, host })),
  );
}

function hintForHost(
  host: string,
  names: readonly string[],
  isSource: boolean,
): string {
  const nearest = nearestName(host, isSource ? [...names, anywhere] : names);
  if (nearest) return `did you mean "${nearest}"?`;
  return `use one of ${names.join(", ")}, or add it to hosts`;
}

/** A host has at most one service of a type: packages and ports are the host's. */
export const ensureOneServiceOfATypePerHost: Rule = ({ fleet }) =>
  duplicates(Object.keys(fleet.services), (name) => {
    const service = fleet.services[name];
    return service ? `${service.type} ${service.host}` : name;
  }).map(([first, second]) => {
    const { type, host } = fleet.services[second] ?? {};
    return {
      path: `services.${second}`,
      rule: `is a second ${type} on ${host}, beside services.${first}`,
      hint: "remove one of them, or place it on another host",
    };
  });

/** A site's host has the nginx that serves it. */
export const ensureSitesHaveNginx: Rule = ({ fleet, hostNames, faulty }) =>
  Object.entries(faulty.some(isService) ? {} : fleet.sites)
    .filter(([, { host }]) => hostNames.includes(host))
    .filter(
      ([, site]) =>
        !Object.values(fleet.services).some(
          ({ type, host }) => type === "nginx" && host === site.host,
        ),
    )
    .map(([name, { host }]) => ({
      path: `sites.${name}.host`,
      value: JSON.stringify(host),
      rule: "has no nginx to serve the site",
      hint: `add services.web: { type: nginx, host: ${host} }`,
    }));

function isService(path: string): boolean {
  return path.startsWith("services");
}

/** A package is listed once: two versions of it cannot be installed. */
export const ensurePackagesOnce: Rule = ({ fleet }) =>
  Object.entries(fleet.hosts).flatMap(([name, { packages }]) =>
    duplicates(packages, (one) => one.split("=")[0] ?? one).map(
      ([first, second]) => ({
        path: `hosts.${name}.packages`,
        value: JSON.stringify(second),
        rule: `is listed beside ${JSON.stringify(first)}`,
        hint: "keep one of them",
      }),
    ),
  );

/** Pairs of (first, later) names that `key` maps to the same text. */
function duplicates(
  names: readonly string[],
  key: (name: string) => string,
): [string, string][] {
  const seen = new Map<string, string>();
  const found: [string, string][] = [];
  for (const name of [...names].sort()) {
    const first = seen.get(key(name));
    if (first === undefined) seen.set(key(name), name);
    else found.push([first, name]);
  }
  return found;
}

/** What was rebuilt is a host. */
export const ensureReplacedHostsExist: Rule = ({ fleet, hostNames }) =>
  fleet.replace
    .filter((name) => !hostNames.includes(name))
    .map((name) => ({
      path: "replace",
      value: show(name),
      rule: "is no host",
      hint: "name one of hosts, or take it out: a machine that is gone for good goes into forgetHosts",
    }));

const rules: readonly Rule[] = [
  ensureReplacedHostsExist,
  ensureSomeHost,
  ensureUniqueNames,
  ensureUniqueAddresses,
  ensureLocalHostsAreMeant,
  ensureHostsExist,
  ensureOneServiceOfATypePerHost,
  ensureClientsHaveFlows,
  ensureSitesHaveNginx,
  ensureSitesHaveOneSource,
  ensureGitLoginsFitTheirUrls,
  ensureFlowsHaveAddresses,
  ensureFlowsMakeSense,
  ensureAnywhereStandsAlone,
  ensurePackagesOnce,
  ensureSizesExist,
  ensureLoginsAreNoUsers,
  ensureGroupsGiveNoRoot,
  ensureLoginStaysRoot,
  ensureUniqueUids,
  ensureKeysOnce,
];
