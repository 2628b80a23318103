import { expect, test } from "vitest";
import { z } from "zod";
import { fleet } from "../../components/config/fleet.ts";

interface Node {
  readonly description?: string;
  readonly properties?: Record<string, Node>;
  readonly additionalProperties?: Node | boolean;
  readonly oneOf?: readonly Node[];
}

/** Every key below a node, with the node behind it. */
function keysOf(node: Node, path: string): [string, Node][] {
  const { properties = {}, additionalProperties, oneOf = [] } = node;
  const entries = Object.entries(properties);
  return [
    ...entries.map(([key, one]): [string, Node] => [`${path}${key}`, one]),
    ...entries.flatMap(([key, one]) => keysOf(one, `${path}${key}.`)),
    ...oneOf.flatMap((one, index) => keysOf(one, `${path}${index}.`)),
    ...(typeof additionalProperties === "object"
      ? keysOf(additionalProperties, `${path}*.`)
      : []),
  ];
}

const keys = keysOf(z.toJSONSchema(fleet, { io: "input" }) as Node, "");

test("the walk reaches the keys of every section", () => {
  const paths = keys.map(([path]) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      "ssh.privateKeyFile",
      "ssh.privateKey.secret",
      "hosts.*.0.hostKey",
      "hosts.*.1.size",
      "services.*.0.config",
      "services.*.3.maxMemoryMib",
      "sites.*.domains",
      "flows.*.verify",
      "firewall.allowLockout",
      "forgetHosts",
      "replace",
    ]),
  );
});

test.each(keys)("%s has a description", (_, { description }) => {
  expect(description).toMatch(/^[A-Z].{5,}[^.]$/);
});
