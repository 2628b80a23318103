import type { FleetSettings } from "./fleet.ts";
import { keyOf } from "./public-key.ts";
import type { Rule } from "./rules.ts";

/** Groups whose members become root when they like: by a container, a disk, a password file. */
const mightyGroups: readonly string[] = [
  "root",
  "sudo",
  "wheel",
  "admin",
  "docker",
  "lxd",
  "libvirt",
  "disk",
  "shadow",
  "kmem",
];

/** The hosts that have the account of a user. */
export function hostsOfUser(
  { hosts }: { readonly hosts?: readonly string[] | undefined },
  all: readonly string[],
): readonly string[] {
  return hosts ?? all;
}

/** Nobody gets all rights by the name of a group, unseen. */
export const ensureGroupsGiveNoRoot: Rule = ({ fleet }) =>
  Object.entries(fleet.users)
    .filter(([, { sudo }]) => sudo !== "all")
    .flatMap(([name, { groups }]) =>
      groups
        .filter((group) => mightyGroups.includes(group))
        .map((group) => ({
          path: `users.${name}.groups`,
          value: JSON.stringify(group),
          rule: "is as good as root",
          hint: "leave it out, or say so plainly: sudo: all",
        })),
    );

/** Who enters a host for this program stays root there. */
export const ensureLoginStaysRoot: Rule = ({ fleet }) =>
  Object.entries(fleet.users)
    .filter(([, { sudo }]) => sudo !== "all")
    .flatMap(([name, user]) => {
      const hosts = hostsOfUser(user, Object.keys(fleet.hosts));
      const entered = hosts.find((host) => loginOf(fleet, host) === name);
      return entered === undefined
        ? []
        : [
            {
              path: `users.${name}.sudo`,
              value: JSON.stringify(user.sudo),
              rule: `is too little: this program itself logs in as ${name} on ${entered}`,
              hint: "set sudo: all, or enter the host as somebody else",
            },
          ];
    });

/** A number is one account's. */
export const ensureUniqueUids: Rule = ({ fleet }) => {
  const seen = new Map<string, string>();
  return Object.entries(fleet.users).flatMap(([name, user]) => {
    if (user.uid === undefined) return [];
    for (const host of hostsOfUser(user, Object.keys(fleet.hosts))) {
      const other = seen.get(`${host} ${user.uid}`);
      if (other !== undefined)
        return [
          {
            path: `users.${name}.uid`,
            value: String(user.uid),
            rule: `is also the uid of users.${other} on ${host}`,
            hint: "give each a number of its own, or leave it out",
          },
        ];
      seen.set(`${host} ${user.uid}`, name);
    }
    return [];
  });
};

/** A key is listed once. */
export const ensureKeysOnce: Rule = ({ fleet }) =>
  Object.entries(fleet.users).flatMap(([name, { sshKeys }]) =>
    sshKeys
      .map((key, index) => ({ key: keyOf(key), index }))
      .filter(({ key, index }) =>
        sshKeys.slice(0, index).map(keyOf).includes(key),
      )
      .map(({ index }) => ({
        path: `users.${name}.sshKeys[${index}]`,
        rule: "is listed twice",
        hint: "keep one of them",
      })),
  );

function loginOf(fleet: FleetSettings, host: string): string {
  return fleet.hosts[host]?.user ?? fleet.ssh.user;
}
