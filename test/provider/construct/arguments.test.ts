import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import type { Host, Nginx } from "../../../components/index.ts";
import { parseArguments } from "../../../provider/construct/arguments.ts";

const host = "urn:pulumi:test::fleet::flotilla:index:Host::web-1";
const nginx = "urn:pulumi:test::fleet::flotilla:index:Nginx::web";

/** What the engine knows, by name. */
const registered: Readonly<Record<string, object>> = {
  "web-1": {
    address: "10.0.0.5",
    sshPort: 2222,
    user: "admin",
    hostKeys: ["ssh-ed25519 AAAA"],
    hostId: "machine-1",
    facts: { cpus: 2 },
  },
  web: { host, revision: "r1" },
};

beforeAll(async () => {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name }) => ({ id: name, state: registered[name] ?? {} }),
      call: () => ({}),
    },
    "fleet",
    "test",
    true,
  );
  for (const urn of [host, nginx]) {
    const [type = "", name = ""] = urn.split("::").slice(2);
    const made = new Registered(type, name);
    expect(await valueOf(made.urn)).toBe(urn);
  }
});

/** Something that the engine knows. */
class Registered extends pulumi.CustomResource {}

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

describe("a reference", () => {
  test("to a host is that host again, as it was registered", async () => {
    const args = await parseArguments("flotilla:index:Nginx", {
      host: pulumi.output(host),
    });
    const found = args["host"] as Host;
    expect(found.hostName).toBe("web-1");
    expect(
      await valueOf(
        pulumi.all([found.address, found.sshPort, found.user, found.hostId]),
      ),
    ).toEqual(["10.0.0.5", 2222, "admin", "machine-1"]);
    expect(await valueOf(found.urn)).toBe(host);
  });

  test("to an nginx leads to its host", async () => {
    const args = await parseArguments("flotilla:index:StaticSite", {
      nginx,
      directory: "site",
    });
    const found = args["nginx"] as Nginx;
    expect(await valueOf(found.host.address)).toBe("10.0.0.5");
    expect(await valueOf(found.revision)).toBe("r1");
  });
});

describe("a plain argument", () => {
  const site = { nginx, directory: "site" };

  test("that another resource gave is taken when it is known", async () => {
    const args = await parseArguments("flotilla:index:StaticSite", {
      ...site,
      port: pulumi.output(8080),
    });
    expect(args["port"]).toBe(8080);
  });

  test("fails while it is not known", async () => {
    const port = pulumi.output(pulumi.unknown);
    await expect(
      parseArguments("flotilla:index:StaticSite", { ...site, port }),
    ).rejects.toMatchObject({
      propertyPath: "port",
      reason: expect.stringContaining("must be known") as string,
    });
  });
});

test("fails with everything that is missing or unknown, at once", async () => {
  await expect(
    parseArguments("flotilla:index:StaticSite", { colour: "red" }),
  ).rejects.toMatchObject({
    errors: [
      { propertyPath: "nginx", reason: "is required" },
      { propertyPath: "directory", reason: "is required" },
      {
        propertyPath: "colour",
        reason:
          "is unknown; there are nginx, directory, port, domains, keepReleases",
      },
    ],
  });
});
