import { mkdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  auditArgv,
  auditedPrograms,
  formsOf,
  hitsBelow,
  hitsIn,
  hitsOn,
  type Form,
} from "./canary.ts";
import { asks, loginOf, superuser, type Login } from "./postgres/session.ts";
import { TestFleet } from "./test-fleet.ts";

const onServer = { from: "db-1", database: "shop" };
const dumps = "/var/lib/flotilla/dumps/postgres/main/shop";

let fleet: TestFleet;
/** What every command said. */
const said: string[] = [];
/** Every password of the role `shop` so far. */
const passwords: string[] = [];

beforeAll(async () => {
  fleet = await TestFleet.open();
  const trace = path.join(fleet.folder, "trace");
  await mkdir(trace);
  Object.assign(fleet.environment, {
    FLOTILLA_LOG: "trace",
    FLOTILLA_LOG_FILE: path.join(trace, "provider.log"),
  });
  const { "db-1": db } = fleet.config.hosts;
  Object.assign(fleet.config, { hosts: { "db-1": db }, sites: {}, flows: {} });
  fleet.config.firewall["enabled"] = false;
  await declare({});
  await auditArgv(fleet, "db-1");
});

afterAll(async () => {
  await fleet.close();
});

describe("PostgreSQL", () => {
  it("comes up with its roles, databases and grants as declared", async () => {
    await say("up", "--yes", "--skip-preview", "--json");
    const shop = await learn();
    const table =
      "CREATE TABLE basket AS SELECT n FROM generate_series(1, 1000) n";
    expect(await asks(fleet, shop, onServer, table)).toBe("SELECT 1000");
    const reader = await loginOf(fleet, "reader");
    const read = "SELECT count(*) FROM basket";
    expect(await asks(fleet, reader, onServer, read)).toBe("1000");
    expect(await asks(fleet, reader, onServer, "DELETE FROM basket")).toContain(
      "permission denied",
    );
    expect(await superuser(fleet, "shop", "SHOW shared_buffers")).toBe("128MB");
  });

  it("lets nobody in from elsewhere, without a password, or as its superuser over TCP", async () => {
    const ports = "ss --no-header -ltn 'sport = :5432' | awk '{print $4}'";
    expect((await fleet.on("db-1", ports)).split("\n").sort()).toEqual([
      "127.0.0.1:5432",
      "[::1]:5432",
    ]);
    const { password } = await loginOf(fleet, "shop");
    const no = { user: "shop", password: "wrong" };
    expect(await asks(fleet, no, onServer, "")).toContain(
      "authentication failed",
    );
    const boss = { user: "postgres", password };
    expect(await asks(fleet, boss, onServer, "")).toContain(
      "pg_hba.conf rejects",
    );
    const peer = await fleet.lab.exec("db-1", [
      "bash",
      "-c",
      "runuser -u nobody -- psql -w -d shop -U shop 2>&1",
    ]);
    expect(peer.stdout).toContain("no password supplied");
  });

  it("changes nothing the second time, and passwords stay", async () => {
    const { output } = await fleet.up();
    expect(output).toMatch(/Resources:\s+\d+ unchanged\s/);
    expect((await loginOf(fleet, "shop")).password).toBe(passwords[0]);
  });

  it("puts back what was changed by hand, each by its name", async () => {
    await superuser(
      fleet,
      "shop",
      `ALTER ROLE shop PASSWORD 'mine' SUPERUSER;
       GRANT INSERT ON basket TO reader;
       GRANT CONNECT ON DATABASE shop TO PUBLIC;`,
    );
    await fleet.on(
      "db-1",
      "echo 'port = 5433' >>/etc/postgresql/15/main/conf.d/flotilla.conf",
    );
    const shown = await say("refresh", "--yes", "--diff");
    for (const key of [
      "postgres-cluster:main",
      "postgres-role:main/shop",
      "postgres-database:main/shop",
      "postgres-grant:main/shop/reader",
    ])
      expect(shown).toContain(key);
    const { output } = await fleet.up();
    expect(output).toMatch(/\s4 updated/);
    const state = `SELECT rolsuper FROM pg_roles WHERE rolname = 'shop';
      SELECT has_table_privilege('reader', 'basket', 'INSERT');
      SELECT has_database_privilege('public', 'shop', 'CONNECT');`;
    expect(await superuser(fleet, "shop", state)).toBe("f\nf\nf");
    await expectIn(await loginOf(fleet, "shop"));
  });
});

