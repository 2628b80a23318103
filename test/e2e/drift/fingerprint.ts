import type { TestFleet } from "../test-fleet.ts";

const query = (sql: string) => `cd / && sudo -u postgres psql -AtXc "${sql}"`;

/** What tells that an item was worked on, whatever the result: numbers that only rise, places on the disk. */
const signs: Readonly<Record<string, (name: string) => string>> = {
  file: (path) => `stat -c '%i %Z' '${path}'`,
  sshd: (path) => `stat -c '%i %Z' '${path}'`,
  link: (path) => `stat -c '%i %Z' '${path}'`,
  directory: (path) => `stat -c '%i %a %U %G' '${path}'`,
  absent: (path) => `stat -c %i '${path}' || true`,
  package: (name) => `grep -c ' ${name}:' /var/log/dpkg.log`,
  unit: (name) =>
    `systemctl show -P InvocationID -P UnitFileState -P ExecMainPID '${name}'`,
  user: (name) => `getent passwd '${name}'; getent shadow '${name}'`,
  release: (path) => `find '${path}' -printf '%p %i %C@;' | sort`,
  "postgres-role": (name) =>
    query(`SELECT xmin, oid FROM pg_authid WHERE rolname = '${lastOf(name)}'`),
  "postgres-database": (name) =>
    // Grants change the whole row.
    query(
      `SELECT oid, datdba FROM pg_database WHERE datname = '${lastOf(name)}'`,
    ),
  nftables: (name) => `nft -a list table inet '${name}'`,
};

/** The signs of those of the items that have one; `<host> <key>` → sign. */
export async function fingerprint(
  fleet: TestFleet,
  host: string,
  keys: readonly string[],
): Promise<[string, string][]> {
  const asked = keys.flatMap((key) => {
    const kind = key.slice(0, key.indexOf(":"));
    const sign = signs[kind]?.(key.slice(kind.length + 1));
    return sign === undefined ? [] : [{ key, sign }];
  });
  const script = asked.map(({ sign }) => `(${sign}) 2>&1; printf '\\0'`);
  const answers = (await fleet.on(host, script.join("\n"))).split("\0");
  return asked.map(({ key }, index) => [
    `${host} ${key}`,
    (answers[index] ?? "").trim(),
  ]);
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
