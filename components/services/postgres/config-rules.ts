import type { z } from "zod";

/** What the rules look at. */
interface Declared {
  readonly host: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly roles: Readonly<
    Record<
      string,
      { readonly clients: readonly string[]; readonly login: boolean }
    >
  >;
  readonly databases: Readonly<Record<string, { readonly owner: string }>>;
  readonly grants: Readonly<
    Record<string, { readonly database: string; readonly role: string }>
  >;
}

interface Fault {
  readonly path: readonly string[];
  readonly message: string;
  readonly hint: string;
}

/** What is named is declared: a role that owns or is granted to, a database that is granted on. */
export function ensureDeclared(
  service: Declared,
  context: z.RefinementCtx,
): void {
  const faults = [
    ...settingFaults(service),
    ...ownerFaults(service),
    ...grantFaults(service),
    ...clientFaults(service),
  ];
  for (const { path, message, hint } of faults) {
    const params = { hint };
    context.addIssue({ code: "custom", path: [...path], message, params });
  }
}

/** Settings that other keys decide, and what decides them. */
const decidedElsewhere: Readonly<Record<string, string>> = {
  port: "use the key port of the service",
  listen_addresses: "declare a flow to the host",
  hba_file: "declare a flow to the host",
  password_encryption: "it is always scram-sha-256: remove it",
};

function settingFaults({ settings }: Declared): Fault[] {
  return Object.keys(settings).flatMap((name) => {
    const hint = decidedElsewhere[name];
    if (hint === undefined) return [];
    const path = ["settings", name];
    return [{ path, message: "is decided elsewhere", hint }];
  });
}

function ownerFaults({ databases, roles }: Declared): Fault[] {
  return Object.entries(databases)
    .filter(([, { owner }]) => !(owner in roles))
    .map(([name, { owner }]) => ({
      path: ["databases", name, "owner"],
      message: "is none of roles",
      hint: `add roles.${owner}`,
    }));
}

function grantFaults({ grants, databases, roles }: Declared): Fault[] {
  return Object.entries(grants).flatMap(([name, { database, role }]) => [
    ...(database in databases
      ? []
      : [
          {
            path: ["grants", name, "database"],
            message: "is none of databases",
            hint: `add databases.${database}`,
          },
        ]),
    ...(role in roles
      ? []
      : [
          {
            path: ["grants", name, "role"],
            message: "is none of roles",
            hint: `add roles.${role}`,
          },
        ]),
    ...(databases[database]?.owner === role
      ? [
          {
            path: ["grants", name, "role"],
            message: "owns the database, and may do everything in it",
            hint: "remove the grant",
          },
        ]
      : []),
  ]);
}

function clientFaults({ host, roles }: Declared): Fault[] {
  return Object.entries(roles).flatMap(([name, { clients, login }]) => [
    ...(clients.includes(host)
      ? [
          {
            path: ["roles", name, "clients"],
            message: `names ${host}, the server's own host`,
            hint: "remove it: the password lies there anyway",
          },
        ]
      : []),
    ...(clients.length > 0 && !login
      ? [
          {
            path: ["roles", name, "clients"],
            message: "cannot log in",
            hint: "set login: true, or remove the clients",
          },
        ]
      : []),
  ]);
}
