import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import {
  Hook,
  Hooks,
  Host,
  Provider,
  type HookArgs,
  type HooksArgs,
} from "../../../components/index.ts";
import { made, type Recorded } from "../recording.ts";

type Options = pulumi.ComponentResourceOptions;

const hostKeys = ["ecdsa-sha2-nistp256 AAAB", "ssh-ed25519 AAAC"];

/** Makes something beside a host, and returns the commands. */
async function commands(make: (host: Host, opts: Options) => unknown) {
  const recorded = await made((opts) => {
    const provider = new Provider("own", { privateKey: "PEM" }, opts);
    const args = { address: "10.0.0.5", hostKeys, user: "admin", port: 2222 };
    const host = new Host("box", args, { ...opts, provider });
    return make(host, opts);
  });
  return recorded.filter(({ type }) => type.startsWith("command:"));
}

async function hook(args: Partial<HookArgs>): Promise<Recorded[]> {
  return commands(
    (host, opts) => new Hook("tell", { on: host, run: "true", ...args }, opts),
  );
}

/** The records of what a command reads, values in clear. */
function recordsOf({ inputs }: Recorded): string[] {
  const [, ...records] = String(inputs["stdin"]).trimEnd().split("\n");
  return records.map((record) => {
    const [kind, name, value = ""] = record.split(" ");
    return `${kind} ${name} ${Buffer.from(value, "base64").toString()}`;
  });
}

describe("a hook on a host", () => {
  test("logs in as the host's provider does, accepts the host's modern key, and becomes root", async () => {
    const [command, ...others] = await hook({});
    expect(others).toEqual([]);
    expect(command?.type).toBe("command:remote:Command");
    expect(command?.parent).toBe("Hook tell");
    expect(command?.inputs["connection"]).toMatchObject({
      host: "10.0.0.5",
      port: 2222,
      user: "admin",
      hostKey: "ssh-ed25519 AAAC",
      privateKey: "PEM",
    });
    expect(command?.secrets).toContain("connection");
    expect(command?.inputs["create"]).toMatch(/^sudo -n bash --norc -c '/);
  });

  test("is given everything by a stdin that is secret, and no value by its command", async () => {
    const [command] = await hook({
      run: "echo $TOKEN",
      environment: { TOKEN: pulumi.secret("s3cret"), STAGE: "test" },
      stdin: pulumi.secret("from stdin"),
      mask: ["a part"],
    });
    if (!command) throw new Error("no command was made");
    expect(command.secrets).toContain("stdin");
    expect(recordsOf(command)).toEqual(
      expect.arrayContaining([
        "set where box",
        "env STAGE test",
        "env TOKEN s3cret",
        "mask - s3cret",
        "mask - from stdin",
        "mask - a part",
        "file script echo $TOKEN",
      ]),
    );
    expect(recordsOf(command)).not.toContain("mask - test");
    const others = { ...command.inputs, stdin: "" };
    expect(JSON.stringify(others)).not.toMatch(/s3cret|TOKEN|from stdin/);
  });

  test("runs again for what it watches and for another machine, and for nothing else", async () => {
    const [command] = await hook({ watch: { release: "r1" } });
    expect(command?.inputs["triggers"]).toEqual([
      { host: "box", release: "r1" },
    ]);
    expect(command?.inputs["update"]).toBe("cat >/dev/null");
  });

  test("has a command of its own for its end, which creates nothing", async () => {
    const both = await hook({ onDelete: "echo bye" });
    const [main, end] = both.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(main?.inputs).not.toHaveProperty("delete");
    expect(end?.name).toBe("tell-on-delete");
    expect(end?.inputs).not.toHaveProperty("create");
    expect(end?.inputs["delete"]).toBe(main?.inputs["create"]);
    if (!end) throw new Error("no command was made");
    expect(recordsOf(end)).toContain("file script echo bye");
  });
});

describe("a hook on the workstation", () => {
  test("is a local command, without a connection and a machine to watch", async () => {
    const [command] = await hook({ on: "workstation", watch: { r: "1" } });
    expect(command?.type).toBe("command:local:Command");
    expect(command?.inputs).not.toHaveProperty("connection");
    expect(command?.inputs["triggers"]).toEqual([{ r: "1" }]);
    expect(command?.inputs["create"]).toMatch(/^exec bash --norc -c '/);
  });
});

describe("a mistake is told before anything is made", () => {
  test.each<[Partial<HookArgs>, RegExp]>([
    [{ retries: 11 }, /^retries: 11 is not/],
    [{ environment: { "A-B": "x" } }, /^environment: 'A-B' cannot be/],
    [{ on: "workstation", user: "shop" }, /^user: on the workstation/],
  ])("fails for %o", async (args, message) => {
    await expect(hook(args)).rejects.toThrow(message);
  });

  test("fails on a host whose key nobody tells", async () => {
    const alone = made((opts) => {
      const host = new Host("bare", { address: "10.0.0.6", hostKeys }, opts);
      return new Hook("tell", { on: host, run: "true" }, opts);
    });
    await expect(alone).rejects.toThrow(/^privateKey: nothing tells/);
  });
});

describe("the hooks of a point", () => {
  async function point(hooks: HooksArgs["hooks"]): Promise<Recorded[]> {
    return commands((host, opts) => {
      const watch = { release: "r1" };
      return new Hooks("deploy", { on: host, watch, hooks }, opts);
    });
  }

  test("wait for all of the next lower priority, watch the same, and run where the point is", async () => {
    const recorded = await point({
      second: { run: "true" },
      first: { run: "true", priority: 1 },
      away: { run: "true", priority: 90, on: "workstation" },
    });
    const seen = recorded.map(({ name, type, dependencies }) => ({
      ...{ name, type: type.split(":")[1] },
      after: dependencies.filter((title) => title.startsWith("Command ")),
    }));
    expect(seen).toEqual([
      { name: "deploy-first", type: "remote", after: [] },
      {
        ...{ name: "deploy-second", type: "remote" },
        after: ["Command deploy-first"],
      },
      {
        ...{ name: "deploy-away", type: "local" },
        after: ["Command deploy-second"],
      },
    ]);
    for (const { inputs } of recorded)
      expect(inputs["triggers"]).toMatchObject([{ release: "r1" }]);
  });

  test("fails for a priority that is none", async () => {
    await expect(point({ odd: { run: "", priority: 5000 } })).rejects.toThrow(
      /^hooks\.odd\.priority: 5000 is not/,
    );
  });
});
