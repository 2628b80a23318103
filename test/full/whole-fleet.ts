import { readFile } from "node:fs/promises";
import { page, TestFleet } from "../e2e/test-fleet.ts";

/** A fleet with one of everything that a manifest can hold; its disks lie in memory. */
export async function openWholeFleet(): Promise<TestFleet> {
  const fleet = await TestFleet.open({ disk: "memory" });
  const key = await readFile(`${fleet.lab.keyFile}.pub`, "utf8");
  const { config } = fleet;
  config.services["shop"] = {
    type: "postgres",
    host: "db-1",
    roles: { shop: {}, reader: {} },
    databases: { shop: { owner: "shop" } },
    grants: { "reader-on-shop": readerOf(["SELECT"]) },
  };
  config.services["node"] = { type: "node-exporter", host: "web-1" };
  config.users["deploy"] = { sshKeys: [key.trim()], sudo: "webops" };
  config.hardening = { sshd: { confirmSeconds: 15 } };
  await fleet.configure();
  return fleet;
}

/** Changes something of every kind; nothing is taken away but a collector and a user's rights. */
export async function changeEverything(fleet: TestFleet): Promise<void> {
  const { config } = fleet;
  config.hosts["web-1"] = { ...config.hosts["web-1"], packages: ["bc"] };
  config.services["web"] = {
    ...config.services["web"],
    config: "gzip_vary on;",
  };
  config.services["cache"] = { ...config.services["cache"], maxMemoryMib: 64 };
  config.services["shop"] = {
    ...config.services["shop"],
    maxConnections: 60,
    roles: { shop: { rotate: "2" }, reader: { connectionLimit: 5 } },
    databases: {
      shop: { owner: "shop", dumpFor: "2", extensions: ["citext"] },
    },
    grants: { "reader-on-shop": readerOf(["SELECT", "INSERT"]) },
  };
  config.services["node"] = { ...config.services["node"], disable: ["btrfs"] };
  config.users["deploy"] = {
    ...config.users["deploy"],
    sudo: "none",
    comment: "deploys",
  };
  config.flows["web-to-shop"] = { from: "web-1", to: "db-1", port: 5432 };
  config.hardening = {
    sshd: { confirmSeconds: 15, maxAuthTries: 4 },
    loginDefs: { umask: "077" },
    fail2ban: { banSeconds: 7200 },
    sysctl: { set: { "net.ipv4.conf.all.log_martians": "0" } },
  };
  await fleet.writeSite("index.html", page("changed"));
  await fleet.configure();
}

/** The version of the page that visitors see now, or what they get in its place. */
export async function servedPage(fleet: TestFleet): Promise<string> {
  try {
    const response = await fetch(`http://${fleet.address("web-1")}/`, {
      signal: AbortSignal.timeout(5000),
    });
    const text = await response.text();
    return /the (\w+) page/.exec(text)?.[1] ?? String(response.status);
  } catch (error) {
    return String(error);
  }
}

function readerOf(tables: readonly string[]) {
  return {
    database: "shop",
    role: "reader",
    schemas: { public: { schema: ["USAGE"], tables } },
  };
}
