import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import {
  Host,
  Postgres,
  PostgresClient,
  PostgresDatabase,
  PostgresGrant,
  PostgresRole,
  Provider,
  type PostgresArgs,
  type PostgresRoleArgs,
} from "../../../../components/index.ts";
import { made } from "../../recording.ts";

type Options = pulumi.ComponentResourceOptions;

/** The manifests of what is made on a host, by name. */
async function manifests(make: (host: Host, opts: Options) => unknown) {
  const recorded = await made((opts) => {
    const provider = new Provider("own", { privateKey: "PEM" }, opts);
    const args = { address: "10.0.0.5", hostKeys: ["ssh-ed25519 AAAA"] };
    const host = new Host("box", args, { ...opts, provider });
    return make(host, opts);
  });
  return new Map(
    recorded
      .filter(({ type }) => type === "flotilla:index:Manifest")
      .map((one) => [one.name, one]),
  );
}

async function postgres(args: Omit<PostgresArgs, "host">) {
  const found = await manifests(
    (host, opts) => new Postgres("db", { host, ...args }, opts),
  );
  return (name: string) => {
    const manifest = found.get(name);
    if (!manifest)
      throw new Error(`no manifest ${name} in ${[...found.keys()].join()}`);
    return manifest;
  };
}

test("a server is a cluster beside Debian's own files, with memory as asked", async () => {
  const { inputs } = (await postgres({ memoryMib: 1024 }))("db");
  expect(Object.keys(inputs["items"] as object)).toEqual([
    "directory:/etc/systemd/system/postgresql@.service.d",
    "file:/etc/systemd/system/postgresql@.service.d/flotilla-sandbox.conf",
    "file:/etc/systemd/system/postgresql@.service.d/flotilla.conf",
    "package:postgresql",
    "postgres-cluster:main",
  ]);
  expect(inputs["items"]).toMatchObject({
    "postgres-cluster:main": {
      port: 5432,
      listen: [],
      access: {},
      settings: { shared_buffers: "256MB", max_connections: 100 },
    },
  });
  expect(inputs["gates"]).toEqual({ postgres: { kind: "tcp", port: 5432 } });
});

test("without a sandbox its unit keeps all that Debian gave it", async () => {
  const { inputs } = (await postgres({ memoryMib: 1024, sandbox: false }))(
    "db",
  );
  expect(Object.keys(inputs["items"] as object)).not.toContain(
    "file:/etc/systemd/system/postgresql@.service.d/flotilla-sandbox.conf",
  );
});

test("settings of the user's win over the computed ones", async () => {
  const settings = { shared_buffers: "1GB", jit: false };
  const { inputs } = (await postgres({ memoryMib: 1024, settings }))("db");
  expect(inputs["items"]).toMatchObject({
    "postgres-cluster:main": {
      settings: { shared_buffers: "1GB", jit: false, work_mem: "4MB" },
    },
  });
});

test("memory, settings and addresses may come from other resources", async () => {
  const { inputs } = (
    await postgres({
      memoryMib: pulumi.output(4096).apply((mib) => mib / 3),
      settings: { timezone: pulumi.output("UTC") },
      listen: [pulumi.output("10.0.0.9"), "10.0.0.5"],
      access: { web: { from: [pulumi.output("10.0.0.7")] } },
    })
  )("db");
  expect(inputs["items"]).toMatchObject({
    "postgres-cluster:main": {
      listen: ["10.0.0.5", "10.0.0.9"],
      access: { web: { from: ["10.0.0.7"] } },
      settings: {
        shared_buffers: "341MB",
        effective_cache_size: "1024MB",
        maintenance_work_mem: "85MB",
        timezone: "UTC",
      },
    },
  });
});

test.each<{ args: Omit<PostgresArgs, "host">; message: string }>([
  {
    args: { memoryMib: 255 },
    message: "memoryMib: 255 must be a number from 256 to 16777216",
  },
  {
    args: { memoryMib: Number.NaN },
    message: "memoryMib: NaN must be a number from 256 to 16777216",
  },
  {
    args: { memoryMib: 1024, maxConnections: 0 },
    message: "maxConnections: 0 must be a number from 10 to 10000",
  },
])("a server is not made of what cannot be meant: $message", (bad) =>
  expect(postgres(bad.args)).rejects.toThrow(bad.message),
);

/** What a server of two roles, one of which logs in, says of the login of a role. */
async function loginOf(role: string): Promise<string> {
  const login = Promise.withResolvers<pulumi.Output<string>>();
  await manifests((host, opts) => {
    const roles = { shop: {}, owners: { login: false } };
    const db = new Postgres("db", { host, roles }, opts);
    const { user, password } = db.login(role);
    login.resolve(pulumi.interpolate`${user}:${password}`);
    return db;
  });
  const shown = await login.promise;
  return new Promise((resolve) => shown.apply(resolve));
}

test("a program asks a server for the login of a role", async () => {
  expect(await loginOf("shop")).toMatch(/^shop:./);
});

test.each([
  ["owners", "roles.owners.login: is false, so nobody logs in as it"],
  ["shpo", 'login: "shpo" is none of roles; add roles.shpo'],
])("the login of %s is refused: %s", async (role, message) => {
  await expect(loginOf(role)).rejects.toThrow(message);
});

