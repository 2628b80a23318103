import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultAt, takenBy, type ErrorName } from "../e2e/cloud-errors.ts";
import { PaperFleet, plugins, type Plugin } from "../e2e/paper-fleet.ts";
import {
  cases,
  errors,
  expected,
  meet,
  tableOf,
  words,
} from "./error-matrix.ts";
import { keysOf, machinesOf, orphansOf, sourcesOf } from "./paper-view.ts";

let paper: PaperFleet;

beforeAll(async () => {
  paper = await PaperFleet.open();
});

afterAll(async () => {
  await paper.close();
});

const lost = "an answer that is lost";
const asItShouldBe = { orphans: [], lost: [] };
const atKey = "creation of the key";

describe("the creation of the key, which everything needs", () => {
  const failing = (plugin: Plugin) =>
    errors.filter(
      (error) => error !== lost && takenBy(plugin, atKey, error) !== "waits",
    );
  const others = failing("digitalocean");
  const rounds = failing("hcloud").map((one, index) => [one, others[index]]);

  it.each(rounds)(
    "fails at once at %s (Hetzner) and %s (DigitalOcean), and nothing is there that nobody knows",
    async (hcloud, digitalocean) => {
      const met: Record<Plugin, ErrorName | undefined> = {
        hcloud,
        digitalocean,
      };
      const { code, output } = await keyMeets((plugin) => [met[plugin]]);
      expect(code, output).toBe(1);
      for (const plugin of plugins) {
        const taken = takenBy(plugin, atKey, met[plugin] ?? lost);
        expect(output).toContain(taken === "waits" ? taken : taken.fails);
      }
      expect(await keysOf(paper)).toEqual([]);
      expect(await paper.unknown()).toEqual(asItShouldBe);
    },
  );

  it("leaves two keys whose answers were lost, and the next update fails until they are deleted", async () => {
    const { output } = await keyMeets(() => [lost]);
    expect(output).toContain("(unavailable)");
    expect(output).toMatch(/: 422 \(.*SSH Key is already in use/);
    expect((await paper.unknown()).orphans).toHaveLength(2);
    const again = await paper.up();
    expect(again.output).toMatch(/(name|fingerprint).* \(uniqueness_error\)/);
    expect(again.output).toMatch(/: 422 \(.*SSH Key is already in use/);
    await paper.hcloud("ssh-key", "delete", "e2e-flotilla");
    for (const { type, id } of await orphansOf(paper))
      await paper.remove(type, id);
  });

  it("waits at every other answer, in one update that makes the key and all that needs it", async () => {
    const { code, output } = await keyMeets((plugin) =>
      errors.filter((error) => takenBy(plugin, atKey, error) === "waits"),
    );
    expect(code, output).toBe(0);
    expect(await keysOf(paper)).toHaveLength(2);
    expect(await paper.there()).toHaveLength(6);
    expect(await paper.unknown()).toEqual(asItShouldBe);
  });
});

describe("the creation of firewalls", () => {
  it("fails or waits with each answer as the table says, and those alone are left whose answer was lost", async () => {
    const { hosts } = paper.fleet.config;
    const more = cases.map(({ plugin, host, port }) => {
      const { provider, size } = words[plugin];
      return [host, { provider, port, size }] as const;
    });
    paper.fleet.config.hosts = { ...hosts, ...Object.fromEntries(more) };
    const step = "creation of the firewall";
    const { result, table } = await meet(paper, step, "firewall");
    expect(table).toEqual(expected(step));
    expect(result.code).toBe(1);
    expect(await paper.unmet()).toEqual([]);
    expect(await paper.unknown()).toEqual({
      orphans: [
        expect.stringMatching(/^hcloud:index\/firewall/),
        expect.stringMatching(/^digitalocean:index\/firewall/),
      ],
      lost: [],
    });
  });

  it("is told by the next update that their names are taken, until the commands of the documentation delete them", async () => {
    const { code, output } = await paper.up("--continue-on-error");
    expect(code).toBe(1);
    expect(output).toContain(
      "firewall name is already used (uniqueness_error)",
    );
    expect(output).toMatch(/: 409 \(.* duplicate name/);
    const [{ port } = { port: 0 }] = cases.filter(
      ({ error }) => error === lost,
    );
    const name = `e2e-ssh-${port}`;
    await paper.hcloud(
      ...["firewall", "remove-from-resource", name],
      ...["--type", "label_selector"],
      ...["--label-selector", "flotilla-stack==e2e"],
    );
    await paper.hcloud("firewall", "delete", name);
    for (const { type, id } of await orphansOf(paper))
      await paper.remove(type, id);
    expect(await paper.unknown()).toEqual(asItShouldBe);
  });
});

describe("the creation of machines", () => {
  it("fails or waits with each answer as the table says, and makes the firewalls that were missing", async () => {
    const step = "creation of the machine";
    const { result, table } = await meet(paper, step, "machine");
    expect(table).toEqual(expected(step));
    expect(result.code).toBe(1);
    expect(await paper.unmet()).toEqual([]);
    // Hetzner's plugin fails, DigitalOcean's makes a second one.
    const left = [
      expect.stringMatching(/^hcloud:index\/server/),
      expect.stringMatching(/^digitalocean:index\/droplet/),
    ];
    expect(await paper.unknown()).toEqual({ orphans: left, lost: [] });
    expect(result.output).toMatch(
      /warning: e2e-db-an-answer-that-is-lost is at .* you pay for it/,
    );
  });

  it("is gone on with by the next update, once it is told what became of the one that it refuses to make twice", async () => {
    const { code, output } = await paper.up();
    expect(code).toBe(1);
    expect(output).toMatch(
      /error: e2e-web-an-answer-that-is-lost is at .*no second one is made/,
    );
    const [, server = ""] = /hcloud server delete (\d+)/.exec(output) ?? [];
    const [, droplet = ""] =
      /doctl compute droplet delete (\d+)/.exec(output) ?? [];
    await paper.hcloud("server", "delete", server);
    await paper.remove("digitalocean:index/droplet:Droplet", droplet);
    const next = await paper.up();
    expect(next.code, next.output).toBe(0);
    expect(await paper.unknown()).toEqual(asItShouldBe);
    expect(await machinesOf(paper)).toEqual(
      tableOf(({ plugin }) => `${running[plugin]} ${words[plugin].size}`),
    );
  });
});

const running: Readonly<Record<Plugin, string>> = {
  hcloud: "running",
  digitalocean: "active",
};
const larger: Readonly<Record<Plugin, string>> = {
  hcloud: "cx32",
  digitalocean: "s-1vcpu-2gb",
};

describe("a change of firewalls", () => {
  const step = "change of the firewall";
  const everybody = "0.0.0.0/0 ::/0";
  const known = "192.0.2.0/24";

  it("fails or waits with each answer as the table says, and is made where it waits or the answer was lost", async () => {
    const { result, table } = await meet(paper, step, "firewall");
    expect(table).toEqual(expected(step));
    expect(result.code).toBe(1);
    expect(await paper.unmet()).toEqual([]);
    expect(await sourcesOf(paper)).toEqual(
      tableOf(({ plugin, error }) =>
        error === lost || takenBy(plugin, step, error) === "waits"
          ? known
          : everybody,
      ),
    );
  });

  it("is made up for by one update with --refresh", async () => {
    const { code, output } = await paper.up("--refresh");
    expect(code, output).toBe(0);
    expect(await sourcesOf(paper)).toEqual(tableOf(() => known));
    expect(await paper.unknown()).toEqual(asItShouldBe);
  });
});

describe("a change of the size of machines", () => {
  const step = "change of the size";

  it("fails or waits with each answer as the table says, and is made where it waits or the answer was lost", async () => {
    const { result, table } = await meet(paper, step, "machine");
    expect(table).toEqual(expected(step));
    expect(result.code).toBe(1);
    expect(await paper.unmet()).toEqual([]);
    // At Hetzner the first half, to switch it off, has succeeded.
    expect(await machinesOf(paper)).toEqual(
      tableOf(({ plugin, error }) => {
        if (error === lost || takenBy(plugin, step, error) === "waits")
          return `${running[plugin]} ${larger[plugin]}`;
        const status = plugin === "hcloud" ? "off" : running[plugin];
        return `${status} ${words[plugin].size}`;
      }),
    );
  });

  it("is made up for by one update with --refresh, and every machine runs", async () => {
    const { code, output } = await paper.up("--refresh");
    expect(code, output).toBe(0);
    expect(await machinesOf(paper)).toEqual(
      tableOf(({ plugin }) => `${running[plugin]} ${larger[plugin]}`),
    );
    expect(await paper.unknown()).toEqual(asItShouldBe);
  });
});

describe("the removal of machines, whose hosts were taken out", () => {
  const step = "removal of the machine";

  it("fails or waits with each answer as the table says, and the state has those that were not deleted", async () => {
    const { "web-1": web, "db-1": db } = paper.fleet.config.hosts;
    const others = { "web-1": web, "db-1": db };
    paper.fleet.config.hosts = others;
    const { result, table } = await meet(paper, step, "machine");
    expect(table).toEqual(expected(step));
    expect(result.code).toBe(1);
    expect(await paper.unmet()).toEqual([]);
    expect(await machinesOf(paper)).toEqual(
      tableOf(({ plugin, error }) =>
        error === lost || takenBy(plugin, step, error) === "waits"
          ? "not there"
          : `${running[plugin]} ${larger[plugin]}`,
      ),
    );
    const { orphans, lost: gone } = await paper.unknown();
    expect(orphans).toEqual([]);
    expect(gone.sort()).toEqual([
      expect.stringMatching(/^digitalocean:index\/droplet/),
      expect.stringMatching(/^hcloud:index\/server/),
    ]);
  });

  it("is gone on with by the next update, and one with --refresh settles those whose answer was lost", async () => {
    const next = await paper.up("--continue-on-error");
    expect(next.code).toBe(1);
    expect(next.output).toMatch(/server with ID '\d+' not found/);
    expect(next.output).toContain("unexpected state 'Not Found'");
    expect(await machinesOf(paper)).toEqual(tableOf(() => "not there"));
    const { code, output } = await paper.up("--refresh");
    expect(code, output).toBe(0);
    expect(await paper.there()).toHaveLength(6);
    expect(await paper.unknown()).toEqual(asItShouldBe);
  });
});

/** An update whose creation of the key meets some answers, one after the other, at both providers. */
async function keyMeets(
  met: (plugin: Plugin) => readonly (ErrorName | undefined)[],
) {
  const faults = plugins.flatMap((plugin) =>
    met(plugin).map((error) => faultAt(plugin, atKey, error ?? lost)),
  );
  await paper.fail(faults);
  const result = await paper.up();
  expect(await paper.unmet()).toEqual([]);
  return result;
}
