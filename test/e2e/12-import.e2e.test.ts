import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Lab } from "../../lab/index.ts";
import { checkout } from "../../toolchain/build.ts";
import { testLab } from "./test-lab.ts";
import { ImportersFolder, type ImportingProject } from "./importing-project.ts";
import { page } from "./test-fleet.ts";

const labName = testLab();

let lab: Lab;
let importers: ImportersFolder;

beforeAll(async () => {
  lab = await Lab.open({ name: labName });
  await lab.reset(["web-1"]);
  importers = await ImportersFolder.open(labName);
});

afterAll(async () => {
  await lab.down();
  await importers.close();
});

describe("the package", () => {
  it("holds library, plugin and what travels to hosts, and nothing that only a checkout needs", async () => {
    const files = await importers.packedFiles();
    for (const needed of [
      "LICENSE",
      "README.md",
      "cli/launch.js",
      "cloud-init/first-boot.sh",
      "dist/cli/flotilla.js",
      "dist/components/index.d.ts",
      "dist/components/index.js",
      "dist/provider/construct/main.js",
      "dist/provider/provider.mjs",
      "dist/provider/pulumi-resource-flotilla",
      "docs/importing.md",
      "host/bootstrap.sh",
      "host/runtime/job.sh",
      "package.json",
    ])
      expect([...files.keys()]).toContain(needed);
    const folders = new Set(
      [...files.keys()].map((name) => name.split("/")[0]),
    );
    expect([...folders].sort()).toEqual([
      "LICENSE",
      "README.md",
      "cli",
      "cloud-init",
      "dist",
      "docs",
      "host",
      "package.json",
      "schema",
    ]);
    const bytes = [...files.values()].reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThan(6 * 1024 * 1024);
  });
});

describe("a program in TypeScript", () => {
  let shop: ImportingProject;
  /** Of the role `shop`. */
  let password = "";

  beforeAll(async () => {
    shop = await importers.project("shop");
    await shop.configure(lab, "web-1");
    const compiler = path.join(checkout, "node_modules/typescript/bin/tsc");
    await shop.mustRun(
      ...[process.execPath, compiler, "index.ts", "--strict"],
      ...["--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes"],
      ...["--module", "nodenext", "--target", "es2022", "--types", "node"],
      ...["--typeRoots", path.join(checkout, "node_modules/@types")],
    );
  });

  it("shares the SDK with the library", async () => {
    const copies = await shop.mustRun(
      ...["find", ".", "-path", "*/@pulumi/pulumi/package.json"],
    );
    expect(copies.trim().split("\n")).toEqual([
      "./node_modules/@pulumi/pulumi/package.json",
    ]);
  });

  it("fails with the one command to run while its project does not name the plugin", async () => {
    const { code, output } = await shop.run(
      "pulumi",
      "up",
      "--yes",
      "--skip-preview",
    );
    expect(code).not.toBe(0);
    expect(output).toContain(
      "error: run `npx flotilla install` once: Pulumi.yaml does not say where Flotilla's plugin is\n",
    );
    expect(output).not.toContain("    at ");
  });

  it("uses Host, Postgres and Firewall alone, once that command has run", async () => {
    const before = await shop.read("Pulumi.yaml");
    await shop.mustRun("npx", "flotilla", "install");
    expect(await shop.read("Pulumi.yaml")).toBe(
      `${before}plugins:\n  providers:\n    - name: flotilla\n      path: node_modules/flotilla/dist/provider\n`,
    );
    const preview = await shop.mustRun("pulumi", "preview");
    expect(preview).toContain("+ 12 to create");
    expect(preview).toContain("PostgreSQL main will be configured");
    const told = await shop.up("--json");
    const words = ["stack", "output", "password", "--show-secrets"];
    password = (await shop.mustRun("pulumi", ...words)).trim();
    expect(password).toMatch(/^[0-9A-Za-z]{32}$/);
    expect(told).toContain("RegisterResource RPC finished");
    expect(told).not.toContain(password);
    expect(await on("nft list table inet flotilla")).toContain("dport 80");
  });

  it("lets the role into its database with the password that the program has", async () => {
    expect(await asShop("SELECT current_user")).toBe("shop");
    expect(await asShop("CREATE TABLE basket (n int)")).toBe("CREATE TABLE");
  });

  it("gives PostgreSQL the memory that its page computes for such a host", async () => {
    const kib = await on("awk '/^MemTotal:/ { print $2 }' /proc/meminfo");
    const mib = Math.floor(Number(kib) / 1024 / 256) * 256;
    const buffers = Math.min(16384, Math.max(128, Math.floor(mib / 4)));
    const caches = Math.min(1048576, Math.max(128, Math.floor((mib * 3) / 4)));
    const work = Math.floor((mib - buffers) / 300);
    expect(
      await asShop(
        `SELECT pg_size_bytes(current_setting(name)) / 1024 / 1024 FROM unnest(
         ARRAY['shared_buffers', 'effective_cache_size', 'work_mem']) name`,
      ),
    ).toBe([buffers, caches, Math.min(1024, Math.max(4, work))].join("\n"));
  });

  it("has nothing to do the second time", async () => {
    expect(await shop.up()).toMatch(/Resources:\s+13 unchanged\s/);
  });

  it("leaves the data alone in the end: no login, no rules, and Debian's own settings", async () => {
    const output = await shop.mustRun(
      ...["pulumi", "destroy", "--yes", "--skip-preview"],
    );
    expect(output).toContain(
      "role shop stays, without login: it owns database shop",
    );
    expect(await on("nft list tables | grep -c 'inet flotilla' || true")).toBe(
      "0",
    );
    expect(await asShop("")).toContain(
      'role "shop" is not permitted to log in',
    );
    const state = "SELECT count(*) FROM basket; SHOW shared_buffers";
    expect(
      await on(`runuser -u postgres -- psql -XAtq -d shop <<<'${state}'`),
    ).toBe("0\n128MB");
    expect(await on("find /etc -path '*flotilla*' -type f")).toBe("");
  });

  /** What psql answers that role on its host; an error is a part of the answer. */
  async function asShop(sql: string): Promise<string> {
    const script =
      "read -r PGPASSWORD; export PGPASSWORD; psql -XAt -h 127.0.0.1 -U shop -d shop 2>&1";
    const input = `${password}\n${sql}\n`;
    const argv = ["bash", "-c", script];
    return (await lab.exec("web-1", argv, { input })).stdout.trim();
  }
});

