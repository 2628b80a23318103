import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Lab } from "../../lab/index.ts";
import { checkout } from "../../toolchain/build.ts";
import { ImportersFolder, type ImportingProject } from "./importing-project.ts";
import { page } from "./test-fleet.ts";

const labName = process.env["FLOTILLA_TEST_LAB"] ?? "test";

let lab: Lab;
let importers: ImportersFolder;

beforeAll(async () => {
  lab = await Lab.open({ name: labName });
  await lab.up(["web-1"]);
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

  beforeAll(async () => {
    shop = await importers.project("shop");
    await shop.configure(lab, "web-1");
    const compiler = path.join(checkout, "node_modules/typescript/bin/tsc");
    await shop.mustRun(
      ...[process.execPath, compiler, "index.ts", "--strict"],
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

  it("uses Host, a service and Firewall alone, once that command has run", async () => {
    const before = await shop.read("Pulumi.yaml");
    await shop.mustRun("npx", "flotilla", "install");
    expect(await shop.read("Pulumi.yaml")).toBe(
      `${before}plugins:\n  providers:\n    - name: flotilla\n      path: node_modules/flotilla/dist/provider\n`,
    );
    const told = await shop.up("--json");
    const password = (
      await shop.mustRun(
        "pulumi",
        "stack",
        "output",
        "password",
        "--show-secrets",
      )
    ).trim();
    expect(password).toMatch(/^[0-9A-Za-z]{32}$/);
    expect(told).toContain("RegisterResource RPC finished");
    expect(told).not.toContain(password);
    const rules = await on("nft list table inet flotilla");
    expect(rules).toContain("dport 80");
    expect(await on("systemctl is-active redis-server")).toBe("active");
  });

  it("has nothing to do the second time, and leaves nothing running in the end", async () => {
    expect(await shop.up()).toMatch(/\b9 unchanged/);
    await shop.mustRun("pulumi", "destroy", "--yes", "--skip-preview");
    expect(await on("nft list tables | grep -c 'inet flotilla' || true")).toBe(
      "0",
    );
    expect(await on("systemctl is-active redis-server || true")).toBe(
      "inactive",
    );
  });
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
