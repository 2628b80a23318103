import type { ItemOf } from "../../../manifest/items.ts";

type Cluster = ItemOf<"postgres-cluster">;

/** Where our access rules lie. */
export function accessFile(cluster: string): string {
  return `/etc/flotilla/postgres/${cluster}/pg_hba.conf`;
}

/** A file in conf.d: it comes after postgresql.conf, so that its lines win. */
export function renderSettings(name: string, body: Cluster): string {
  const decided = {
    listen_addresses: ["127.0.0.1", "::1", ...sorted(body.listen)].join(", "),
    port: body.port,
    hba_file: accessFile(name),
    password_encryption: "scram-sha-256",
  };
  const lines = Object.entries({ ...body.settings, ...decided })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([setting, value]) => `${setting} = ${quoted(value)}\n`);
  return `# Made by Flotilla; changes by hand are taken back.\n${lines.join("")}`;
}

/** pg_hba.conf: the superuser by its Unix account, everybody else by password, from elsewhere over TLS and as named. */
export function renderAccess({ access }: Cluster): string {
  const remote = Object.entries(access)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { from, database, role }]) => [
      `# ${name}`,
      ...sorted(from).map(
        (source) =>
          `hostssl ${quotedWord(database)} ${quotedWord(role)} ${range(source)} scram-sha-256`,
      ),
    ]);
  return [...own, ...remote, ""].join("\n");
}

const own = [
  "# Made by Flotilla; changes by hand are taken back. Debian's pg_hba.conf is untouched, and not read.",
  "local all postgres peer",
  "local all all scram-sha-256",
  "host all postgres all reject",
  "host all all 127.0.0.1/32 scram-sha-256",
  "host all all ::1/128 scram-sha-256",
];

/** `all` is a word of PostgreSQL's; every other name is a name. */
function quotedWord(word: string): string {
  return word === "all" ? word : `"${word}"`;
}

function range(source: string): string {
  if (source.includes("/")) return source;
  return source.includes(":") ? `${source}/128` : `${source}/32`;
}

function quoted(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return String(value);
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort();
}