test("a role, its database and a grant wait for each other, and are each tried", async () => {
  const found = await postgres({
    roles: { shop: {}, reader: {} },
    databases: { shop: { owner: "shop", extensions: ["citext"] } },
    grants: {
      reading: {
        database: "shop",
        role: "reader",
        schemas: { public: { tables: ["SELECT"] } },
      },
    },
  });
  const role = found("db-role-shop");
  expect(role.inputs["items"]).toMatchObject({
    "postgres-role:main/shop": { login: true },
    "file:/etc/flotilla/postgres/main/shop.pgpass": {
      template: "*:*:*:{{role}}:{{password}}\n",
      mode: "0600",
    },
  });
  expect(role.secrets).toEqual([
    "items file:/etc/flotilla/postgres/main/shop.pgpass values password",
    "items postgres-role:main/shop password",
  ]);
  expect(role.inputs["gates"]).toMatchObject({
    login: { database: "postgres", role: "shop" },
  });
  expect(role.dependencies).toContain("Manifest db");
  const database = found("db-database-shop");
  expect(database.inputs["gates"]).toMatchObject({
    owner: { database: "shop", role: "shop", probe: "schema" },
  });
  expect(database.dependencies).toContain("Manifest db-role-shop");
  const grant = found("db-grant-reading");
  expect(Object.keys(grant.inputs["items"] as object)).toEqual([
    "postgres-grant:main/shop/reader",
  ]);
  expect(grant.inputs["gates"]).toMatchObject({
    login: { database: "shop", role: "reader" },
  });
});

test("with overlap each rotation logs in as a role of its own, which acts as the owner", async () => {
  const found = await postgres({
    roles: { shop: { overlap: true, rotate: "2026-11" } },
    databases: { shop: { owner: "shop" } },
  });
  expect(found("db-role-shop").inputs["items"]).toMatchObject({
    "postgres-role:main/shop": { login: false },
  });
  expect(found("db-role-shop").secrets).toEqual([]);
  expect(found("db-role-shop-2026-11").inputs["items"]).toMatchObject({
    "postgres-role:main/shop_2026_11": { memberOf: ["shop"], actAs: "shop" },
  });
  expect(found("db-database-shop").inputs).toMatchObject({
    items: { "postgres-database:main/shop": { owner: "shop" } },
    gates: { owner: { role: "shop_2026_11" } },
  });
});

test("files of an app on the same host are written in the job that changes the password", async () => {
  const files = {
    "/etc/shop.env": {
      template:
        "DATABASE_URL=postgresql://{{role}}:{{password}}@{{address}}:{{port}}/{{database}}\n",
      owner: "shop",
      notify: [{ unit: "shop.service", action: "restart" } as const],
    },
  };
  const { inputs, secrets } = (await postgres({ roles: { shop: { files } } }))(
    "db-role-shop",
  );
  expect(inputs["items"]).toMatchObject({
    "file:/etc/shop.env": {
      values: {
        role: "shop",
        address: "127.0.0.1",
        port: 5432,
        database: "shop",
      },
      mode: "0600",
      owner: "shop",
      notify: [{ unit: "shop.service", action: "restart" }],
    },
  });
  expect(secrets).toContain("items file:/etc/shop.env values password");
});

test("a client has the password, psql, and looks over the network", async () => {
  const found = await manifests((host, opts) => {
    const db = new Postgres(
      "db",
      { host, roles: { shop: { overlap: true } } },
      opts,
    );
    const args = { address: "10.0.0.6", hostKeys: ["ssh-ed25519 AAAA"] };
    const web = new Host("web", args, opts);
    const role = db.roles.get("shop");
    if (!role) throw new Error("no role");
    return new PostgresClient(
      "web-shop",
      { host: web, role, address: "10.0.0.5", database: "shop" },
      opts,
    );
  });
  const client = found.get("web-shop");
  expect(client?.inputs).toMatchObject({
    host: { name: "web" },
    items: {
      "package:postgresql-client": {},
      "file:/etc/flotilla/postgres/client/shop.pgpass": {
        values: { role: "shop_1" },
        mode: "0600",
      },
    },
    gates: { login: { address: "10.0.0.5", database: "shop", role: "shop_1" } },
  });
  expect(client?.dependencies).toContain("Manifest db-role-shop-1");
});

test("children stand alone on a server that is there already", async () => {
  const found = await manifests((host, opts) => {
    const server = { host, port: 5433, cluster: "legacy" };
    const owner = new PostgresRole("app", { server, login: false }, opts);
    const database = new PostgresDatabase("books", { server, owner }, opts);
    return new PostgresGrant(
      "auditing",
      { database, role: "auditor", privileges: [] },
      opts,
    );
  });
  const keys = [...found.values()].flatMap(({ inputs }) =>
    Object.keys(inputs["items"] as object),
  );
  expect(keys).toEqual([
    "postgres-role:legacy/app",
    "postgres-database:legacy/books",
    "postgres-grant:legacy/books/auditor",
  ]);
  expect(found.get("books")?.inputs["gates"]).toEqual({});
});

const mistakes: { args: Omit<PostgresRoleArgs, "server">; message: string }[] =
  [
    { args: { rotate: "two words" }, message: 'rotate: "two words" must be' },
    { args: { login: false, overlap: true }, message: "overlap: a role that" },
    {
      args: { overlap: true, files: { "/etc/x": { template: "" } } },
      message: "files: they change in one job",
    },
  ];

test.each(mistakes)("fails for a role with $args", ({ args, message }) => {
  const making = postgres({ roles: { shop: args } });
  return expect(making).rejects.toThrow(message);
});

test("fails for a grant on a database that is not declared", () => {
  const grants = { reading: { database: "shpo", role: "reader" } };
  return expect(postgres({ grants })).rejects.toThrow(
    'grants.reading.database: "shpo" is none of databases',
  );
});
