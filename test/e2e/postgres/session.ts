import type { TestFleet } from "../test-fleet.ts";

/** Who logs in, as a stack's output `passwords` tells it. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** Where somebody logs in. */
export interface Door {
  /** The host that psql runs on. */
  readonly from: string;
  /** @default "127.0.0.1" */
  readonly address?: string;
  readonly database: string;
  /** @default "prefer" */
  readonly tls?: "disable" | "prefer" | "require";
}

/** What psql answered as that login; an error is a part of the answer. */
export async function asks(
  fleet: TestFleet,
  { user, password }: Login,
  { from, address = "127.0.0.1", database, tls = "prefer" }: Door,
  sql: string,
): Promise<string> {
  const script = `read -r PGPASSWORD; export PGPASSWORD PGSSLMODE=${tls} PGCONNECT_TIMEOUT=5
    psql --no-psqlrc -At -h ${address} -U ${user} -d ${database} 2>&1`;
  const input = `${password}\n${sql}\n`;
  const argv = ["bash", "-c", script];
  return (await fleet.lab.exec(from, argv, { input })).stdout.trim();
}

/** What psql answers the superuser on the server's own host, which must be no error. */
export async function superuser(
  fleet: TestFleet,
  database: string,
  sql: string,
): Promise<string> {
  return fleet.on(
    "db-1",
    `runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -d ${database} <<'SQL'\n${sql}\nSQL`,
  );
}

/** The logins of the service `db`, by role. */
export async function logins(
  fleet: TestFleet,
): Promise<Record<string, Login | undefined>> {
  const { passwords } = (await fleet.outputs()) as {
    passwords: { db: Record<string, Login> };
  };
  return passwords.db;
}

/** The login of one role. */
export async function loginOf(fleet: TestFleet, role: string): Promise<Login> {
  const login = (await logins(fleet))[role];
  if (!login) throw new Error(`${role} does not log in`);
  return login;
}
