import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestFleet } from "./test-fleet.ts";

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.open();
  fleet.config.services = {
    db: {
      type: "postgres",
      host: "db-1",
      memoryMib: 512,
      settings: { log_statement: "all" },
      roles: { shop: {}, app: { clients: ["web-1"] }, reader: {} },
      databases: { shop: { owner: "shop" }, app: { owner: "app" } },
      grants: {
        "reader-on-shop": {
          database: "shop",
          role: "reader",
          schemas: { public: { schema: ["USAGE"], tables: ["SELECT"] } },
        },
      },
    },
  };
  fleet.config.sites = {};
  fleet.config.flows = {
    "web-to-db": { from: "web-1", to: "db-1", port: 5432 },
  };
  await fleet.configure();
});

afterAll(async () => {
  await fleet.close();
});

describe("PostgreSQL", () => {
  it("comes up with its roles, databases and grants, each tried", async () => {
    const { output } = await fleet.up();
    expect(output).toContain("created");
  });

  it("changes nothing the second time", async () => {
    const { output } = await fleet.up();
    expect(output).toMatch(/Resources:\s+\d+ unchanged\s/);
    const refresh = await fleet.mustSucceed("refresh", "--yes", "--diff");
    expect(refresh.output).toMatch(/Resources:\s+\d+ unchanged\s/);
  });
});