describe("the sandbox of PostgreSQL", () => {
  it("is what the server runs in, and leaves it an exposure of 5.0 at most", async () => {
    const score =
      "systemd-analyze security --no-pager --threshold=50 postgresql@15-main >/tmp/exposure && echo fine || tail -n 1 /tmp/exposure";
    expect(await fleet.on("db-1", score)).toBe("fine");
    const confined =
      "grep NoNewPrivs /proc/$(head -n 1 /var/lib/postgresql/15/main/postmaster.pid)/status";
    expect(await fleet.on("db-1", confined)).toMatch(/\s1$/);
    const compiled =
      "SET jit_above_cost = 0; SELECT count(*) FROM generate_series(1, 9) n";
    expect(await superuser(fleet, "shop", compiled)).toBe("9");
  });
});

describe("a change that touches data", () => {
  it("is preceded by a dump that was restored to prove it, and five are kept", async () => {
    await fleet.on(
      "db-1",
      `mkdir -p ${dumps}; touch ${dumps}/2020010{1..5}T000000Z-old.dump`,
    );
    await declare({
      databases: {
        shop: { owner: "shop", extensions: ["citext"], dumpFor: "1.0" },
      },
    });
    const output = await say("up", "--yes", "--skip-preview");
    expect(output).toMatch(
      /database shop was dumped to \S+\.dump and restored from it into a scratch database: 1000 rows in 1 tables/,
    );
    const kept = (await fleet.on("db-1", `cd ${dumps}; ls *.dump`)).split("\n");
    expect(kept).toHaveLength(5);
    expect(kept[0]).toMatch(/^20200102/);
    expect(
      await fleet.on("db-1", `stat -c '%a %U' ${dumps}/${kept[4] ?? ""}`),
    ).toBe("600 root");
    await superuser(fleet, "postgres", "CREATE DATABASE mine");
    await fleet.on(
      "db-1",
      `runuser -u postgres -- pg_restore -d mine <${dumps}/${kept[4] ?? ""}`,
    );
    expect(await superuser(fleet, "mine", "SELECT sum(n) FROM basket")).toBe(
      "500500",
    );
    expect(
      await superuser(
        fleet,
        "postgres",
        "DROP DATABASE mine; SELECT count(*) FROM pg_database WHERE datname LIKE 'flotilla%'",
      ),
    ).toBe("0");
  });

  it("is taken back when its owner cannot work afterwards, and the data stay", async () => {
    await declare({
      databases: {
        shop: {
          owner: "shop",
          extensions: ["citext", "hstore"],
          connectionLimit: 0,
        },
      },
    });
    const { output } = await fleet.upFails();
    said.push(output);
    expect(output).toContain("too many connections for database");
    expect(output).toContain("rolled back");
    await declare({});
    const state = `SELECT datconnlimit FROM pg_database WHERE datname = 'shop'; SELECT count(*) FROM basket;
      SELECT count(*) FROM pg_extension WHERE extname = 'hstore'`;
    expect(await superuser(fleet, "shop", state)).toBe("-1\n1000\n0");
  });
});

