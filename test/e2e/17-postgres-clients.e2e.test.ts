import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asks, loginOf, superuser, type Login } from "./postgres/session.ts";
import { TestFleet } from "./test-fleet.ts";

let fleet: TestFleet;
let first: Login;

beforeAll(async () => {
  fleet = await TestFleet.open();
  fleet.config.sites = {};
  fleet.config.ssh.connectTimeoutSeconds = 4;
  await declare("2026-10");
  await fleet.up();
  first = await loginOf(fleet, "shop");
});

afterAll(async () => {
  await fleet.close();
});

describe("a role that is used from another host", () => {
  it("logs in from there over TLS alone, and what it makes is the role's", async () => {
    expect(first.user).toBe("shop_2026_10");
    const made = "CREATE TABLE basket (n int); SELECT current_user";
    expect(await asks(fleet, first, fromClient("require"), made)).toBe(
      "CREATE TABLE\nshop",
    );
    expect(await asks(fleet, first, fromClient("disable"), "")).toContain(
      "no pg_hba.conf entry",
    );
    const owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'basket'";
    expect(await superuser(fleet, "shop", owner)).toBe("shop");
    const file = "/etc/flotilla/postgres/client/shop.pgpass";
    const psql = `PGPASSFILE=${file} psql -XAtc 'SELECT 1' -h ${fleet.address("db-1")} -d shop -U shop_2026_10`;
    expect(await fleet.on("web-1", psql)).toBe("1");
    expect(await fleet.on("web-1", `stat -c '%a %U' ${file}`)).toBe("600 root");
  });

  it("has both logins while a client cannot be updated", async () => {
    await declare("2026-11");
    await fleet.lab.powerOff("web-1");
    const { output } = await fleet.upFails();
    expect(output).toContain("web-1");
    const second = await loginOf(fleet, "shop");
    expect(second.user).toBe("shop_2026_11");
    for (const login of [first, second])
      expect(await asks(fleet, login, onServer, "SELECT current_user")).toBe(
        "shop",
      );
    await fleet.lab.powerOn("web-1");
  });

  it("loses the old login once every client has the new one", async () => {
    await fleet.up();
    const second = await loginOf(fleet, "shop");
    expect(await asks(fleet, second, fromClient("require"), "SELECT 1")).toBe(
      "1",
    );
    expect(await asks(fleet, first, fromClient("require"), "")).toContain(
      "authentication failed",
    );
    const left =
      "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolname ~ '^shop'";
    expect(await superuser(fleet, "shop", left)).toBe("shop shop_2026_11");
    expect(await fleet.on("db-1", "ls /etc/flotilla/postgres/main")).toBe(
      "pg_hba.conf\nshop_2026_11.pgpass",
    );
    expect((await fleet.up()).output).toMatch(/Resources:\s+\d+ unchanged\s/);
  });
});

const onServer = { from: "db-1", database: "shop" };

function fromClient(tls: "disable" | "require") {
  const address = fleet.address("db-1");
  return { from: "web-1", address, database: "shop", tls };
}

async function declare(rotate: string): Promise<void> {
  fleet.config.services = {
    db: {
      type: "postgres",
      host: "db-1",
      memoryMib: 512,
      roles: { shop: { rotate, clients: ["web-1"] } },
      databases: { shop: { owner: "shop" } },
    },
  };
  fleet.config.flows = {
    "web-to-db": { from: "web-1", to: "db-1", port: 5432 },
  };
  await fleet.configure();
}
