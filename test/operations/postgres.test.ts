import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { itemKinds } from "../../manifest/items.ts";
import {
  renderAccess,
  renderSettings,
} from "../../provider/operations/postgres/cluster-files.ts";
import {
  isVerifierOf,
  scramVerifier,
} from "../../provider/operations/postgres/scram.ts";
import { identifier, literal } from "../../provider/operations/postgres/sql.ts";
import { desired, seen } from "../../provider/operations/state.ts";
import { parseItems } from "../../provider/operations/index.ts";
import { parseObservation } from "../../provider/facts/index.ts";
import { planCase, readCases } from "./case.ts";

/** What PostgreSQL 15 itself made of the password `x1y2z3w4`. */
const theirs =
  "SCRAM-SHA-256$4096:eQmrggsK59tJZ6AYvbd/vg==$7cas7F98bxKYbI5MyLOmRatsnU5RtDLSBHzS1QyIT/w=:m/4v1wCuBgCTm5OJBDMRDHdEsB1dwHDTA5fXtkL8Cqc=";

test("a verifier of PostgreSQL's own is recognised, and made again from its salt", () => {
  expect(isVerifierOf(theirs, "x1y2z3w4")).toBe(true);
  expect(isVerifierOf(theirs, "x1y2z3w5")).toBe(false);
  const salt = Buffer.from("eQmrggsK59tJZ6AYvbd/vg==", "base64");
  expect(scramVerifier("x1y2z3w4", salt)).toBe(theirs);
});

test.each([
  "",
  "md5c27aad78b4bd0ff09aeee6aeb8ae9b39",
  theirs.slice(0, -8),
  theirs.replace("4096", "0"),
])("%j is a verifier of no password", (verifier) => {
  const isOne = () => isVerifierOf(verifier, "x1y2z3w4");
  if (verifier.includes("$0:")) expect(isOne).toThrow();
  else expect(isOne()).toBe(false);
});

test("a verifier is one of its own password alone, under any salt", () => {
  const password = fc.stringMatching(/^[A-Za-z0-9_~.-]{8,20}$/);
  fc.assert(
    fc.property(password, password, (one, other) => {
      const verifier = scramVerifier(one, randomBytes(16));
      expect(isVerifierOf(verifier, one)).toBe(true);
      expect(isVerifierOf(verifier, other)).toBe(one === other);
    }),
    { numRuns: 20 },
  );
});

test("names and texts cannot leave their quotes", () => {
  expect(identifier('a"b')).toBe('"a""b"');
  expect(literal("it's")).toBe("'it''s'");
});

test("settings are quoted, and what is decided elsewhere comes with them", () => {
  const body = itemKinds["postgres-cluster"].parse({
    listen: ["10.0.0.5"],
    settings: { work_mem: "4MB", jit: false, log_line_prefix: "it's \\ %m" },
  });
  expect(renderSettings("main", body)).toBe(
    `# Made by Flotilla; changes by hand are taken back.
hba_file = '/etc/flotilla/postgres/main/pg_hba.conf'
jit = off
listen_addresses = '127.0.0.1, ::1, 10.0.0.5'
log_line_prefix = 'it''s \\\\ %m'
password_encryption = 'scram-sha-256'
port = 5432
work_mem = '4MB'
`,
  );
});

test("who comes from elsewhere comes over TLS, with a password, and never as the superuser", () => {
  const body = itemKinds["postgres-cluster"].parse({
    access: {
      web: { from: ["10.0.0.6", "fd00::6", "10.1.0.0/16"], role: "app" },
    },
  });
  const lines = renderAccess(body)
    .split("\n")
    .filter((line) => line && !line.startsWith("#"));
  expect(lines).toEqual([
    "local all postgres peer",
    "local all all scram-sha-256",
    "host all postgres all reject",
    "host all all 127.0.0.1/32 scram-sha-256",
    "host all all ::1/128 scram-sha-256",
    'hostssl all "app" 10.0.0.6/32 scram-sha-256',
    'hostssl all "app" 10.1.0.0/16 scram-sha-256',
    'hostssl all "app" fd00::6/128 scram-sha-256',
  ]);
});

/** The statements of a case, with the verifier taken out. */
function statements(name: string): string {
  const found = readCases().find(([one]) => one === name);
  if (!found) throw new Error(`no case ${name}`);
  return planCase(found[1])
    .payloads.map((payload) => ("content" in payload ? payload.content : ""))
    .join("--\n")
    .replaceAll(/'SCRAM-SHA-256\$[^']*'/g, "<verifier>");
}

