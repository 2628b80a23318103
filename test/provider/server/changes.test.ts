import { describe, expect, it } from "vitest";
import { changesOf } from "../../../provider/server/changes.ts";
import {
  Secret,
  UNKNOWN,
  type PropertyMap,
} from "../../../provider/server/property.ts";
import { desiredOf, itemsWithSecrets } from "../../../provider/server/state.ts";
import { parseInputs } from "../../../provider/server/inputs.ts";

const digestKey = "00".repeat(32);
const hostKeys = ["ssh-ed25519 AAAA"];

function inputs(changes: PropertyMap = {}): PropertyMap {
  return {
    host: {
      id: "web-1",
      name: "web-1",
      connection: { address: "10.0.0.1", hostKeys },
    },
    items: {
      "package:nginx": {},
      "file:/etc/app.conf": {
        template: "port {{port}}\npassword {{password}}\n",
        values: { port: 80, password: new Secret("canary") },
      },
    },
    ...changes,
  };
}

/** The state after `inputs` were applied. */
function applied(raw: PropertyMap) {
  const items = itemsWithSecrets(parseInputs(raw));
  return {
    observed: desiredOf(items, digestKey),
    facts: undefined,
    digestKey,
  };
}

describe("the diff of a manifest", () => {
  it("is empty when inputs and what was seen are the same", () => {
    expect(changesOf(applied(inputs()), inputs(), inputs())).toEqual([]);
  });

  it("is empty when only what a create would use is another", () => {
    const host = inputs()["host"] as PropertyMap;
    const first = {
      hostKeys: [],
      users: ["root"],
      ports: [],
      timeoutSeconds: 60,
    };
    const connection = { ...(host["connection"] as PropertyMap), first };
    const news = inputs({ host: { ...host, connection } });
    expect(changesOf(applied(inputs()), inputs(), news)).toEqual([]);
    expect(changesOf(applied(news), news, inputs())).toEqual([]);
  });

  it("names the item whose inputs changed, and no other", () => {
    const items = { "package:nginx": { version: "1.2" } };
    const news = inputs();
    news["items"] = { ...(news["items"] as PropertyMap), ...items };
    expect(changesOf(applied(inputs()), inputs(), news)).toEqual([
      { path: 'items["package:nginx"]', kind: "update", touchesHost: true },
    ]);
  });

  it("names an item that drifted although its inputs are the same", () => {
    const state = applied(inputs());
    state.observed["package:nginx"] = "missing";
    expect(changesOf(state, inputs(), inputs())).toEqual([
      {
        path: 'items["package:nginx"]',
        kind: "update",
        touchesHost: true,
        drifted: "package:nginx",
      },
    ]);
  });

  it("goes to the host for an item that an update which failed has seen as it is wanted: it belongs to nobody yet", () => {
    const news = inputs();
    const before = inputs({ items: {} });
    const changes = changesOf(applied(news), before, news);
    expect(changes.map(({ kind, touchesHost }) => [kind, touchesHost])).toEqual(
      [
        ["add", true],
        ["add", true],
      ],
    );
  });

  it("tells added from removed items", () => {
    const news = inputs({ items: { "package:redis": {} } });
    const kinds = changesOf(applied(inputs()), inputs(), news).map(
      ({ path, kind }) => `${kind} ${path}`,
    );
    expect(kinds).toEqual([
      'delete items["file:/etc/app.conf"]',
      'delete items["package:nginx"]',
      'add items["package:redis"]',
    ]);
  });

  it("does not touch the host for another address, port, user or key", () => {
    const connection = { address: "10.0.0.2", port: 2222, hostKeys };
    const host = { id: "web-1", name: "web-1", connection };
    const changes = changesOf(applied(inputs()), inputs(), inputs({ host }));
    expect(changes.map(({ path }) => path).sort()).toEqual([
      "host.connection.address",
      "host.connection.port",
    ]);
    expect(changes.some(({ touchesHost }) => touchesHost)).toBe(false);
  });

  it("replaces everything when the machine is another one", () => {
    const connection = { address: "10.0.0.1", hostKeys };
    const host = { id: "other", name: "web-1", connection };
    expect(changesOf(applied(inputs()), inputs(), inputs({ host }))).toEqual([
      { path: "host.id", kind: "replace", touchesHost: true },
    ]);
  });

  it("counts a value that is not known yet as a change of its item alone", () => {
    const news = inputs();
    const items = news["items"] as Record<string, PropertyMap>;
    const file = items["file:/etc/app.conf"];
    news["items"] = {
      ...items,
      "file:/etc/app.conf": {
        ...file,
        values: { port: UNKNOWN, password: "x" },
      },
    };
    expect(
      changesOf(applied(inputs()), inputs(), news).map(({ path }) => path),
    ).toEqual(['items["file:/etc/app.conf"]']);
  });

  // The engine asks so about what depends on a resource that is to be deleted.
  it.each(["watch", "gates", "items"])(
    "takes '%s' that is not known as a whole for a change in place",
    (name) => {
      const before = inputs({ gates, watch: { db: "1" } });
      const news = { ...before, [name]: UNKNOWN };
      const changes = changesOf(applied(before), before, news);
      expect(changes.map(({ path }) => path.startsWith(name))).toContain(true);
      expect(changes.map(({ kind }) => kind)).not.toContain("replace");
      expect(parseInputs(news).host.name).toBe("web-1");
    },
  );

  it("takes host keys that only a first contact will tell for a change in place", () => {
    const { host } = inputs() as { host: { connection: object } };
    const connection = { ...host.connection, hostKeys: UNKNOWN };
    const news = inputs({ host: { ...host, connection } });
    const [change] = changesOf(applied(inputs()), inputs(), news);
    expect(change).toMatchObject({
      path: "host.connection.hostKeys",
      kind: "update",
      touchesHost: false,
    });
    expect(parseInputs(news).host.name).toBe("web-1");
  });

  it("ignores where on the workstation a release is read from", () => {
    const release = (source: string) =>
      inputs({
        items: {
          "release:/srv/www/a": {
            source,
            files: { "index.html": "a".repeat(64) },
          },
        },
      });
    const before = release("site");
    expect(changesOf(applied(before), before, release("/ci/site"))).toEqual([]);
  });

  it("runs the gates again when what they watch changed", () => {
    const before = inputs({ items: {}, gates, watch: { db: "1" } });
    const after = inputs({ items: {}, gates, watch: { db: "2" } });
    const state = { ...applied(before), observed: { "gate:db": "holds" } };
    expect(changesOf(state, before, after)).toEqual([
      { path: 'watch["db"]', kind: "update", touchesHost: true },
    ]);
  });

  it("names a gate that was seen failing", () => {
    const raw = inputs({ items: {}, gates });
    const state = {
      ...applied(raw),
      observed: { "gate:db": "fails: no answer" },
    };
    expect(changesOf(state, raw, raw)).toEqual([
      {
        path: 'gates["db"]',
        kind: "update",
        touchesHost: true,
        drifted: "gate:db",
      },
    ]);
  });
});

const gates = { db: { kind: "tcp", address: "10.0.0.3", port: 5432 } };