describe("a password", () => {
  it("that cannot be proven to work is taken back on both sides", async () => {
    await superuser(
      fleet,
      "postgres",
      "ALTER DATABASE postgres CONNECTION LIMIT 0",
    );
    await declare({ roles: { shop: { rotate: "2" }, reader: {} } });
    const { output } = await fleet.upFails();
    said.push(output);
    expect(output).toContain("rolled back");
    await superuser(
      fleet,
      "postgres",
      "ALTER DATABASE postgres CONNECTION LIMIT -1",
    );
    await expectIn({ user: "shop", password: passwords[0] ?? "" });
    await expectOneHit(passwords);
  });

  it("is rotated by one key, and the old one is refused", async () => {
    await say("up", "--yes", "--skip-preview", "--json");
    await expectIn(await learn());
    expect(new Set(passwords).size).toBe(2);
    const old = { user: "shop", password: passwords[0] ?? "" };
    expect(await asks(fleet, old, onServer, "")).toContain(
      "authentication failed",
    );
    await expectOneHit(passwords);
  });
});

describe("destroy", () => {
  it("keeps databases and says so; declared again they are taken back", async () => {
    const output = await say("destroy", "--yes", "--skip-preview");
    expect(output).toContain(
      "role shop stays, without login: it owns database shop",
    );
    expect(await superuser(fleet, "shop", "SELECT count(*) FROM basket")).toBe(
      "1000",
    );
    expect(await hitsOn(fleet, "db-1", forms())).toEqual([]);
    await say("up", "--yes", "--skip-preview");
    const shop = await learn();
    expect(
      await asks(fleet, shop, onServer, "SELECT count(*) FROM basket"),
    ).toBe("1000");
  });
});

describe("no password", () => {
  it("was in any output, state, log, argument or statement", async () => {
    for (const output of said) expect(hitsIn(output, forms())).toEqual([]);
    expect(await hitsBelow(fleet.folder, forms())).toEqual([]);
    await expectOneHit(passwords);
    expect(await auditedPrograms(fleet, "db-1")).toEqual(
      expect.arrayContaining(["bash", "setpriv", "systemd-run"]),
    );
    const log = await fleet.on("db-1", "cat /var/log/postgresql/*.log");
    expect(log).toContain("CREATE TABLE basket");
    expect(log).not.toContain("SCRAM-SHA-256$");
  });
});

/** Configures the fleet: one server, with these parts of it as they are here. */
async function declare(parts: object): Promise<void> {
  fleet.config.services = {
    db: {
      type: "postgres",
      host: "db-1",
      memoryMib: 512,
      settings: { log_statement: "all" },
      roles: { shop: {}, reader: {} },
      databases: { shop: { owner: "shop" } },
      grants: {
        reading: {
          database: "shop",
          role: "reader",
          schemas: { public: { schema: ["USAGE"], tables: ["SELECT"] } },
        },
      },
      ...parts,
    },
  };
  await fleet.configure();
}

/** Runs a command that must succeed, and keeps what it said. */
async function say(...words: string[]): Promise<string> {
  const { output } = await fleet.mustSucceed(...words);
  said.push(output);
  return output;
}

async function learn(): Promise<Login> {
  const login = await loginOf(fleet, "shop");
  expect(login.password).toMatch(/^[0-9A-Za-z]{32}$/);
  passwords.push(login.password);
  return login;
}

async function expectIn(login: Login): Promise<void> {
  expect(await asks(fleet, login, onServer, "SELECT current_user")).toBe(
    login.user,
  );
}

/** Of all passwords the newest alone is on the host, and there in its file alone. */
async function expectOneHit(all: readonly string[]): Promise<void> {
  expect(await hitsOn(fleet, "db-1", forms())).toEqual([
    `/etc/flotilla/postgres/main/shop.pgpass: password ${String(all.length)}, as it is`,
  ]);
  expect(hitsIn(JSON.stringify(await fleet.state()), forms())).toEqual([]);
}

function forms(): Form[] {
  return passwords.flatMap((one, index) =>
    formsOf(`password ${String(index + 1)}`, one),
  );
}