describe("a program in YAML", () => {
  let pages: ImportingProject;

  beforeAll(async () => {
    pages = await importers.project("pages");
    await pages.write("site/index.html", page("first"));
    await pages.mustRun("npx", "flotilla", "install");
    await pages.configure(lab, "web-1");
  });

  it("shows in a preview what components of the package will do on the host", async () => {
    const output = await pages.mustRun("pulumi", "preview");
    expect(output).toContain("+ 8 to create");
    expect(output).toContain("web-1: package nginx will be installed");
  });

  it("serves a site by Host, Nginx and StaticSite", async () => {
    const output = await pages.up();
    expect(output).toContain("+ 8 created");
    expect(output).toContain('os : "debian 12"');
    expect(await body()).toBe(page("first"));
    expect(await on("cat /etc/nginx/conf.d/flotilla.conf")).toContain(
      "gzip_comp_level 5;",
    );
  });

  it("has nothing to do the second time, and one manifest for another page", async () => {
    expect(await pages.up()).toContain("8 unchanged");
    await pages.write("site/index.html", page("second"));
    expect(await pages.up()).toMatch(/~ 1 updated\s+7 unchanged/);
    expect(await body()).toBe(page("second"));
  });

  it("fails with the host's own words, and makes nothing that depends on what failed", async () => {
    const good = await pages.read("Pulumi.yaml");
    await pages.write(
      "Pulumi.yaml",
      good.replace("gzip_comp_level 5", "nonsense on"),
    );
    await pages.write("site/index.html", page("third"));
    const { code, output } = await pages.run(
      "pulumi",
      "up",
      "--yes",
      "--skip-preview",
    );
    await pages.write("Pulumi.yaml", good);
    expect(code).not.toBe(0);
    expect(output).toContain('unknown directive "nonsense"');
    expect(output).toContain("rolled back");
    expect(output).toContain("what depends on web was left as it is");
    expect(output).not.toContain("    at ");
    expect(await body()).toBe(page("second"));
  });

  it("keeps the key out of its state and of the stream of events", async () => {
    const key = await readFile(lab.keyFile, "utf8");
    const line = key.split("\n")[3] ?? "";
    expect(line.length).toBeGreaterThan(40);
    const state = await pages.mustRun("pulumi", "stack", "export");
    expect(state).toContain('"privateKey"');
    expect(state).not.toContain(line);
    const told = await pages.up("--json");
    expect(told).toContain("resp: (not shown)");
    expect(told).not.toContain(line);
  });

  it("takes site, server and host away in that order", async () => {
    await pages.mustRun("pulumi", "destroy", "--yes", "--skip-preview");
    expect(await on("systemctl is-active nginx || true")).toBe("inactive");
    expect(await on("ls /srv 2>&1")).toBe("");
  });

  async function body(): Promise<string> {
    const response = await fetch(`http://${lab.address("web-1")}/`);
    return response.text();
  }
});

/** Runs a command inside the host, which must succeed, and returns what it printed. */
async function on(script: string): Promise<string> {
  const result = await lab.exec("web-1", ["bash", "-c", script]);
  if (result.exitCode !== 0) throw new Error(`${script}\n${result.stderr}`);
  return result.stdout.trim();
}
