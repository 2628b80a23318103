import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkout } from "../../toolchain/build.ts";
import {
  ArgumentWatch,
  argvLog,
  auditArgv,
  auditedPrograms,
  formsOf,
  hitsBelow,
  hitsIn,
  hitsOn,
  type Form,
} from "./canary.ts";
import { TestFleet } from "./test-fleet.ts";

let fleet: TestFleet;
let traceFile: string;
let watch: ArgumentWatch;
/** What every command said. */
const said: string[] = [];
/** Every password that a role has had, by the role that logs in with it. */
const passwords = new Map<string, string>();

beforeAll(async () => {
  fleet = await TestFleet.open();
  traceFile = path.join(fleet.folder, "trace.log");
  const temporary = path.join(fleet.folder, "tmp");
  await mkdir(temporary);
  Object.assign(fleet.environment, {
    FLOTILLA_LOG: "trace",
    FLOTILLA_LOG_FILE: traceFile,
    TMPDIR: temporary,
  });
  for (const host of ["web-1", "db-1"]) await auditArgv(fleet, host);
  watch = new ArgumentWatch();
});

afterAll(async () => {
  await watch.stop();
  await fleet.close();
});

it("passwords of PostgreSQL are each in the files of the hosts that need them, and nowhere else there", async () => {
  await deploy("2026-10");
  expect([...passwords.keys()].sort()).toEqual(["reader", "shop_2026_10"]);
  await expectOnlyIn({
    "db-1": ["main/reader: reader", "main/shop_2026_10: shop_2026_10"],
    "web-1": ["client/shop: shop_2026_10"],
  });
});

it("a rotation leaves no trace of the old password, though the server logs each statement", async () => {
  await deploy("2026-11");
  expect(passwords.size).toBe(3);
  await expectOnlyIn({
    "db-1": ["main/reader: reader", "main/shop_2026_11: shop_2026_11"],
    "web-1": ["client/shop: shop_2026_11"],
  });
  const log = "cat /var/log/postgresql/*.log";
  expect(await fleet.on("db-1", log)).toMatch(
    /shop_2026_11@shop LOG: {2}statement: CREATE TABLE /,
  );
});

it("no password was said, or in any file or argument of the workstation", async () => {
  const { seen, hits } = await watch.stop(allForms());
  for (const output of said) expect(hitsIn(output, allForms())).toEqual([]);
  expect(hitsIn(JSON.stringify(await fleet.state()), allForms())).toEqual([]);
  expect(await hitsBelow(fleet.folder, allForms())).toEqual([]);
  expect(await readFile(traceFile, "utf8")).toContain("\trpc\tCreate\t");
  const provider = path.join(checkout, "dist/provider/provider.mjs");
  expect(seen.some((line) => line.includes(provider))).toBe(true);
  expect(hits).toEqual([]);
  expect(await auditedPrograms(fleet, "db-1")).toEqual(
    expect.arrayContaining(["bash", "setpriv", "systemctl"]),
  );
  const psql = `grep -l psql ${argvLog}/*.setpriv | wc -l`;
  expect(await fleet.on("db-1", psql)).not.toBe("0");
});

/** Deploys with another password for the role that another host uses, and learns what there is. */
async function deploy(rotate: string): Promise<void> {
  fleet.config.sites = {};
  fleet.config.services = {
    db: {
      type: "postgres",
      host: "db-1",
      memoryMib: 512,
      settings: { log_statement: "all" },
      roles: { shop: { rotate, clients: ["web-1"] }, reader: {} },
      databases: { shop: { owner: "shop" } },
    },
  };
  fleet.config.flows = {
    "web-to-db": { from: "web-1", to: "db-1", port: 5432 },
  };
  await fleet.configure();
  said.push((await fleet.up("--json")).output);
  said.push((await fleet.mustSucceed("preview", "--diff")).output);
  const outputs = (await fleet.outputs()) as {
    passwords: { db: Record<string, { user: string; password: string }> };
  };
  for (const { user, password } of Object.values(outputs.passwords.db)) {
    expect(password).toMatch(/^[0-9A-Za-z]{32}$/);
    passwords.set(user, password);
  }
}

/** The files below /etc/flotilla/postgres that hold a password, as `folder/role: whose`; all hits there are. */
async function expectOnlyIn(
  files: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  for (const [host, expected] of Object.entries(files)) {
    const hits = await hitsOn(fleet, host, allForms());
    const places = expected.map((one) => {
      const [file = "", whose = ""] = one.split(": ");
      return `/etc/flotilla/postgres/${file}.pgpass: ${whose}, as it is`;
    });
    expect(hits.sort()).toEqual(places);
  }
}

function allForms(): Form[] {
  return [...passwords].flatMap(([user, text]) => formsOf(user, text));
}