test.each([
  [
    "postgres-role/missing-member-is-created-then-joined",
    `CREATE ROLE "app" WITH LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOREPLICATION NOBYPASSRLS INHERIT VALID UNTIL 'infinity' CONNECTION LIMIT -1 PASSWORD <verifier>;
COMMENT ON ROLE "app" IS 'made by Flotilla: fleet-web-1-site';
--
GRANT "own" TO "app";
ALTER ROLE "app" SET role = 'own';
`,
  ],
  [
    "postgres-role/superuser-by-hand-is-altered",
    `ALTER ROLE "app" WITH LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOREPLICATION NOBYPASSRLS INHERIT VALID UNTIL 'infinity' CONNECTION LIMIT -1;
`,
  ],
  [
    "postgres-role/joined-by-hand-leaves-again",
    `REVOKE "pg_read_all_data" FROM "app";
`,
  ],
  [
    "postgres-database/missing-is-created-with-its-extensions",
    `CREATE DATABASE "shop" OWNER "app" TEMPLATE template0 ENCODING 'UTF8' CONNECTION LIMIT -1;
COMMENT ON DATABASE "shop" IS 'made by Flotilla: fleet-web-1-site';
REVOKE ALL ON DATABASE "shop" FROM PUBLIC;
--
SET search_path = public;
CREATE EXTENSION IF NOT EXISTS "citext";
`,
  ],
  [
    "postgres-database/opened-by-hand-is-closed-without-a-dump",
    `REVOKE ALL ON DATABASE "shop" FROM PUBLIC;
`,
  ],
  [
    "postgres-grant/added-by-hand-is-revoked",
    `REVOKE ALL ON DATABASE "shop" FROM "reader";
REVOKE ALL ON SCHEMA "public" FROM "reader";
REVOKE ALL ON ALL TABLES IN SCHEMA "public" FROM "reader";
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s', pg_get_userbyid(datdba), 'IN SCHEMA "public" REVOKE ALL ON TABLES FROM "reader"') FROM pg_database WHERE datname = current_database() \\gexec
REVOKE ALL ON ALL TABLES IN SCHEMA "other" FROM "reader";
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s', pg_get_userbyid(datdba), 'IN SCHEMA "other" REVOKE ALL ON TABLES FROM "reader"') FROM pg_database WHERE datname = current_database() \\gexec
GRANT CONNECT ON DATABASE "shop" TO "reader";
GRANT USAGE ON SCHEMA "public" TO "reader";
GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "reader";
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s', pg_get_userbyid(datdba), 'IN SCHEMA "public" GRANT SELECT ON TABLES TO "reader"') FROM pg_database WHERE datname = current_database() \\gexec
`,
  ],
])("%s, in SQL", (name, sql) => {
  expect(statements(name)).toBe(sql);
});

const role = "postgres-role:main/app";

test("a password is in no step, no state and no name: a verifier is sent, and a keyed digest kept", () => {
  const found = readCases().find(
    ([name]) => name === "postgres-role/missing-is-created",
  );
  if (!found) throw new Error("no case");
  const plan = planCase(found[1]);
  const everything = JSON.stringify(plan);
  expect(everything).not.toContain("correct-horse");
  const { payloads, ...shown } = plan;
  expect(JSON.stringify(shown)).not.toContain("SCRAM-SHA-256");
  expect(JSON.stringify(payloads)).toContain("SCRAM-SHA-256");
  expect(plan.observedWhenDone[role]).toMatch(/^login hmac:[0-9a-f]{64}$/);
});

test("what is seen of another password is neither it nor its verifier, and differs under every key", () => {
  const item = parseItems({ [role]: { password: "correct-horse" } }).get(role);
  if (!item) throw new Error("no item");
  const record = `postgres-role\tmain/app\tpresent\tlogin\t-1\t-\t-\t${theirs}\t-`;
  const observation = parseObservation(`${record}\ncomplete\n`);
  const states = ["a", "b"].map((key) => seen(item, observation, key));
  expect(
    new Set([...states, desired(item, "a"), desired(item, "b")]).size,
  ).toBe(4);
  expect(states.join()).not.toContain("SCRAM");
});

test("what PostgreSQL does not compute on is said whole: differing grants name place and privilege", () => {
  const found = readCases().find(
    ([name]) => name === "postgres-grant/on-some-tables-is-not-enough",
  );
  if (!found) throw new Error("no case");
  expect(planCase(found[1]).operations[0]?.reason).toBe(
    "database CONNECT; schema public USAGE; tables public SELECT on some and SELECT on new ones instead of database CONNECT; schema public USAGE; tables public SELECT",
  );
});
