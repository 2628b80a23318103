import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { page, TestFleet } from "./test-fleet.ts";

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.open();
  const { config } = fleet;
  config.services["node"] = { type: "node-exporter", host: "db-1" };
  config.flows["scrape"] = { from: "web-1", to: "db-1", port: 9100 };
  await fleet.configure();
  await fleet.up();
});

afterAll(async () => {
  await fleet.close();
});

describe("a node exporter", () => {
  it("is scraped from where a flow leads from, and from nowhere else", async () => {
    const url = `http://${fleet.address("db-1")}:9100/metrics`;
    const scrape = `curl --silent --max-time 3 ${url}`;
    expect(await fleet.on("web-1", scrape)).toContain("node_load1 ");
    await expect(
      fetch(url, { signal: AbortSignal.timeout(2000) }),
    ).rejects.toThrow();
  });

  it("counts as broken when it cannot be scraped, and the old one serves on", async () => {
    fleet.config.services["node"] = {
      type: "node-exporter",
      host: "db-1",
      enable: ["no_such_collector"],
    };
    await fleet.configure();
    const { output } = await fleet.upFails();
    expect(output).toContain("prometheus-node-exporter.service");
    expect(output).toContain("no_such_collector");
    expect(output).toContain("rolled back");
    const scrape = "curl --silent http://127.0.0.1:9100/metrics";
    expect(await fleet.on("db-1", scrape)).toContain("node_load1 ");
    fleet.config.services["node"] = { type: "node-exporter", host: "db-1" };
    await fleet.configure();
    await fleet.up();
  });
});

describe("a gate between hosts", () => {
  it("that fails stops what depends on it and nothing else", async () => {
    await dropPort("db-1", 9100);
    fleet.config.services["node"] = {
      type: "node-exporter",
      host: "db-1",
      disable: ["wifi"],
    };
    await fleet.configure();
    await fleet.writeSite("index.html", page("second"));
    const { output } = await fleet.upFails("--continue-on-error");
    expect(output).toMatch(/web-1: socket \(scrape\): .*:9100/);
    const site = await fetch(`http://${fleet.address("web-1")}/`);
    expect(await site.text()).toBe(page("second"));
    const unit = "systemctl show -p ExecStart prometheus-node-exporter";
    expect(await fleet.on("db-1", unit)).toContain("--no-collector.wifi");
    await fleet.on("db-1", "nft delete table inet e2e_drop");
    await fleet.up();
  });
});

describe("a gate from outside", () => {
  it("fails while the machine of the program cannot see the site, and holds once it can", async () => {
    await dropPort("web-1", 80);
    await fleet.writeSite("index.html", page("third"));
    const { output } = await fleet.upFails();
    expect(output).toMatch(
      /web-1: socket \(public-web\): .*:80.*seen from this machine/,
    );
    expect(output).toContain("verify: false");
    const shown = await fleet.mustSucceed("preview", "--refresh", "--diff");
    expect(shown.output).toMatch(/gate:public-web: .*fails: .*:80/);
    await fleet.on("web-1", "nft delete table inet e2e_drop");
    await fleet.up();
    const site = await fetch(`http://${fleet.address("web-1")}/`);
    expect(await site.text()).toBe(page("third"));
  });
});

/** Drops what comes for a port from elsewhere, in a table that is nobody else's. */
async function dropPort(host: string, port: number): Promise<void> {
  await fleet.on(
    host,
    "nft -f - <<'EOF'\n" +
      "table inet e2e_drop {\n" +
      " chain input { type filter hook input priority -300; policy accept;\n" +
      `  iifname != "lo" tcp dport ${port} drop\n }\n}\n` +
      "EOF",
  );
}
